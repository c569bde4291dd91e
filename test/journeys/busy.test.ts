import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { admin as adminWords } from "../../web/lib/strings/admin.ts";
import { customer as phoneWords } from "../../web/lib/strings/customer.ts";
import { display as displayWords } from "../../web/lib/strings/display.ts";
import { t } from "../../web/lib/text.ts";
import type { Person } from "../system/person.ts";
import { customerPhone, staffPhones } from "../system/stand.ts";
import { Journey, text } from "./journey.ts";

/** A minute and a half into a code window, at a quarter past ten in Berlin. */
const morning = Date.parse("2026-06-15T08:16:30Z");

let visit: Journey;
beforeAll(async () => {
  visit = await Journey.begin({ heldAt: morning });
});
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await visit.lookAtAll("busy");
});
afterAll(() => visit?.end());

/** What people order, in the order in which they come. */
const wishes = [
  { drinkId: "drink:flat-white", options: { milk: ["oat"] } },
  { drinkId: "drink:espresso", options: {} },
  { drinkId: "drink:latte", options: { size: ["large"], milk: ["soy"], extras: ["extra-shot", "decaf"] } },
  { drinkId: "drink:americano", options: { size: ["small"] } },
  { drinkId: "drink:latte", options: { milk: ["lactose-free"], extras: ["decaf"] } },
  { drinkId: "drink:double-espresso", options: {} },
  { drinkId: "drink:flat-white", options: { size: ["small"], extras: ["extra-shot"] } },
  { drinkId: "drink:latte", options: {} },
];

/** A screen shows all its width: nobody has to push it sideways. */
async function fits(page: Page): Promise<void> {
  const [wide = 0, room = 0] = await page.evaluate<number[]>(
    "[document.documentElement.scrollWidth, document.documentElement.clientWidth]",
  );
  expect(wide, page.url()).toBeLessThanOrEqual(room);
}

/**
 * Texts that hold a name written from right to left and would let it move what stands beside it: not in an element that isolates, nor between
 * marks that do; and texts that hold a mark that turns the direction.
 */
const loose = `(() => {
  const rtl = /[\\p{Script=Arabic}\\p{Script=Hebrew}]/u;
  const wrong = (text) => /[\\u202a-\\u202e]/.test(text) || rtl.test(text.replace(/\\u2068[^\\u2069]*\\u2069/g, ""));
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode())
    if (wrong(node.data) && node.parentElement.closest("bdi, option, script") === null) found.push(node.data.trim());
  for (const element of document.querySelectorAll("[aria-label], [title], [placeholder]"))
    for (const name of ["aria-label", "title", "placeholder"])
      if (wrong(element.getAttribute(name) ?? "")) found.push(name + ": " + element.getAttribute(name));
  for (const field of document.querySelectorAll("input.field"))
    if (rtl.test(field.value) && getComputedStyle(field).direction !== "rtl") found.push("field: " + field.value);
  return found;
})()`;

async function look(page: Page, name: string): Promise<void> {
  await fits(page);
  expect(await page.evaluate(loose), name).toEqual([]);
  await visit.examine(page, name);
}

/** Somebody orders through the API, and the bar does its part. */
async function order(n: number, bar: Person, display: Person, upTo: "queued" | "making"): Promise<string> {
  const customer = await visit.stand.person(customerPhone(100 + n));
  const id = await visit.stand.scan(customer, display);
  await customer.command(id, "submit", wishes[n % wishes.length]);
  await visit.stand.settle();
  if (upTo === "making") await bar.command(id, "claim");
  await visit.stand.settle();
  return id;
}

test("a busy stand: every screen fits at every size, and a full queue says so", async () => {
  const { stand } = visit;
  const [bar, screen] = [await stand.barista(), await stand.display()];
  await stand.advance("31 s");
  // Names from right to left, and one that would turn everything behind it around.
  const owner = await stand.admin();
  await stand.configure(owner, { name: "אמריקנו (חזק)!" }, "drink:americano");
  await stand.configure(owner, { name: "إسبريسو مزدوج 2" }, "drink:double-espresso");
  await stand.configure(owner, { name: "\u202eevil דנה" }, `staff:${staffPhones.barista}`);

  // Those who came first are served; the others wait.
  for (let n = 0; n < 4; n++) {
    const id = await order(n, bar, screen, "making");
    await stand.advance("40 s");
    await bar.command(id, "ready");
    if (n < 2) await bar.command(id, "collect");
  }
  for (let n = 4; n < 14; n++) {
    await order(n, bar, screen, n < 6 ? "making" : "queued");
    await stand.advance("5 s");
  }

  const display = await visit.openDisplay();
  await text(display.page, displayWords.making).waitFor();
  await text(display.page, /^Coffee in /).waitFor();
  await look(display.page, "busy-display");
  const barista = await visit.open("tablet", `${visit.origin}/barista`);
  await visit.signIn(barista, staffPhones.barista);
  await barista.getByRole("article", { name: /^Order 7, Flat White/ }).waitFor();
  await look(barista, "busy-barista");
  await stand.advance("31 s");
  const small = await visit.open("phone", `${visit.origin}/barista`);
  await visit.signIn(small, staffPhones.barista);
  await small.getByRole("article", { name: /^Order 7, Flat White/ }).waitFor();
  await look(small, "busy-barista-phone");

  for (const device of ["desk", "phone"] as const) {
    const admin = await visit.open(device, `${visit.origin}/admin#menu`);
    await visit.signIn(admin, staffPhones.admin);
    await text(admin, "Flat White").waitFor();
    await look(admin, `busy-admin-${device}`);
    await admin.getByRole("link", { name: t(adminWords.edit, { name: "Latte" }) }).click();
    await admin.getByRole("heading", { name: "Latte", level: 1 }).waitFor();
    await look(admin, `busy-admin-${device}-drink`);
    for (const section of ["today", "days"] as const) {
      await admin.getByRole("link", { name: adminWords.sections[section], exact: true }).click();
      await admin.getByRole("row", { name: new RegExp(`^${adminWords.figures.total} 2 2 `) }).waitFor();
      // A picture of what the table says; it comes with a file of its own.
      await admin.locator("canvas").first().waitFor();
      await look(admin, `busy-admin-${device}-${section}`);
    }
    for (const [section, title] of [
      ["orders", adminWords.ordersTitle],
      ["people", adminWords.peopleTitle],
    ] as const) {
      await admin.getByRole("link", { name: adminWords.sections[section] }).click();
      await admin.getByRole("heading", { name: title, level: 1 }).waitFor();
      await look(admin, `busy-admin-${device}-${section}`);
    }
    await admin.getByRole("link", { name: adminWords.sections.orders }).click();
    await admin.getByRole("button", { name: adminWords.history.past }).click();
    await text(admin, adminWords.history.all).waitFor();
    await admin.getByLabel(adminWords.state).selectOption("ready");
    const past = admin.getByRole("region", { name: adminWords.history.title }).getByRole("listitem");
    await expect.poll(() => past.count()).toBe(2);
    await look(admin, `busy-admin-${device}-history`);
    await admin.context().close();
    await stand.advance("31 s");
  }

  // A phone that the code lets in while there is room, at a desk and in the hand.
  const { url } = await visit.openDisplay("portrait");
  const phone = await visit.open("phone", url);
  await visit.signIn(phone, customerPhone(1));
  await text(phone, phoneWords.chooseTitle).waitFor();
  await text(phone, /^Ready .* after you order$/).waitFor();
  await phone.getByText("Flat White", { exact: true }).click();
  await look(phone, "busy-menu");
  await phone.getByRole("button", { name: /^Choose / }).click();
  await look(phone, "busy-options");
  await phone.getByRole("button", { name: "Order Flat White" }).click();
  await text(phone, phoneWords.inQueue).waitFor();
  await text(phone, /orders ahead of you/).waitFor();
  await text(phone, /^Ready in /).waitFor();
  await look(phone, "busy-queued");
  await phone.getByRole("button", { name: phoneWords.cancel }).click();
  await phone.getByRole("button", { name: phoneWords.cancelYes }).waitFor();
  await look(phone, "busy-cancel");
  await phone.getByRole("button", { name: phoneWords.cancelNo }).click();
  await phone.getByRole("button", { name: phoneWords.myOrders }).click();
  await look(phone, "busy-orders");

  // A newcomer is told that the queue is full before a phone number is asked for, and may sign in meanwhile.
  await stand.advance("31 s");
  await stand.configure(owner, { capacity: await stand.active() });
  const newcomer = await visit.open("phone", url);
  await text(newcomer, phoneWords.fullTitle).waitFor();
  expect(await newcomer.getByRole("textbox").count()).toBe(0);
  await look(newcomer, "busy-full-before-sign-in");
  await newcomer.getByRole("button", { name: phoneWords.signInMeanwhile }).click();
  await text(newcomer, /^Your scan is kept for/).waitFor();
  await newcomer.context().close();

  // A code that is nobody's: told before the phone number is asked for.
  const lost = await visit.open("phone", `${visit.origin}/?code=ABCDE`);
  await text(lost, phoneWords.codeUnknownTitle).waitFor();
  await look(lost, "busy-code-unknown");
  for (const page of [display.page, barista, small, phone, lost]) await page.context().close();
  // Of the code that is nobody's the browser says so too.
  expect(visit.troubles.filter((trouble) => !/404 .*\/holds/.test(trouble))).toEqual([]);
});
