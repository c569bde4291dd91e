import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { pseudo } from "../../web/lib/pseudo.ts";
import { ordering as arabic } from "../../web/lib/strings/ar/ordering.ts";
import { ordering as german } from "../../web/lib/strings/de/ordering.ts";
import { admin } from "../../web/lib/strings/en/admin.ts";
import { barista } from "../../web/lib/strings/en/barista.ts";
import { common } from "../../web/lib/strings/en/common.ts";
import { display } from "../../web/lib/strings/en/display.ts";
import { customerPhone, staffPhones } from "../system/stand.ts";
import { customer } from "./customer-words.ts";
import { cutOff } from "./cut-off.ts";
import { Journey } from "./journey.ts";
import { askedAtTheDesk, atANewBar, atANewDesk, atTheBar, atTheDesk, byHand } from "./staff-states.ts";

/** A minute and a half into a code window. */
const morning = Date.parse("2026-06-15T08:16:30Z");
let visit: Journey;
beforeAll(async () => {
  visit = await Journey.begin({ heldAt: morning });
});
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await visit.lookAtAll("languages");
});
afterAll(() => visit?.end());

const sizes = { phone: [390, 844], tablet: [1024, 768], wall: [1920, 1080] } as const;

/** The same page in the language that is longer than all others. */
async function inPseudo(page: Page, path: string): Promise<void> {
  const address = new URL(path, visit.origin);
  address.searchParams.set("lang", "en-XA");
  await page.goto(address.href);
  await page.reload();
}

/** Waits for a text of that language, then looks whether all there is has room, at each of the sizes. */
async function hasRoom(page: Page, name: string, said: string, ...at: (keyof typeof sizes)[]): Promise<void> {
  await page.getByText(pseudo(said), { exact: true }).first().waitFor();
  for (const size of at) {
    const [width, height] = sizes[size];
    await page.setViewportSize({ width, height });
    await page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))");
    await visit.look(page, `pseudo-${name}-${size}`);
    expect(await cutOff(page), `${name}, ${size}`).toEqual([]);
  }
}

test("in a language that is longer than all others nothing is cut off, on any app", async () => {
  const { stand } = visit;
  const [bar, screen] = [await stand.barista(), await stand.display()];
  for (let n = 0; n < 6; n++) {
    const somebody = await stand.person(customerPhone(100 + n));
    const id = await stand.scan(somebody, screen);
    await somebody.command(id, "submit", { drinkId: "drink:latte", options: { milk: ["soy"], extras: ["decaf"] } });
    await stand.settle();
    if (n < 3) await bar.command(id, "claim");
    if (n < 1) await bar.command(id, "ready");
    await stand.advance(n < 2 ? "150 s" : "5 s");
  }

  const { page: wall, url } = await visit.openDisplay();
  await inPseudo(wall, "/display");
  await hasRoom(wall, "display", display.preparing, "wall");

  const tickets = await visit.open("tablet", `${visit.origin}/barista`);
  await visit.signIn(tickets, staffPhones.barista);
  await tickets.getByRole("article").first().waitFor();
  await inPseudo(tickets, "/barista");
  await hasRoom(tickets, "bar", barista.make, "tablet", "wall", "phone");
  await tickets.getByRole("button", { name: pseudo(barista.more), exact: true }).click();
  await hasRoom(tickets, "bar-more", common.signOut, "phone", "tablet");

  const desk = await visit.open("desk", `${visit.origin}/admin`);
  await visit.signIn(desk, staffPhones.admin);
  await desk.getByRole("heading", { name: admin.sections.today }).waitFor();
  for (const [path, said] of [
    ["today", admin.today.hours],
    ["menu", admin.drinks],
    ["menu/drink:latte", admin.fields.description],
    ["orders", admin.ordersTitle],
    ["people", admin.addPerson],
    ["devices", common.signOutEverywhere],
  ] as const) {
    await inPseudo(desk, `/admin#${path}`);
    await hasRoom(
      desk,
      `admin-${path.replace(/\W/g, "-")}`,
      path === "devices" ? admin.sections.devices : said,
      "tablet",
      "phone",
    );
  }

  const phone = await visit.open("phone", url);
  await visit.signIn(phone, customerPhone(1));
  await phone.getByRole("heading", { name: customer.chooseTitle }).waitFor();
  await inPseudo(phone, "/");
  await hasRoom(phone, "menu", customer.chooseTitle, "phone");
  await phone.getByText("Latte", { exact: true }).click();
  await phone.locator(".dock .primary").click();
  await hasRoom(phone, "options", customer.optionsTitle, "phone");
  await phone.locator(".dock .primary").click();
  await stand.settle();
  await hasRoom(phone, "ticket", customer.inQueue, "phone");
  await phone.getByRole("button", { name: pseudo(customer.cancel) }).click();
  await hasRoom(phone, "cancel", customer.cancelTitle, "phone");
  for (const page of [wall, tickets, desk, phone]) await page.context().close();
  expect(visit.troubles).toEqual([]);
});

test("the browser's language is spoken, another is chosen without losing what was chosen, and it stays", async () => {
  const { stand } = visit;
  // No two codes to one number within half a minute.
  await stand.advance("31 s");
  const texts = { de: { name: "Milchkaffee", description: "mild, mit viel Milch" } };
  await stand.configure(await stand.admin(), { texts }, "drink:latte");
  const { page: wall, url } = await visit.openDisplay();
  await wall.context().close();
  const page = await visit.open("phone", url, undefined, undefined, "ar-EG");
  const root = () => page.evaluate<string[]>("[document.documentElement.lang, document.documentElement.dir]");
  await page.getByRole("textbox").waitFor();
  expect(await root()).toEqual(["ar", "rtl"]);
  // A phone number is written from left to right all the same.
  expect(await page.getByRole("textbox").evaluate((field) => field.matches(":dir(ltr)"))).toBe(true);
  await page.getByRole("textbox").fill(customerPhone(2));
  await page.getByRole("textbox").press("Enter");
  await page.locator("input.code").waitFor();
  const [newest] = stand.azure.sms.messages(customerPhone(2));
  expect(newest?.message).toContain("رمز");
  await page.locator("input.code").fill(stand.codesTo(customerPhone(2))[0] ?? "");
  await page.getByRole("heading", { name: arabic.chooseTitle }).waitFor();
  expect(await cutOff(page)).toEqual([]);
  await visit.examine(page, "arabic-menu");
  await page.getByText("Latte", { exact: true }).click();

  await page.getByRole("combobox").selectOption("de");
  await page.getByRole("heading", { name: german.chooseTitle }).waitFor();
  expect(await root()).toEqual(["de", "ltr"]);
  expect(await page.getByRole("radio", { name: /Milchkaffee/ }).isChecked()).toBe(true);
  await visit.examine(page, "german-menu");
  await page.reload();
  await page.getByRole("heading", { name: german.chooseTitle }).waitFor();
  // What a link asks for holds until somebody chooses.
  await page.goto(`${visit.origin}/?store=main&lang=ar`);
  await page.getByRole("heading", { name: arabic.chooseTitle }).waitFor();
  expect(page.url()).toBe(`${visit.origin}/?store=main`);
  await page.reload();
  await page.getByRole("heading", { name: arabic.chooseTitle }).waitFor();
  await page.getByRole("combobox").selectOption("de");
  await page.getByRole("heading", { name: german.chooseTitle }).waitFor();
  await page.reload();
  await page.getByRole("heading", { name: german.chooseTitle }).waitFor();
  await page.context().close();

  // The owner sees there what is said in which language.
  await stand.advance("31 s");
  const desk = await visit.open("desk", `${visit.origin}/admin#menu/drink:latte`);
  await visit.signIn(desk, staffPhones.admin);
  const said = desk.getByRole("textbox", { name: "Name, Deutsch: Latte" });
  await said.waitFor();
  expect(await said.inputValue()).toBe("Milchkaffee");
  await visit.examine(desk, "admin-in-languages");
  await desk.context().close();
  expect(visit.troubles).toEqual([]);
});

test.each([
  ["the bar", atTheBar],
  ["a new bar", atANewBar],
  ["the desk", atTheDesk],
  ["the menu under a finger", byHand],
  ["the desk when it asks", askedAtTheDesk],
  ["a new desk", atANewDesk],
])("what %s shows, whatever happens, keeps nobody from working with it, in any direction", async (_, walk) => {
  // No two codes to one number within half a minute.
  await visit.stand.advance("31 s");
  await walk(visit);
  // What is refused and lost here on purpose, the browser notes as errors.
  const noted = /Failed to load resource|net::ERR|blocked by CORS|WebSocket/;
  expect(visit.troubles.splice(0).filter((trouble) => !noted.test(trouble))).toEqual([]);
});
