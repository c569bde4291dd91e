import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { encode } from "uqr";
import { afterAll, beforeAll, expect, test } from "vitest";
import { signIn as signInWords } from "../../web/lib/strings/common.ts";
import { customer as phoneWords } from "../../web/lib/strings/customer.ts";
import { display as displayWords } from "../../web/lib/strings/display.ts";
import { customerPhone, staffPhones } from "../system/stand.ts";
import { type devices, openBrowser, openDevice } from "./browser.ts";
import { openSite, type Site } from "./site.ts";

/** Screenshots for people to look at; git ignores them. */
const screens = join(import.meta.dirname, "../../test-results/screens");

let browser: Browser;
let site: Site;
const troubles: string[] = [];

beforeAll(async () => {
  rmSync(screens, { recursive: true, force: true });
  mkdirSync(screens, { recursive: true });
  [browser, site] = await Promise.all([openBrowser(), openSite()]);
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
});

async function open(device: keyof typeof devices, address: string): Promise<Page> {
  const { context, errors } = await openDevice(browser, device);
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  page.on("close", () => troubles.push(...unexpected(errors)));
  await page.goto(address);
  return page;
}

/** An order is 404 until it is admitted, and the screen asks for it: the browser notes that as an error, we do not. */
const unexpected = (errors: string[]) => errors.filter((error) => !/404 .*\/orders\//.test(error));

async function signIn(page: Page, phone: string): Promise<void> {
  const number = page.getByRole("textbox", { name: signInWords.phone });
  await number.fill(phone);
  await number.press("Enter");
  const code = page.getByRole("textbox", { name: signInWords.code, exact: true });
  await code.waitFor();
  const [newest] = site.stand.azure.sms.messages(phone);
  await code.fill(/\b\d{6}\b/.exec(newest?.message ?? "")?.[0] ?? "");
}

const look = (page: Page, name: string) => page.screenshot({ path: join(screens, `${name}.png`) });
const text = (page: Page, content: string | RegExp): Locator => page.getByText(content).first();

/** Signs a display in and reads the address that its QR code holds. */
async function openDisplay(): Promise<{ page: Page; url: string }> {
  const page = await open("monitor", `${site.origin}/display`);
  const reply = page.waitForResponse((response) => response.url().endsWith("/code") && response.ok());
  await signIn(page, staffPhones.display);
  const { url } = (await (await reply).json()) as { url: string };
  const qr = page.getByRole("img", { name: /Code to scan/ });
  await qr.waitFor();
  // What is drawn is what the address encodes to, square by square.
  const { data } = encode(url, { ecc: "M", border: 0 });
  const dark = data.map((row, y) => row.map((on, x) => (on ? `M${x} ${y}h1v1h-1z` : "")).join("")).join("");
  expect(await qr.locator("path").getAttribute("d")).toBe(dark);
  return { page, url };
}

test("a coffee: from the code on the display to the counter, seen by everyone as it happens", async () => {
  const display = await openDisplay();
  await look(display.page, "display-empty");
  const barista = await open("tablet", `${site.origin}/barista`);
  await look(barista, "barista-sign-in");
  await signIn(barista, staffPhones.barista);
  await text(barista, "Nobody is waiting").waitFor();
  await look(barista, "barista-empty");

  const phone = await open("phone", display.url);
  await text(phone, phoneWords.signInTitle).waitFor();
  await look(phone, "customer-sign-in");
  await signIn(phone, customerPhone(0));
  await text(phone, phoneWords.chooseTitle).waitFor();
  expect(new URL(phone.url()).search).not.toContain("code=");
  await text(display.page, "9 of 10 left").waitFor();
  await phone.getByText("Latte", { exact: true }).click();
  await look(phone, "customer-menu");
  await phone.getByRole("button", { name: /^Choose / }).click();
  await phone.getByText("Oat", { exact: false }).first().click();
  await look(phone, "customer-options");
  await phone.getByRole("button", { name: "Order Latte" }).click();

  await text(phone, phoneWords.inQueue).waitFor();
  await text(phone, phoneWords.nextInQueue).waitFor();
  await look(phone, "customer-queued");
  const ticket = barista.getByRole("article", { name: /^Order 1, Latte/ });
  await ticket.waitFor();
  await look(barista, "barista-queue");
  await text(display.page, "Latte").waitFor();

  await ticket.getByRole("button", { name: "Make" }).click();
  await text(phone, phoneWords.beingMade).waitFor();
  await text(display.page, displayWords.making).waitFor();
  await look(phone, "customer-making");
  await look(barista, "barista-making");

  await barista
    .getByRole("article", { name: /^Order 1, Latte/ })
    .getByRole("button", { name: "Ready" })
    .click();
  await text(phone, phoneWords.ready).waitFor();
  await look(phone, "customer-ready");
  await display.page.getByText(displayWords.pickUp).waitFor();
  await look(display.page, "display-ready");
  await look(barista, "barista-ready");

  // The phone is put away and taken out again: the order is still there.
  await phone.reload();
  await text(phone, phoneWords.ready).waitFor();

  await barista.getByRole("button", { name: /^Hand over 1, Latte/ }).click();
  await barista.getByRole("button", { name: /^Undo/ }).waitFor();
  await look(barista, "barista-undo");
  await text(phone, "Enjoy your Latte!").waitFor();
  await look(phone, "customer-collected");
  for (const page of [phone, barista, display.page]) await page.context().close();
  expect(troubles).toEqual([]);
});

test("the stand is run: a drink sells out, the store closes, and every screen follows", async () => {
  await site.stand.advance("31 s");
  const admin = await open("desk", `${site.origin}/admin`);
  await signIn(admin, staffPhones.admin);
  await text(admin, "Flat White").waitFor();
  await look(admin, "admin-menu");
  const display = await openDisplay();
  const phone = await open("phone", display.url);
  await signIn(phone, customerPhone(1));
  await text(phone, phoneWords.chooseTitle).waitFor();
  await phone.getByText("Espresso", { exact: true }).click();

  const espresso = admin.getByRole("switch", { name: "Espresso: On the menu", exact: true });
  await espresso.click();
  await text(phone, "Espresso has just sold out. Please choose another.").waitFor();
  await look(phone, "customer-just-sold-out");

  // Five minutes to choose, and they are over: the clock is moved, not waited for.
  await site.stand.advance("5 min");
  await text(phone, phoneWords.expiredYouTitle).waitFor();
  await look(phone, "customer-expired");

  await admin.getByRole("switch", { name: /Store open/ }).click();
  await admin.getByRole("button", { name: "Close store" }).click();
  await text(display.page, displayWords.closedTitle).waitFor();
  await look(display.page, "display-closed");
  const passer = await open("phone", `${site.origin}/`);
  await text(passer, /is closed/).waitFor();
  await look(passer, "customer-closed");
  await look(admin, "admin-closed");
  for (const page of [phone, admin, display.page, passer]) await page.context().close();
  expect(troubles).toEqual([]);
});
