import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { codeGroups } from "../../contracts/code-signs.ts";
import { barista as barWords } from "../../web/lib/strings/barista.ts";
import { common, errors } from "../../web/lib/strings/common.ts";
import { signIn } from "../../web/lib/strings/sign-in.ts";
import { t } from "../../web/lib/text.ts";
import { customerPhone, staffPhones } from "../system/stand.ts";
import { notLetIn, onTheWay, signingIn, timed, until, withoutNetwork } from "./customer-states.ts";
import { customer as words } from "./customer-words.ts";
import { Journey, text } from "./journey.ts";

/** A minute and a half into a code window. */
const morning = Date.parse("2026-06-15T06:16:30Z");

let visit: Journey;
beforeAll(async () => {
  visit = await Journey.begin({ heldAt: morning });
});
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await visit.lookAtAll("everybody");
});
afterAll(() => visit?.end());

const focused = (target: Locator) => target.evaluate((element) => element === element.ownerDocument.activeElement);

/** Presses Tab until the focus is there, and looks that it can be seen where it is. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  for (let presses = 0; !(await focused(target)); presses++) {
    if (presses > 60) throw new Error(`${target} is not reached by keyboard`);
    await page.keyboard.press("Tab");
  }
  const ring = "getComputedStyle(document.activeElement.closest('label.card') ?? document.activeElement).outlineStyle";
  expect(await page.evaluate<string>(ring), String(target)).not.toBe("none");
}

test("without a camera and without a mouse: the code is typed, kept through the signing in, and an order made from end to end", async () => {
  const display = await visit.openDisplay();
  const code = new URL(display.url).searchParams.get("code") ?? "";
  await text(display.page, codeGroups(code)).waitFor();

  const phone = await visit.open("desk", visit.origin);
  const keys = phone.keyboard;
  await tabTo(phone, phone.getByRole("button", { name: words.typeCode }));
  await keys.press("Enter");
  const field = phone.getByRole("textbox", { name: words.typeLabel });
  await expect.poll(() => focused(field)).toBe(true);
  await visit.examine(phone, "customer-type-code");
  // What no code has is said here, and costs no try.
  await keys.type("0CE");
  await keys.press("Enter");
  await text(phone, t(words.typeWrong, { sign: "0" })).waitFor();
  await visit.examine(phone, "customer-type-wrong");
  await field.press("Control+a");
  await keys.type(code === "ACE346" ? "ACE347" : "ACE346");
  await keys.press("Enter");
  await text(phone, words.codeUnknownTitle).waitFor();
  await visit.examine(phone, "customer-typed-unknown");
  await tabTo(phone, phone.getByRole("button", { name: words.typeAgain }));
  await keys.press("Enter");
  await expect.poll(() => focused(field)).toBe(true);
  await keys.type(`${code.slice(0, 2)}-${code.slice(2, 4)} ${code.slice(4)}`.toLowerCase());
  await keys.press("Enter");

  // It is kept from here on, and a reload asks for nothing again.
  await text(phone, /^Your scan is kept for/).waitFor();
  await phone.reload();
  await text(phone, /^Your scan is kept for/).waitFor();
  await tabTo(phone, phone.getByRole("textbox", { name: signIn.phone }));
  await keys.type(customerPhone(1));
  await keys.press("Enter");
  const sms = phone.getByRole("textbox", { name: signIn.code, exact: true });
  await expect.poll(() => focused(sms)).toBe(true);
  await keys.type(visit.stand.codesTo(customerPhone(1))[0] ?? "");

  await text(phone, words.chooseTitle).waitFor();
  const latte = phone.getByRole("radio", { name: /^Latte/ });
  await tabTo(phone, phone.getByRole("radio").first());
  for (let n = 0; n < 10 && !(await latte.isChecked()); n++) await keys.press("ArrowDown");
  expect(await latte.isChecked()).toBe(true);
  await tabTo(phone, phone.getByRole("button", { name: /^Choose / }));
  await keys.press("Enter");
  await text(phone, words.optionsTitle).waitFor();
  await tabTo(phone, phone.getByRole("button", { name: "Order Latte" }));
  await keys.press("Enter");
  await text(phone, words.inQueue).waitFor();

  await visit.stand.advance("31 s");
  const bar = await visit.open("tablet", `${visit.origin}/barista`, timed);
  await visit.signIn(bar, staffPhones.barista);
  await tabTo(bar, bar.getByRole("button", { name: barWords.make }));
  await bar.keyboard.press("Enter");
  await text(phone, /making it|Being made/).waitFor();
  await tabTo(bar, bar.getByRole("button", { name: new RegExp(`^${barWords.readyAction}:`), disabled: false }));
  await bar.keyboard.press("Enter");
  await text(phone, words.ready).waitFor();
  await tabTo(bar, bar.getByRole("button", { name: /hand over$/, disabled: false }).first());
  await bar.keyboard.press("Enter");
  // What was handed over may be taken back for some seconds.
  await until(bar, text(phone, t(words.collectedTitle, { drink: "Latte" })));
  await tabTo(phone, phone.getByRole("button", { name: words.done }));
  await keys.press("Enter");
  await text(phone, words.scanTitle).waitFor();
  for (const page of [phone, bar, display.page]) await page.context().close();
  expect(visit.troubles).toEqual([]);
});

test("how many more there may be is told before the code and with the menu, when the store counts, and not to who is free of it", async () => {
  const { stand } = visit;
  const owner = await stand.admin();
  await stand.configure(owner, { ordersPerDay: 2, openOrdersPerCustomer: 2 });
  await stand.advance("5 min");
  const display = await visit.openDisplay();
  const phone = await visit.open("phone", display.url);
  await visit.signIn(phone, customerPhone(1));
  // One was made for them before.
  await text(phone, t(words.limitThis, { n: 2, most: 2 })).waitFor();
  await visit.examine(phone, "customer-limit-choosing");
  await phone.getByRole("button", { name: words.noThanks }).click();
  await phone.getByRole("button", { name: words.cancelYes }).click();
  await text(phone, words.cancelledTitle).waitFor();
  await phone.goto(visit.origin);
  // The store's midnight, in Berlin as on this phone.
  await text(phone, /^1 of 2 for today\. Counting starts again: .*16 Jun, 0:00/).waitFor();
  await visit.examine(phone, "customer-limit-today");
  await stand.configure(owner, { ordersPerDay: 1 });
  await phone.reload();
  await text(phone, /^You have had your one for today/).waitFor();
  await visit.examine(phone, "customer-limit-done");
  await stand.configure(owner, { staffWithoutLimits: true });
  await stand.advance("31 s");
  const barista = await visit.open("phone", visit.origin);
  await barista.getByRole("button", { name: words.myOrders }).click();
  await visit.signIn(barista, staffPhones.barista);
  await barista.getByRole("button", { name: common.back }).click();
  await text(barista, words.scanTitle).waitFor();
  expect(await barista.getByText(/for today/).count()).toBe(0);
  await stand.configure(owner, { ordersPerDay: null, openOrdersPerCustomer: 1, staffWithoutLimits: false });
  for (const page of [phone, barista, display.page]) await page.context().close();
  expect(visit.troubles).toEqual([]);
});

test("back is one step, out of the app never in the middle of a choice, and neither it nor a reload loses what was chosen", async () => {
  await visit.stand.advance("5 min");
  const display = await visit.openDisplay();
  const phone = await visit.open("phone", display.url);
  const number = phone.getByRole("textbox", { name: signIn.phone });
  await number.fill(customerPhone(3));
  await number.press("Enter");
  await phone.getByRole("textbox", { name: signIn.code, exact: true }).waitFor();
  await phone.goBack();
  await number.waitFor();
  await visit.stand.advance("31 s");
  await visit.signIn(phone, customerPhone(3));

  const heading = (content: string) => phone.getByRole("heading", { level: 1, name: content });
  const [latte, oat] = [phone.getByRole("radio", { name: /^Latte/ }), phone.getByRole("radio", { name: "Oat" })];
  const next = phone.getByRole("button", { name: /^Choose / });
  await heading(words.chooseTitle).waitFor();
  await phone.getByText("Latte", { exact: true }).click();
  await next.click();
  await heading(words.optionsTitle).waitFor();
  await phone.getByText("Oat", { exact: true }).click();
  await phone.goBack();
  await heading(words.chooseTitle).waitFor();
  expect(await latte.isChecked()).toBe(true);
  await next.click();
  await heading(words.optionsTitle).waitFor();
  expect(await oat.isChecked()).toBe(true);
  await phone.reload();
  await heading(words.optionsTitle).waitFor();
  expect(await oat.isChecked()).toBe(true);
  // The way back by hand is the same, and leaves no step behind that nothing is at.
  await phone.getByRole("button", { name: words.changeDrink }).click();
  await heading(words.chooseTitle).waitFor();
  expect(await latte.isChecked()).toBe(true);
  await phone.goBack();
  const dialog = phone.getByRole("dialog", { name: words.cancelTitle });
  await dialog.waitFor();
  await phone.goBack();
  await dialog.waitFor({ state: "detached" });
  await heading(words.chooseTitle).waitFor();
  await next.click();
  await phone.getByRole("button", { name: "Order Latte" }).click();
  await text(phone, words.inQueue).waitFor();
  await text(phone, /Oat/).waitFor();
  expect(await phone.evaluate<unknown>("sessionStorage.getItem('crema.draft')")).toBeNull();
  await expect.poll(() => phone.evaluate<number>("history.state?.depth ?? 0")).toBe(0);
  await phone.getByRole("button", { name: words.myOrders }).click();
  await heading(words.myOrders).waitFor();
  await phone.goBack();
  await text(phone, words.inQueue).waitFor();
  await phone.getByRole("button", { name: words.cancel }).click();
  await phone.getByRole("button", { name: words.cancelYes }).click();
  await text(phone, words.cancelledTitle).waitFor();
  for (const page of [phone, display.page]) await page.context().close();
  expect(visit.troubles).toEqual([]);
});

test("with the message in hand that no answer told of, somebody is let in; and going back to the number costs no other", async () => {
  const { stand } = visit;
  await stand.advance("5 min");
  const messages = () => stand.azure.sms.messages(customerPhone(70));
  const phone = await visit.open("phone", `${visit.origin}/?store=main`, (page) => page.clock.install());
  await phone.getByRole("button", { name: words.myOrders }).click();
  const number = phone.getByRole("textbox", { name: signIn.phone });
  await number.fill(customerPhone(70));
  await number.press("Enter");
  const code = phone.getByRole("textbox", { name: signIn.code, exact: true });
  await code.waitFor();
  await phone.getByRole("button", { name: signIn.otherNumber }).click();
  await number.press("Enter");
  await code.waitFor();
  expect(messages()).toHaveLength(1);

  await stand.advance("31 s");
  await phone.clock.fastForward(31_000);
  // How often is for the browser as well: it sends again by itself what it sent on a connection that was there.
  stand.azure.faults.add({ service: "functions", operation: "http", name: "POST *challenges", harm: "lose-answer" });
  await phone.getByRole("button", { name: signIn.resend }).click();
  await until(phone, text(phone, errors.network));
  stand.azure.faults.clear();
  const [newest, oldest] = stand.codesTo(customerPhone(70));
  expect(messages()).toHaveLength(2);
  expect(newest).not.toBe(oldest);
  await code.fill(newest ?? "");
  // They had asked for their orders.
  await text(phone, words.noOrders).waitFor();
  expect(messages()).toHaveLength(2);
  await phone.context().close();
  // What was lost here on purpose, the browser notes as errors.
  expect(visit.troubles.splice(0).filter((trouble) => !/Failed to load|net::ERR/.test(trouble))).toEqual([]);
});

test.each([
  ["without a network", withoutNetwork],
  ["while somebody signs in", signingIn],
  ["on the way from the scan to the bar", onTheWay],
  ["to whom nobody lets in", notLetIn],
])("what a phone and the wall show %s keeps nobody from using it, in any direction", async (_, walk) => {
  const before = visit.troubles.length;
  // A new code, and no two messages to one number within half a minute.
  await visit.stand.advance("5 min");
  await walk(visit);
  // What is refused, lost and broken here on purpose, the browser notes as errors.
  const noted = /Failed to load resource|net::ERR|blocked by CORS|WebSocket|config\.json|TypeError/;
  expect(visit.troubles.splice(before).filter((trouble) => !noted.test(trouble))).toEqual([]);
});
