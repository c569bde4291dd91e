import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { admin as adminWords } from "../../web/lib/strings/admin.ts";
import { barista as barWords } from "../../web/lib/strings/barista.ts";
import { common } from "../../web/lib/strings/common.ts";
import { signIn as signInWords } from "../../web/lib/strings/sign-in.ts";
import { t } from "../../web/lib/text.ts";
import type { Person } from "../system/person.ts";
import { customerPhone } from "../system/stand.ts";
import { clickable, covered } from "./accessible.ts";
import { customer as words } from "./customer-words.ts";
import { heard, listening } from "./heard.ts";
import { Journey, text } from "./journey.ts";

/** A minute and a half into a code window. */
const morning = Date.parse("2026-06-15T08:16:30Z");

let visit: Journey;
beforeAll(async () => {
  visit = await Journey.begin({ heldAt: morning });
});
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await visit.lookAtAll("heard");
});
afterAll(() => visit?.end());

const codeOf = async (screen: Person): Promise<string> => (await screen.get<{ url: string }>("/code")).url;
const called = (what: string): string => `${what} · ${common.brand}`;
const focus = (page: Page): Promise<string> => page.evaluate("document.activeElement.tagName");

test("whoever does not see the screen hears how long there is to choose, what sold out, and each step of the order, once", async () => {
  const { stand } = visit;
  const { owner, bar, screen } = await visit.staff();
  const phone = await visit.openAs("phone", await codeOf(screen), await stand.person(customerPhone(400)), listening);
  const says = async (...what: string[]) => {
    const said: string[] = [];
    await expect.poll(async () => said.push(...(await heard(phone))) > 0 && said.at(-1)).toBe(what.at(-1));
    expect(said).toEqual(what);
  };
  await text(phone, words.chooseTitle).waitFor();
  await expect.poll(async () => (await heard(phone)).at(-1)).toBe(t(words.saidChoosing, { time: "10:21" }));
  expect(await phone.title()).toBe(called(words.titleChoosing));

  // What is chosen sells out while its options are asked: the focus was on one of them.
  await phone.getByRole("radio", { name: /^Latte/ }).check({ force: true });
  await phone.getByRole("button", { name: /^Choose / }).click();
  await text(phone, words.optionsTitle).waitFor();
  await phone.getByRole("radio", { name: "Soy" }).focus();
  await stand.configure(owner, { available: false }, "drink:latte");
  await says(t(words.justSoldOut, { drink: "Latte" }));
  await expect.poll(() => focus(phone)).toBe("H1");

  await stand.advance("250 s");
  await says(words.saidHurry);
  await phone.getByRole("radio", { name: /^Espresso/ }).check({ force: true });
  await phone.getByRole("button", { name: /^Choose / }).click();
  await phone.getByRole("button", { name: "Order Espresso" }).click();
  await says(t(words.saidQueued, { number: "1" }));
  const { id } = (await stand.board(bar)).find(({ state }) => state === "queued") ?? { id: "" };
  await bar.command(id, "claim");
  await says(t(words.saidMaking, { number: "1" }));
  await bar.command(id, "ready");
  await says(t(words.saidReady, { number: "1" }));
  for (let call = 0; call < 2; call++) {
    await stand.advance("1 min");
    // Who has seen it called means another time.
    await bar.command(id, "call", { version: (await stand.board(bar)).find((order) => order.id === id)?.version });
    await says(words.calledText);
  }
  await bar.command(id, "collect");
  await text(phone, t(words.collectedTitle, { drink: "Espresso" })).waitFor();
  // The headline and what it means, and none of the links and buttons below.
  expect((await heard(phone)).join()).not.toContain(words.myOrders);
  await phone.getByRole("button", { name: words.myOrders }).click();
  await expect.poll(() => phone.title()).toBe(called(words.myOrders));
  await stand.configure(owner, { available: true }, "drink:latte");
  await phone.context().close();
  expect(visit.troubles).toEqual([]);
});

test("what counts down is not spoken with each second", async () => {
  const { stand } = visit;
  const { owner, screen } = await visit.staff();
  await stand.configure(owner, { scansPerCode: 1 });
  await stand.advance("5 min");
  const only = await codeOf(screen);
  const [first, late] = [await stand.person(customerPhone(401)), await stand.person(customerPhone(402))];
  await stand.scan(first, screen);
  const page = await visit.openAs("phone", only, late, async (fresh) => {
    await fresh.clock.install();
    await listening(fresh);
  });
  await text(page, words.codeExhaustedTitle).waitFor();
  await expect.poll(async () => (await heard(page)).length).toBe(0);
  const shown = text(page, /A new code comes in/);
  const before = await shown.textContent();
  await page.clock.runFor(5_000);
  await expect.poll(() => shown.textContent()).not.toBe(before);
  expect(await heard(page)).toEqual([]);
  await page.context().close();
  await stand.configure(owner, { scansPerCode: 10 });

  const choosing = await visit.openAs("phone", visit.origin, first, async (fresh) => {
    await fresh.clock.install();
    await listening(fresh);
  });
  await text(choosing, words.chooseTitle).waitFor();
  const left = text(choosing, /^\d:\d\d$/);
  await heard(choosing);
  const began = await left.textContent();
  await choosing.clock.runFor(10_000);
  await expect.poll(() => left.textContent()).not.toBe(began);
  expect(await heard(choosing)).toEqual([]);
  await choosing.context().close();
  expect(visit.troubles.splice(0).filter((trouble) => !trouble.includes("Failed to load resource"))).toEqual([]);
});

test("at the bar a held Enter does one thing, and what has the focus says of which order it is", async () => {
  const { stand } = visit;
  const { bar, screen } = await visit.staff();
  await stand.advance("5 min");
  for (let n = 0; n < 3; n++) {
    const customer = await stand.person(customerPhone(410 + n));
    await customer.command(await stand.scan(customer, screen), "submit", { drinkId: "drink:espresso", options: {} });
    await stand.settle();
  }
  const page = await visit.openAs("tablet", "/barista", bar);
  const making = page.getByRole("region", { name: barWords.making, exact: true }).getByRole("article");
  const name = () => page.evaluate<string>("document.activeElement.getAttribute('aria-label')");
  const [one, two] = (await stand.board(bar))
    .filter(({ state }) => state === "queued")
    .map(({ number }) => String(number));
  const make = (number = "") => `${barWords.make}: ${t(barWords.order, { number, drink: "Espresso" })}`;
  await page.getByRole("button", { name: make(one), exact: true }).focus();
  // A key that stays down comes again and again.
  for (let n = 0; n < 6; n++) {
    await page.keyboard.down("Enter");
    if (n === 0) await expect.poll(name).toBe(make(two));
  }
  await page.keyboard.up("Enter");
  expect(await name()).toBe(make(two));
  await page.keyboard.press("Enter");
  await expect.poll(() => making.count()).toBe(2);
  // Nor does it go through what opens: the first drink would be sold out by it.
  await page.getByRole("button", { name: barWords.soldOut }).first().focus();
  for (let n = 0; n < 6; n++) await page.keyboard.down("Enter");
  await page.keyboard.up("Enter");
  await page.getByRole("dialog").waitFor();
  expect(await page.getByRole("dialog").getByRole("switch").first().isChecked()).toBe(true);
  await page.getByRole("button", { name: common.close, exact: true }).click();
  await page.context().close();
  expect(visit.troubles).toEqual([]);
});

test("whoever signs in hears that the code is on its way, and to which number", async () => {
  const page = await visit.open("phone", `${visit.origin}/barista`, listening);
  await page.getByLabel(signInWords.phone).fill(customerPhone(420));
  await page.keyboard.press("Enter");
  await expect.poll(() => heard(page)).toEqual([t(signInWords.codeIntro, { phone: customerPhone(420) })]);
  await page.context().close();
  expect(visit.troubles).toEqual([]);
});

test("a customer's page is called by what it shows before there is an order", async () => {
  const { owner } = await visit.staff();
  const page = await visit.open("phone", visit.origin);
  await expect.poll(() => page.title()).toBe(called(words.scanTitle));
  await page.getByRole("button", { name: words.typeCode }).click();
  await expect.poll(() => page.title()).toBe(called(words.typeCode));
  await page.goBack();
  const { store } = await visit.stand.page();
  await visit.stand.configure(owner, { open: false });
  await expect.poll(() => page.title()).toBe(called(t(words.closedTitle, { store: store.name })));
  await visit.stand.configure(owner, { open: true });
  await page.getByRole("button", { name: words.myOrders }).click();
  await expect.poll(() => page.title()).toBe(called(words.signInTitle));
  await page.context().close();
  expect(visit.troubles).toEqual([]);
});

test("the admin page is called by its section, and before anybody works in it by its own name", async () => {
  const { owner } = await visit.staff();
  const stranger = await visit.open("desk", `${visit.origin}/admin`);
  await stranger.locator("h1").waitFor();
  expect(await stranger.title()).toBe("Crema · Admin");
  await stranger.context().close();
  const desk = await visit.openAs("desk", "/admin#people", owner);
  await expect.poll(() => desk.title()).toBe(called(adminWords.sections.people));
  await desk.context().close();
});

test("what is read is not called clickable because all of it stands in something that takes clicks", async () => {
  const { owner, bar } = await visit.staff();
  const phone = await visit.open("phone", visit.origin);
  expect(await clickable(phone)).toEqual([]);
  const board = await visit.openAs("desk", "/barista", bar);
  expect(await clickable(board)).toEqual([]);
  const desk = await visit.openAs("desk", "/admin#people", owner);
  expect(await clickable(desk)).toEqual([]);
  await desk.goto(visit.stand.azure.controlUrl);
  expect(await clickable(desk)).toEqual([]);
  for (const page of [phone, board, desk]) await page.context().close();
  expect(visit.troubles).toEqual([]);
});

test("nothing that the Tab key leads to lies under what stays at an edge", async () => {
  const { owner, bar } = await visit.staff();
  const desk = await visit.openAs("desk", "/admin#menu/drink%3Alatte", owner);
  for (const path of ["menu/drink%3Alatte", "menu/store", "people/new", "menu"]) {
    await desk.goto(`${visit.origin}/admin#${path}`);
    await expect.poll(() => focus(desk)).toBe("H1");
    for (const [width, height] of [
      [1280, 800],
      [390, 844],
      [320, 256],
    ] as const) {
      await desk.setViewportSize({ width, height });
      await desk.locator("h1").waitFor();
      expect(await covered(desk), `${path}, ${width} px`).toEqual([]);
    }
  }
  await desk.context().close();
  const board = await visit.openAs("desk", "/barista", bar);
  await board.getByRole("article").first().waitFor();
  await board.setViewportSize({ width: 390, height: 600 });
  expect(await covered(board)).toEqual([]);
  await board.context().close();
  expect(visit.troubles).toEqual([]);
});
