import { CosmosClient } from "@azure/cosmos";
import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { barista as words } from "../../web/lib/strings/barista.ts";
import { common } from "../../web/lib/strings/common.ts";
import { staff } from "../../web/lib/strings/staff.ts";
import { t } from "../../web/lib/text.ts";
import type { Person } from "../system/person.ts";
import { customerPhone, staffPhones } from "../system/stand.ts";
import { inTheWay } from "./in-the-way.ts";
import { Journey } from "./journey.ts";
import { stopTime } from "./page-time.ts";

/** A minute and a half into a code window. */
const morning = Date.parse("2026-06-15T08:16:30Z");

let visit: Journey;
beforeAll(async () => {
  visit = await Journey.begin({ heldAt: morning });
});
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await visit.lookAtAll("bar");
});
afterAll(() => visit?.end());

const flatWhite = { drinkId: "drink:flat-white", options: { milk: ["oat"] } };
/** What people order, in the order in which they come: three of them the same. */
const wishes = [
  { drinkId: "drink:espresso", options: {} },
  flatWhite,
  { drinkId: "drink:latte", options: { size: ["large"], milk: ["lactose-free"], extras: ["extra-shot"] } },
  { drinkId: "drink:double-espresso", options: {} },
  flatWhite,
  { drinkId: "drink:americano", options: { size: ["small"] } },
  { drinkId: "drink:latte", options: { size: ["small"], milk: ["lactose-free"], extras: ["extra-shot"] } },
  { drinkId: "drink:flat-white", options: { size: ["small"] } },
  flatWhite,
];

/** Orders one after another, the first of which has the number after `last`. */
async function queue(screen: Person, last: number): Promise<{ customer: Person; id: string }[]> {
  const { stand } = visit;
  const client = new CosmosClient(stand.azure.endpoints.cosmos.connectionString);
  const { items } = client.database("crema").container("orders");
  const day = new Date(morning).toISOString().slice(0, 10);
  await items.upsert({ id: "numbers", kind: "numbers", storeId: stand.storeId, lastNumber: last, day });
  client.dispose();
  const came: { customer: Person; id: string }[] = [];
  for (const [n, wish] of wishes.entries()) {
    const customer = await stand.person(customerPhone(200 + n));
    const id = await stand.scan(customer, screen);
    await customer.command(id, "submit", wish);
    await stand.settle();
    came.push({ customer, id });
  }
  return came;
}

/**
 * Notes what is heard: the height (Hz) of each note that is played. That the page was touched by nobody is told as a browser does: to it a test's
 * questions are touches. Runs in the page, before its own script.
 */
const ears = `
  let hasBeenActive = false;
  addEventListener("keydown", () => { hasBeenActive = true; }, true);
  Object.defineProperty(Navigator.prototype, "userActivation", { get: () => ({ hasBeenActive }) });
  globalThis.heard = [];
  const make = AudioContext.prototype.createOscillator;
  AudioContext.prototype.createOscillator = function () {
    const sound = make.call(this);
    const { start } = sound;
    sound.start = function (...at) { heard.push(this.frequency.value); return start.apply(this, at); };
    return sound;
  };`;

/** The tickets of the queue that can be seen whole, with what would be wrong about them. Runs in the page. */
const inView = `(() => {
  const whole = ({ top, left, bottom, right }) => top >= 0 && left >= 0 && bottom <= innerHeight && right <= innerWidth;
  const area = ({ width, height }) => width * height;
  return [...document.querySelectorAll("section.queue article, section.making article")].flatMap((ticket) => {
    const box = ticket.getBoundingClientRect();
    if (!whole(box)) return [];
    const [step, ...others] = [...ticket.querySelectorAll("button")].map((button) => button.getBoundingClientRect());
    const wrong = [];
    if (others.some((other) => area(other) >= area(step))) wrong.push("another button is as large");
    if ([step, ...others].some(({ width, height }) => width < 48 || height < 48)) wrong.push("a small button");
    const texts = [...ticket.querySelectorAll("header > *, h3, .options")];
    const cut = texts.some((text) => text.scrollWidth > text.clientWidth + 1 && getComputedStyle(text).display !== "inline");
    if (cut || texts.some((text) => text.getBoundingClientRect().right > box.right)) wrong.push("something is cut off");
    return [wrong.join(", ")];
  });
})()`;

/** What has the focus: the number of the ticket, or the name of what else it is. */
const focused = (page: Page) =>
  page.evaluate<string>(
    `(({ tagName, textContent, ariaLabel }, ticket) =>
      (ticket?.querySelector(".number")?.textContent ?? "").replace(/\\D/g, "") || ariaLabel || textContent.trim().slice(0, 30) || tagName)
      (document.activeElement, document.activeElement.closest("li")?.querySelector("[data-ticket]")?.closest("li"))`,
  );

const numbers = async (tickets: Locator): Promise<string[]> =>
  (await tickets.locator(".number").allTextContents()).map((text) => text.replace(/\D/g, ""));

test("a bar works by keys alone: eight tickets and more in view, each in its place, and the focus on the next after each step", async () => {
  const { stand } = visit;
  const owner = await stand.admin();
  const screen = await stand.display();
  await stand.configure(owner, { agingMinutes: 10, lateMinutes: 12, makingMinutes: 60 });
  await stand.advance("31 s");
  const came = await queue(screen, 9_990);

  const bar = await visit.open("tablet", `${visit.origin}/barista`, async (page) => {
    await page.setViewportSize({ width: 1024, height: 768 });
    await page.clock.install();
    await page.addInitScript(ears);
  });
  await visit.signIn(bar, staffPhones.barista);
  const column = (name: "queue" | "making" | "ready") => bar.getByRole("region", { name: words[name], exact: true });
  const [waiting, made, ready] = [column("queue"), column("making"), column("ready")];
  const at = (where: Locator, ...expected: string[]) => expect.poll(() => numbers(where)).toEqual(expected);
  const focusIs = (expected: string) => expect.poll(() => focused(bar)).toBe(expected);
  await at(waiting, "9991", "9992", "9993", "9994", "9995", "9996", "9997", "9998", "9999");
  // Once they have slid there.
  const seen = async () => {
    const tickets = await bar.evaluate<string[]>(inView);
    return tickets.length < 8 ? [`${tickets.length} are in view`] : tickets.filter(Boolean);
  };
  await expect.poll(seen).toEqual([]);
  await visit.examine(bar, "bar-1024");

  /**
   * Presses a key, and waits until what it did is on every screen; no two things are done in the same moment. What is pressed for a ticket whose command
   * is under way does nothing: such a ticket looks as if all were done, but takes no other yet.
   */
  const press = async (key: string): Promise<void> => {
    await bar.keyboard.press(key);
    await stand.advance("1 s");
    await expect.poll(() => bar.locator("[data-ticket][aria-disabled=true]").count()).toBe(0);
  };

  // The same together: the oldest leads, and the tablet remembers it.
  await press("d");
  await at(waiting, "9991", "9992", "9995", "9999", "9993", "9994", "9996", "9997", "9998");
  await bar.getByText(t(words.alike, { n: 3 }), { exact: true }).waitFor();
  await bar.reload();
  await at(waiting, "9991", "9992", "9995", "9999", "9993", "9994", "9996", "9997", "9998");
  // Before the first touch or key the browser plays nothing, and that is said kindly.
  await bar.getByText(words.touchForSound).waitFor();
  await visit.look(bar, "bar-together");

  // The third place is the second of those alike.
  await press("3");
  await at(made, "9995");
  await focusIs("9999");
  await press("d");
  await bar.getByText(words.touchForSound).waitFor({ state: "hidden" });
  await at(waiting, "9991", "9992", "9993", "9994", "9996", "9997", "9998", "9999");
  await press("1");
  await at(made, "9991", "9995");
  await press("m");
  await at(made, "9991", "9995", "9999");
  await focusIs("9998");
  await press("ArrowUp");
  await focusIs("9996");
  const keys = waiting.locator("kbd").evaluateAll((all) => all.map((one) => one.getAttribute("data-key")));
  expect(await keys).toEqual(["1", "2", "3", "4", "5", "6"]);
  expect(await made.locator("kbd").count()).toBe(0);
  // What is held down, or is another's, does nothing.
  await press("Control+m");
  await press("Alt+1");
  await at(made, "9991", "9995", "9999");
  await press("r");
  await at(ready, "9991");
  await press("k");
  await focusIs("9995");
  await press("2");
  await at(made, "9995");
  await focusIs("9995");
  await press("Enter");
  await expect.poll(() => numbers(ready)).toHaveLength(3);
  // Nothing is made any more: the focus is on the next column that has something.
  await expect.poll(async () => (await numbers(ready)).includes(await focused(bar))).toBe(true);
  await press("u");
  await at(made, "9995");
  await bar.getByText(t(words.isBack, { number: "9995", where: words.backTo.making })).waitFor();
  await at(ready, "9991", "9999");
  await press("ArrowDown");
  await focusIs("9999");
  await stopTime(bar);
  await press("h");
  await at(ready, "9991");
  await focusIs("9991");
  await bar.getByRole("button", { name: t(words.undo, { number: "9999" }) }).waitFor();
  await press("u");
  await bar.clock.resume();
  await at(ready, "9991", "9999");
  await press("1");
  await press("1");
  await at(ready);
  await focusIs("9992");
  expect(visit.troubles).toEqual([]);

  // Told to the others once it cannot be undone; then taken back by the list, and the last by a key.
  await bar.clock.fastForward(6_000);
  await expect.poll(async () => (await stand.board(owner)).some(({ state }) => state === "ready")).toBe(false);
  await stand.settle();
  await press("t");
  const list = bar.getByRole("dialog");
  await list.getByRole("button", { name: `9991: ${words.backTo.ready}` }).click();
  await at(ready, "9991");
  const state = async (n: number) => {
    const one = came[n];
    return one && (await stand.order(one.customer, one.id)).state;
  };
  await expect.poll(() => state(0)).toBe("ready");
  await press("Escape");
  await focusIs("9992");
  await press("Backspace");
  await at(ready, "9991", "9999");
  await focusIs("9992");

  // A cancellation by mistake: what is written is written, and goes to no ticket.
  await press("c");
  const reason = bar.getByRole("dialog").getByRole("textbox");
  await reason.focus();
  await bar.keyboard.type("mr1 sold out");
  expect(await reason.inputValue()).toBe("mr1 sold out");
  await press("Enter");
  await at(waiting, "9993", "9994", "9996", "9997", "9998");
  await focusIs("9993");
  await expect.poll(() => state(1)).toBe("cancelled");
  await press("t");
  await list.getByRole("button", { name: `9992: ${words.backTo.queued}` }).click();
  await at(waiting, "9992", "9993", "9994", "9996", "9997", "9998");
  await expect.poll(() => state(1)).toBe("queued");
  await press("Escape");
  await focusIs("9993");

  // What customers take back stands by itself, moves no ticket, and is seen at once.
  const place = () => waiting.getByRole("article", { name: /9998/ }).boundingBox();
  const before = await place();
  for (const { customer, id } of came.slice(2, 4)) await customer.command(id, "cancel");
  await stand.settle();
  const ended = bar.getByRole("region", { name: words.ended });
  await expect.poll(() => numbers(ended)).toEqual(["9993", "9994"]);
  await at(waiting, "9992", "9996", "9997", "9998");
  // The one with the focus went: the next has it.
  await focusIs("9996");
  expect((await waiting.getByRole("article", { name: /9992/ }).boundingBox())?.y).toBeLessThan(before?.y ?? 0);
  await visit.examine(bar, "bar-ended");
  await press("x");
  await ended.waitFor({ state: "detached" });
  await bar.reload();
  await at(waiting, "9992", "9996", "9997", "9998");
  expect(await ended.count()).toBe(0);

  // By the owner's minutes, in words and in sounds.
  const oldest = waiting.getByRole("article", { name: /9992/ });
  await bar.keyboard.press("ArrowDown");
  const pass = async (time: string, ms: number) => {
    await stand.advance(time);
    await bar.clock.fastForward(ms);
  };
  await oldest.getByText(/\b\d min$/).waitFor();
  await pass("10 min", 600_000);
  await oldest.getByText(t(words.ages.aging, { time: "10 min" })).waitFor();
  expect(await bar.evaluate("heard")).toEqual([]);
  await pass("2 min", 120_000);
  await oldest.getByText(t(words.ages.late, { time: "12 min" })).waitFor();
  await expect.poll(() => bar.evaluate("heard")).toEqual([233, 233]);
  const late = await stand.person(customerPhone(300));
  const another = await stand.scan(late, screen);
  await late.command(another, "submit", flatWhite);
  await stand.settle();
  await expect.poll(() => bar.evaluate("heard")).toEqual([233, 233, 784, 1047]);

  await keysAndSounds(bar);
  await looks(bar);
  await bar.context().close();
  expect(visit.troubles).toEqual([]);
});

/** Keys are changed, refused and kept; tones are chosen and tried. */
async function keysAndSounds(bar: Page): Promise<void> {
  await bar.keyboard.press("?");
  const dialog = bar.getByRole("dialog");
  const key = (action: keyof typeof words.actions, name: string) =>
    dialog.getByRole("button", { name: t(words.changeKey, { action: words.actions[action], key: name }), exact: true });
  await key("make", "M").click();
  await bar.keyboard.press("r");
  await dialog.getByText(t(words.keyTaken, { key: "R", action: words.actions.ready })).waitFor();
  await visit.examine(bar, "bar-keys");
  await bar.keyboard.press("F5");
  await dialog.getByText(words.keyNotOurs).waitFor();
  await bar.keyboard.press("z");
  await key("make", "Z").waitFor();
  await bar.keyboard.press("Escape");
  await bar.reload();
  await bar.getByRole("article").first().waitFor();
  const tickets = bar.getByRole("region", { name: words.making, exact: true }).getByRole("article");
  const before = await tickets.count();
  await bar.keyboard.press("m");
  await bar.keyboard.press("z");
  await expect.poll(() => tickets.count()).toBe(before + 1);
  await bar.keyboard.press("?");
  await dialog.getByRole("button", { name: words.presets.pad }).click();
  await dialog.getByRole("switch", { name: words.keysOn }).click();
  await bar.keyboard.press("Escape");
  // Without keys digits do nothing; arrows still lead from ticket to ticket.
  await bar.keyboard.press("1");
  const on = await focused(bar);
  await bar.keyboard.press("ArrowDown");
  await expect.poll(() => focused(bar)).not.toBe(on);
  expect(await tickets.count()).toBe(before + 1);

  await bar.getByRole("button", { name: words.more, exact: true }).click();
  await dialog.getByRole("button", { name: words.sounds }).click();
  await bar.evaluate("heard.length = 0");
  await dialog.getByLabel(words.soundOf.fresh, { exact: true }).selectOption("bell");
  await expect.poll(() => bar.evaluate("heard")).toEqual([880, 2217]);
  await dialog.getByLabel(words.soundOf.late, { exact: true }).selectOption("off");
  const hear = (kind: keyof typeof words.soundOf) =>
    dialog.getByRole("button", { name: t(words.hearOf, { sound: words.soundOf[kind] }) });
  expect(await hear("late").isDisabled()).toBe(true);
  await hear("fresh").click();
  await expect.poll(() => bar.evaluate("heard.length")).toBe(4);
  await visit.examine(bar, "bar-sounds");
  await dialog.getByRole("button", { name: common.close, exact: true }).click();
}

/** All that is to be made, over the board: Escape puts it away, and so does a touch beside it. */
async function opensCounts(bar: Page): Promise<void> {
  const more = bar.getByRole("region", { name: words.allDay }).getByRole("button");
  const putAway = [() => bar.keyboard.press("Escape"), () => bar.getByRole("heading", { name: words.ready }).click()];
  for (const put of putAway) {
    await more.click();
    await expect.poll(() => more.getAttribute("aria-expanded")).toBe("true");
    for (const name of [words.queue, words.making, words.ready])
      expect(await inTheWay(bar.getByRole("heading", { name, exact: true, level: 2 }))).toBe("");
    await put();
    await expect.poll(() => more.getAttribute("aria-expanded")).toBe("false");
  }
}

/** The states that a bar has, at the sizes of its screens. */
async function looks(bar: Page): Promise<void> {
  const { stand } = visit;
  for (const [name, width, height] of [
    ["bar-768", 768, 1024],
    ["bar-1280", 1280, 800],
    ["bar-1920", 1920, 1080],
  ] as const) {
    await bar.setViewportSize({ width, height });
    await visit.examine(bar, name);
    expect(await bar.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
    // Whoever must catch their breath does so with one touch, at every width.
    expect(await bar.getByRole("button", { name: staff.pause }).isVisible()).toBe(true);
    if (width === 768) await opensCounts(bar);
  }
  await bar.emulateMedia({ colorScheme: "dark" });
  await visit.examine(bar, "bar-dark");
  await bar.emulateMedia({ colorScheme: null, forcedColors: "active" });
  await visit.examine(bar, "bar-forced");
  await bar.emulateMedia({ forcedColors: null });
  await bar.getByRole("button", { name: staff.pause }).click();
  await bar.getByRole("button", { name: t(staff.pauseFor, { n: 5 }) }).click();
  await bar.getByRole("button", { name: staff.endPause }).waitFor();
  await stand.settle();
  await visit.examine(bar, "bar-paused");
}
