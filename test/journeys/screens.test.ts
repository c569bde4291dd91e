import { readFileSync } from "node:fs";
import type { CDPSession, Locator, Page, Request } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { account as accountWords } from "../../web/lib/strings/account.ts";
import { admin as adminWords } from "../../web/lib/strings/admin.ts";
import { barista as barWords } from "../../web/lib/strings/barista.ts";
import { common } from "../../web/lib/strings/common.ts";
import { counter as counterWords, labels } from "../../web/lib/strings/counter.ts";
import { devices as deviceWords, pair as pairWords } from "../../web/lib/strings/devices.ts";
import { display as displayWords } from "../../web/lib/strings/display.ts";
import { reasons } from "../../web/lib/strings/reasons.ts";
import { signIn as signInWords } from "../../web/lib/strings/sign-in.ts";
import { staff as staffWords } from "../../web/lib/strings/staff.ts";
import { story as storyWords } from "../../web/lib/strings/story.ts";
import { t } from "../../web/lib/text.ts";
import type { Person } from "../system/person.ts";
import { customerPhone, staffPhones } from "../system/stand.ts";
import { customer as phoneWords } from "./customer-words.ts";
import { inTheWay } from "./in-the-way.ts";
import { Journey, text } from "./journey.ts";
import { Network } from "./network.ts";
import { printed, printsNothing, sheetsOf } from "./paper.ts";

/** A minute and a half into a code window. */
const morning = Date.parse("2026-06-15T06:16:30Z");

let visit: Journey;
beforeAll(async () => {
  visit = await Journey.begin({ heldAt: morning });
});
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await visit.lookAtAll("day");
});
afterAll(() => visit?.end());

/** Browsers as they come, made odd before a page's own script runs. */
const oddities = {
  "a kiosk without a language that refuses what it can": `
    Object.defineProperty(Navigator.prototype, "language", { get: () => "en-US@posix" });
    Object.defineProperty(Navigator.prototype, "languages", { get: () => [] });
    const told = Intl.DateTimeFormat.prototype.resolvedOptions;
    Intl.DateTimeFormat.prototype.resolvedOptions = function () { return { ...told.call(this), timeZone: undefined }; };
    Intl.supportedValuesOf = () => { throw new RangeError("no time zones"); };
    for (const place of ["localStorage", "sessionStorage"])
      Object.defineProperty(globalThis, place, { get() { throw new DOMException("refused", "SecurityError"); } });
    Object.defineProperty(globalThis, "Notification", { get() { throw new Error("refused"); } });
    navigator.wakeLock.request = () => Promise.reject(new DOMException("refused", "NotAllowedError"));
    navigator.vibrate = () => { throw new Error("refused"); };
    globalThis.AudioContext = class { constructor() { throw new Error("no device"); } };`,
  "an old tablet at a plain address, its storage full": `
    Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };
    for (const name of ["Notification", "AudioContext", "BroadcastChannel", "matchMedia"]) delete globalThis[name];
    for (const name of ["wakeLock", "vibrate", "userActivation", "share", "clipboard", "onLine", "languages"])
      delete Navigator.prototype[name];
    delete Crypto.prototype.randomUUID;
    for (const name of ["ListFormat", "DisplayNames", "PluralRules", "Locale", "supportedValuesOf"]) delete Intl[name];
    delete AbortSignal.timeout;`,
};

test.each(Object.entries(oddities))("all four apps work in %s", async (_, odd) => {
  await visit.stand.advance("31 s");
  const open = (device: "monitor" | "tablet" | "desk" | "phone", path: string) =>
    visit.open(device, visit.origin + path, (page) => page.addInitScript(odd));
  const display = await open("monitor", "/display");
  await visit.signIn(display, staffPhones.display);
  const code = await display
    .getByRole("link")
    .filter({ has: display.getByRole("img") })
    .getAttribute("href");
  const bar = await open("tablet", "/barista");
  await visit.signIn(bar, staffPhones.barista);
  await text(bar, barWords.queueEmpty).waitFor();
  await bar.getByRole("button", { name: barWords.more }).click();
  await bar.getByRole("button", { name: barWords.sounds }).click();
  await bar.getByRole("button", { name: t(barWords.hearOf, { sound: barWords.soundOf.late }) }).click();
  await bar.getByRole("button", { name: common.close, exact: true }).click();
  const admin = await open("desk", "/admin");
  await visit.signIn(admin, staffPhones.admin);
  await text(admin, adminWords.today.waiting).waitFor();
  await admin.getByRole("link", { name: adminWords.sections.menu }).click();
  await admin.getByRole("link", { name: adminWords.settings }).click();
  await admin.getByLabel(adminWords.fields.timeZone).waitFor();

  const phone = await open("phone", code?.replace(/^https?:\/\/[^/]+/, "") ?? "");
  await visit.signIn(phone, customerPhone(oddCustomer++));
  await phone.getByText("Latte", { exact: true }).click();
  await phone.getByRole("button", { name: /^Choose / }).click();
  await phone.getByRole("button", { name: "Order Latte" }).click();
  await text(phone, phoneWords.inQueue).waitFor();
  await bar.getByRole("button", { name: barWords.make }).click();
  await bar.getByRole("button", { name: new RegExp(`^${barWords.readyAction}:`) }).click();
  await text(phone, phoneWords.ready).waitFor();
  await bar
    .getByRole("button", { name: /hand over$/ })
    .first()
    .click();
  for (const page of [display, bar, admin, phone]) await page.context().close();
  expect(visit.troubles).toEqual([]);
});
let oddCustomer = 0;

test("whoever moves the clock moves every open screen: ages and what is left follow the server's time", async () => {
  const { stand } = visit;
  await stand.advance("31 s");
  const [screen, guest] = [await stand.display(), await stand.person(customerPhone(90))];
  await stand.advance("31 s");
  const id = await stand.scan(guest, screen);
  await guest.command(id, "submit", { drinkId: "drink:espresso", options: {} });
  await stand.settle();
  const admin = await visit.open("desk", `${visit.origin}/admin#menu`);
  await visit.signIn(admin, staffPhones.admin);
  const left = admin.getByText(/new one in/);
  await left.waitFor();
  const move = await fetch(new URL("/clock/advance?by=14 min", stand.azure.controlUrl), { method: "POST" });
  expect(move.status).toBe(200);
  // The window that is told of now began after all that this screen knew of.
  await expect.poll(async () => (await left.textContent()) ?? "").toMatch(/new one in [0-5]:\d\d/);
  await admin.getByRole("link", { name: adminWords.sections.orders }).click();
  await text(admin, /^1[45]:\d\d/).waitFor();
  await admin
    .getByRole("button", { name: new RegExp(`^${storyWords.short}`) })
    .last()
    .click();
  await admin.getByText(storyWords.what.queued).waitFor();
  await admin.getByRole("switch", { name: storyWords.underneath }).click();
  await admin.getByText("crema.order.queued.v1").first().waitFor();
  await visit.examine(admin, "admin-story");
  await admin.getByRole("button", { name: common.close, exact: true }).click();
  await visit.look(admin, "admin-orders");

  // Nothing but the page itself tells a display how late it is, when somebody pauses just after the clock was moved.
  const display = await visit.open("monitor", `${visit.origin}/display`);
  await visit.signIn(display, staffPhones.barista);
  await text(display, displayWords.preparing).waitFor();
  await stand.advance("40 s");
  await admin.getByRole("link", { name: adminWords.sections.menu }).click();
  await admin.getByRole("button", { name: staffWords.pause }).click();
  await admin.getByRole("button", { name: t(staffWords.pauseFor, { n: 5 }) }).click();
  await text(display, displayWords.pausedTitle).waitFor();
  expect(await display.locator(".say .clock").textContent()).toMatch(/^(5:00|4:5\d)$/);
  await admin.getByRole("button", { name: staffWords.endPause }).click();
  await text(display, displayWords.pausedTitle).waitFor({ state: "detached" });
  await display.context().close();
  await admin.getByRole("link", { name: adminWords.sections.orders }).click();
  await text(admin, /^1[45]:\d\d/).waitFor();

  // The device's own clock is set, an hour on and two hours back: the screen asks, or counts on.
  await admin.clock.install();
  for (const hours of [1, -1]) {
    const date = new Date(Date.now() + hours * 3_600_000);
    await admin.clock.setSystemTime(date);
    await admin.clock.runFor(1_100);
    await text(admin, /^1[45]:\d\d/).waitFor();
  }
  await admin.context().close();
  await guest.command(id, "cancel");
  await stand.settle();
  expect(visit.troubles).toEqual([]);
});

test("in the reader's own colours what is chosen, what is left and what is on can be seen, and a code still be scanned", async () => {
  await visit.stand.advance("5 min");
  const forced = (page: Page) => page.emulateMedia({ forcedColors: "active" });
  const display = await visit.open("monitor", `${visit.origin}/display`, forced);
  await visit.signIn(display, staffPhones.display);
  const qr = display.getByRole("img", { name: /Code to scan/ });
  await qr.waitFor();
  type Computed = { getComputedStyle(of: unknown): Record<string, string> };
  const style = (element: Locator, property: string) =>
    element.evaluate((node, name) => (globalThis as unknown as Computed).getComputedStyle(node)[name], property);
  expect(await style(qr, "backgroundColor")).toBe("rgb(255, 255, 255)");
  expect(await style(qr.locator("path"), "fill")).toBe("rgb(43, 27, 18)");
  const address = await display.getByRole("link").first().getAttribute("href");

  const phone = await visit.open("phone", address ?? "", forced);
  await visit.signIn(phone, customerPhone(91));
  const [one, other] = [phone.locator("label.card").nth(0), phone.locator("label.card").nth(1)];
  await one.click();
  expect(await style(one, "backgroundColor")).not.toBe(await style(other, "backgroundColor"));
  const bar = phone.locator(".timer .bar");
  expect(await style(bar.locator(".fill"), "backgroundColor")).not.toBe(await style(bar, "backgroundColor"));
  await visit.examine(phone, "forced-menu");
  await phone.getByRole("button", { name: /^(Choose|Order) / }).click();
  await visit.look(phone, "forced-options");

  const admin = await visit.open("desk", `${visit.origin}/admin#menu`, forced);
  await visit.signIn(admin, staffPhones.admin);
  const knob = admin.getByRole("switch").first().locator("span");
  await knob.waitFor();
  const background = await style(knob, "backgroundColor");
  expect(background).not.toBe("rgba(0, 0, 0, 0)");
  await visit.look(admin, "forced-admin");
  // An arrow that is a gradient is not drawn by Firefox then.
  await admin.goto(`${visit.origin}/admin#menu/drink%3Alatte`);
  const list = admin.locator("select.field").first();
  await list.waitFor();
  expect([await style(list, "appearance"), await style(list, "backgroundImage")]).toEqual(["auto", "none"]);
  // What is chosen among several, and what a chart's legend names, is told apart.
  const apart = async (one: Locator, other: Locator) =>
    expect(await style(one, "backgroundColor")).not.toBe(await style(other, "backgroundColor"));
  await admin.goto(`${visit.origin}/admin#orders`);
  await apart(admin.locator("main a[aria-current]"), admin.locator("main a.button:not([aria-current])").first());
  await admin.goto(`${visit.origin}/admin#days`);
  const swatches = admin.locator(".swatch");
  await apart(swatches.nth(0), swatches.nth(1));
  await apart(admin.locator(".chart").first(), swatches.nth(1));
  await admin.goto(`${visit.stand.azure.controlUrl}#/timeline`);
  await apart(admin.locator("main [aria-pressed=true]").first(), admin.locator("main [aria-pressed=false]").first());
  await apart(admin.locator("nav [aria-current]"), admin.locator("nav a:not([aria-current])").first());
  for (const page of [display, phone, admin]) await page.context().close();
  expect(visit.troubles).toEqual([]);
});

/** Counts what a page keeps going: timers that are set, sockets that are not closed. Runs in the page, before its own script. */
const counters = `
  const timers = new Set();
  const { setTimeout: set, setInterval: every, clearTimeout: clear, clearInterval: stop } = globalThis;
  globalThis.setTimeout = (run, ms, ...more) => {
    const id = set(() => { timers.delete(id); run(...more); }, ms);
    timers.add(id);
    return id;
  };
  globalThis.setInterval = (...all) => { const id = every(...all); timers.add(id); return id; };
  globalThis.clearTimeout = (id) => { timers.delete(id); clear(id); };
  globalThis.clearInterval = (id) => { timers.delete(id); stop(id); };
  let sockets = [];
  globalThis.WebSocket = class extends WebSocket {
    constructor(...all) { super(...all); sockets.push(this); }
  };
  globalThis.kept = () => {
    sockets = sockets.filter((socket) => socket.readyState < 2);
    return { timers: timers.size, sockets: sockets.length };
  };
`;

/** How many nodes the lines of tables are. Runs in the page. */
const nodesOfLines = `[...document.querySelectorAll("tbody")].reduce((sum, lines) => {
  const walker = document.createTreeWalker(lines, NodeFilter.SHOW_ALL);
  while (walker.nextNode() !== null) sum++;
  return sum;
}, 0)`;

/** What a screen holds on to at a moment when nothing is under way. */
interface Kept {
  timers: number;
  sockets: number;
  listeners: number;
  nodes: number;
  heap: number;
}

/** A screen that lives for a day, and what it costs. */
class Screen {
  readonly page: Page;
  requests = 0;
  readonly #session: CDPSession;
  readonly #underWay = new Set<Request>();

  private constructor(page: Page, session: CDPSession) {
    this.page = page;
    this.#session = session;
    page.on("request", (request) => {
      this.requests++;
      this.#underWay.add(request);
    });
    page.on("requestfinished", (request) => this.#underWay.delete(request));
    page.on("requestfailed", (request) => this.#underWay.delete(request));
  }

  static async open(device: "monitor" | "tablet" | "desk" | "phone", address: string): Promise<Screen> {
    const page = await visit.open(device, address, async (fresh) => {
      await fresh.clock.install();
      await fresh.addInitScript(counters);
    });
    const session = await page.context().newCDPSession(page);
    await session.send("Performance.enable");
    return new Screen(page, session);
  }

  /** Until it listens and asks nothing. */
  async calm(): Promise<void> {
    const state = async () => {
      const { sockets } = await this.page.evaluate<{ sockets: number }>("kept()");
      return { sockets, underWay: this.#underWay.size };
    };
    await expect.poll(state, { message: this.page.url() }).toEqual({ sockets: 1, underWay: 0 });
  }

  async kept(): Promise<Kept> {
    // What is set to happen once happens; what goes on, goes on.
    await this.page.clock.runFor(5_000);
    await this.calm();
    await this.#session.send("HeapProfiler.enable");
    // What the first finds to be nobody's may hold something that the second frees.
    // With the next picture the browser lets go of what its animations moved; where nothing changes it draws none by itself.
    await this.#session.send("Page.captureScreenshot", { clip: { x: 0, y: 0, width: 8, height: 8, scale: 1 } });
    await this.#session.send("HeapProfiler.collectGarbage");
    await this.#session.send("HeapProfiler.collectGarbage");
    const { metrics } = await this.#session.send("Performance.getMetrics");
    const metric = (name: string) => metrics.find((one) => one.name === name)?.value ?? Number.NaN;
    const own = await this.page.evaluate<{ timers: number; sockets: number }>("kept()");
    // On today's figures a line more for each hour in which something happened is as it should be.
    const nodes = metric("Nodes") - (await this.page.evaluate<number>(nodesOfLines));
    return { ...own, listeners: metric("JSEventListeners"), nodes, heap: metric("JSHeapUsedSize") };
  }
}

/** From scan to hand-over, as the bar sees it. @param meanwhile done once it is made by somebody */
async function serve(
  customer: Person,
  bar: Person,
  screen: Person,
  meanwhile = async (_id: string) => {},
): Promise<void> {
  const id = await visit.stand.scan(customer, screen);
  await customer.command(id, "submit", { drinkId: "drink:espresso", options: {} });
  await visit.stand.settle();
  await bar.command(id, "claim");
  await meanwhile(id);
  for (const command of ["ready", "collect"]) await bar.command(id, command);
  await visit.stand.settle();
}

test("four screens live for a day, and at its end each does and keeps what it did and kept after an hour", async () => {
  const { stand } = visit;
  await stand.advance("31 s");
  const [bar, screen, admin, guest] = [
    await stand.barista(),
    await stand.display(),
    await stand.admin(),
    await stand.person(customerPhone(100)),
  ];
  await stand.advance("31 s");
  const screens = {
    display: await Screen.open("monitor", `${visit.origin}/display`),
    barista: await Screen.open("tablet", `${visit.origin}/barista`),
    admin: await Screen.open("desk", `${visit.origin}/admin#today`),
    customer: await Screen.open("phone", `${visit.origin}/`),
  };
  const all = Object.values(screens);
  const { display, barista } = screens;
  await visit.signIn(display.page, staffPhones.display);
  await visit.signIn(barista.page, staffPhones.barista);
  await visit.signIn(screens.admin.page, staffPhones.admin);
  await text(screens.admin.page, adminWords.today.waiting).waitFor();
  await text(barista.page, barWords.queueEmpty).waitFor();

  /** Time passes for everyone, and all have caught up with it. */
  async function pass(minutes: number): Promise<void> {
    await stand.advance(`${minutes} min`);
    await Promise.all(all.map((one) => one.page.clock.fastForward(minutes * 60_000)));
    await calm();
  }
  /** Until every screen listens again and no request is under way. */
  async function calm(): Promise<void> {
    await stand.settle();
    await Promise.all(all.map((one) => one.calm()));
  }

  /**
   * The network drops, codes change, an order is made, the store closes and opens. Returns what it cost each screen after the drop: how often it
   * asks until it is connected again is chance.
   */
  async function hour(): Promise<number[]> {
    for (const one of all) await one.page.context().setOffline(true);
    await stand.advance("1 min");
    await Promise.all(all.map((one) => one.page.clock.fastForward(60_000)));
    for (const one of all) await one.page.context().setOffline(false);
    // They know the time again before it goes on: who thinks that it is later asks about what is new.
    await calm();
    await pass(30);
    const before = all.map(({ requests }) => requests);
    await display.page
      .getByRole("link")
      .filter({ has: display.page.getByRole("img") })
      .waitFor();
    await serve(guest, bar, screen);
    await stand.configure(admin, { open: false });
    await text(display.page, displayWords.closedTitle).waitFor();
    await pass(30);
    await stand.configure(admin, { open: true });
    await text(display.page, displayWords.scanTitle).waitFor();
    await calm();
    return all.map(({ requests }, n) => requests - (before[n] ?? 0));
  }

  /** Those who work end what they do, one of their own will, one whose role is taken away; others begin anew on the same screens. */
  async function shift(): Promise<void> {
    await display.page.getByRole("button", { name: common.signOut }).click();
    // The barista's role goes while they look, and comes back for the next shift.
    await stand.configure(admin, { roles: ["display"] }, `staff:${staffPhones.barista}`);
    await text(barista.page, staffWords.roleChanged).waitFor();
    await expect.poll(() => barista.page.evaluate<{ sockets: number }>("kept()")).toMatchObject({ sockets: 0 });
    await stand.configure(admin, { roles: ["barista"] }, `staff:${staffPhones.barista}`);
    await barista.page.getByRole("button", { name: common.signOut }).click();
    await visit.signIn(display.page, staffPhones.display);
    await visit.signIn(barista.page, staffPhones.barista);
    await text(barista.page, barWords.queueEmpty).waitFor();
    await calm();
  }

  await hour();
  await shift();
  // What a screen makes once, with the first figures that change under it, is made by then.
  await hour();
  // What is looked at once a minute is, and no answer begins the next question.
  const looked = screens.admin.requests;
  for (let second = 0; second < 30; second += 3) {
    await screens.admin.page.clock.runFor(3_000);
    await screens.admin.calm();
  }
  expect(screens.admin.requests - looked).toBeLessThanOrEqual(2);
  const firstCost = await hour();
  const first = await Promise.all(all.map((one) => one.kept()));
  await pass(8 * 60);
  await shift();
  // As before the first: what a shift leaves behind goes with the next hours.
  await hour();
  const lastCost = await hour();
  for (const [n, one] of all.entries()) {
    const then = first[n];
    if (then === undefined) throw new Error("a screen is missing");
    const where = one.page.url();
    // A look more or less, as the hours fall; what is asked for ever would be asked tens of times.
    expect(Math.abs((lastCost[n] ?? 0) - (firstCost[n] ?? 0)), `requests of ${where}`).toBeLessThanOrEqual(3);
    const more = async () => {
      const now = await one.kept();
      return {
        timers: now.timers - then.timers,
        sockets: now.sockets - then.sockets,
        // The browser's own lock that keeps a screen awake has a listener now and then, and so has the one of the shift before.
        listeners: Math.max(0, now.listeners - then.listeners - 3),
        nodes: Math.max(0, now.nodes - then.nodes),
        // The code that the browser has made of ours by now is some more.
        heap: Math.max(0, now.heap / then.heap - 1.1),
      };
    };
    // What is left to the collector of garbage goes with one of its next rounds; what is kept never does.
    await expect.poll(more, { message: where }).toEqual({ timers: 0, sockets: 0, listeners: 0, nodes: 0, heap: 0 });
  }

  // What Event Grid tells two hours late is long over, and who opened the bar in between is not misled: that it waits again is not shown.
  await serve(guest, bar, screen, async (id) => {
    await stand.settle();
    stand.azure.faults.add({
      service: "eventgrid",
      operation: "deliver",
      harm: "late",
      milliseconds: 7_200_000,
      times: 1,
    });
    await bar.command(id, "release");
    await stand.settle();
    await bar.command(id, "claim");
  });
  await pass(30);
  await barista.page.reload();
  await text(barista.page, barWords.queueEmpty).waitFor();
  await barista.calm();
  const asked = barista.requests;
  await pass(100);
  expect(barista.requests).toBeGreaterThan(asked);
  expect(await text(barista.page, barWords.queueEmpty).isVisible()).toBe(true);
  for (const one of all) await one.page.context().close();
});

test("a display is paired by an admin's phone and shows the code; ended there it waits to be paired again; who is taken off the list is told so", async () => {
  const { stand } = visit;
  await stand.advance("31 s");
  const before = visit.troubles.length;
  const tv = await visit.open("monitor", `${visit.origin}/display`);
  await text(tv, displayWords.pairTitle).waitFor();
  const shown = tv.locator(".code span").first();
  const letters = (await shown.textContent()) ?? "";
  expect(letters).toMatch(/^[B-Z]{4}-[B-Z]{4}$/);
  await visit.examine(tv, "display-pair");

  // The code is typed on one phone, and scanned with it the next time.
  const phone = await visit.open("phone", `${visit.origin}/admin#devices`);
  await visit.signIn(phone, staffPhones.admin);
  await phone.getByRole("link", { name: pairWords.action }).click();
  const field = phone.getByRole("textbox", { name: pairWords.code });
  await field.fill("bcdf ghjk");
  await field.press("Enter");
  await text(phone, pairWords.refused["pairing-over"]).waitFor();
  await field.fill(letters.toLowerCase().replace("-", ""));
  expect(await field.inputValue()).toBe(letters);
  await visit.examine(phone, "admin-pair");
  await field.press("Enter");
  await text(phone, "Chrome on Linux").waitFor();
  await text(phone, pairWords.sameNetwork).waitFor();
  await visit.examine(phone, "admin-pair-found");
  await phone.getByRole("button", { name: pairWords.approve }).click();
  await text(phone, pairWords.nameMissing).waitFor();
  await phone.getByRole("textbox", { name: pairWords.called }).fill("Left of the bar");
  await phone.getByRole("button", { name: pairWords.approve }).click();
  const code = tv.getByRole("img", { name: /Code to scan/ });
  await code.waitFor();
  await text(phone, "Left of the bar").waitFor();
  await text(phone, deviceWords.here).waitFor();
  await visit.examine(phone, "admin-devices");
  // It is the screen's own, for good: a reload asks for nothing.
  await tv.reload();
  await code.waitFor();

  const list = phone.getByRole("region", { name: "Left of the bar" });
  await list.getByRole("button", { name: new RegExp(`^${deviceWords.end}`) }).click();
  await phone.getByRole("dialog").getByRole("button", { name: deviceWords.end }).click();
  await text(tv, displayWords.pairEnded).waitFor();
  const next = (await shown.textContent()) ?? "";
  expect(next).not.toBe(letters);
  await list.waitFor({ state: "detached" });
  // As the phone's camera opens it. A code that nobody approves makes place for another.
  await phone.goto("about:blank");
  await phone.goto(`${visit.origin}/admin?store=main#devices/${next.replace("-", "")}`);
  await text(phone, next).waitFor();
  await tv.setViewportSize({ width: 1080, height: 1920 });
  await visit.examine(tv, "display-pair-portrait");

  const bar = await visit.open("tablet", `${visit.origin}/barista`);
  await visit.signIn(bar, staffPhones.barista);
  await text(bar, barWords.queueEmpty).waitFor();
  await phone.goto(`${visit.origin}/admin#people`);
  await phone.getByRole("link", { name: /Bea/ }).click();
  await phone.getByRole("button", { name: adminWords.remove }).click();
  await phone.getByRole("dialog").getByRole("button", { name: adminWords.remove }).click();
  await text(phone, adminWords.peopleTitle).waitFor();
  // No clock is moved but by the second that the outbox looks at the catalog in.
  await stand.advance("1 s");
  await text(bar, staffWords.noLonger).waitFor();
  await visit.examine(bar, "barista-no-longer");
  for (const page of [tv, phone, bar]) await page.context().close();
  // What is over is answered so, and the browser prints that.
  expect(visit.troubles.splice(before).filter((one) => !/401 |410 |403 /.test(one))).toEqual([]);
  await stand.advance("31 s");
  const admin = await stand.admin();
  const bea = {
    id: `staff:${staffPhones.barista}`,
    kind: "staff",
    storeId: "main",
    phone: staffPhones.barista,
    name: "Bea",
  };
  await admin.put("/people", { ...bea, roles: ["barista"] });
  await stand.advance("2 s");
});

test("a customer downloads what is held about them and has it deleted; an admin does so by their number", async () => {
  const { stand } = visit;
  await stand.advance("31 s");
  const before = visit.troubles.length;
  const [number, other] = [customerPhone(110), customerPhone(111)];
  await stand.person(other);
  const [guest, screen] = [await stand.person(number), await stand.display()];
  const id = await stand.scan(guest, screen);
  await guest.command(id, "submit", { drinkId: "drink:espresso", options: {} });
  await stand.settle();
  await stand.advance("31 s");
  const phone = await visit.open("phone", `${visit.origin}/`);
  await phone.getByRole("button", { name: phoneWords.myOrders }).click();
  await visit.signIn(phone, number);
  const account = phone.getByRole("dialog");
  await phone.getByRole("button", { name: phoneWords.account }).click();
  await account.getByText(deviceWords.thisOne).waitFor();
  await visit.examine(phone, "customer-account");
  const [file] = await Promise.all([
    phone.waitForEvent("download"),
    account.getByRole("button", { name: accountWords.download }).click(),
  ]);
  expect(file.suggestedFilename()).toBe(accountWords.file);
  const held = JSON.parse(readFileSync(await file.path(), "utf8")) as { phone: string; parts: { part: string }[] };
  expect(held.phone).toBe(number);
  expect(JSON.stringify(held)).toContain(id);

  await account.getByRole("button", { name: accountWords.delete }).click();
  await account.getByRole("button", { name: accountWords.deleteYes }).click();
  await text(phone, accountWords.refused["orders-open"]).waitFor();
  await guest.command(id, "cancel");
  await visit.examine(phone, "customer-delete");
  await account.getByRole("button", { name: accountWords.deleteYes }).click();
  // Signed out, and with nothing of theirs.
  await phone.getByRole("button", { name: phoneWords.myOrders }).click();
  await phone.getByRole("textbox", { name: signInWords.phone }).waitFor();

  const admin = await visit.open("desk", `${visit.origin}/admin#people`);
  await visit.signIn(admin, staffPhones.admin);
  const field = admin.getByRole("textbox", { name: accountWords.phone });
  await field.fill("abc");
  await field.press("Enter");
  await text(admin, accountWords.phoneWrong).waitFor();
  await field.fill(number);
  await field.press("Enter");
  await text(admin, accountWords.none).waitFor();
  await visit.examine(admin, "admin-customer-data");
  await field.fill(other);
  await admin.getByRole("button", { name: accountWords.customerDelete, exact: true }).click();
  await admin.getByRole("dialog").getByRole("button", { name: accountWords.customerDelete }).click();
  await text(admin, accountWords.customerDeleted).waitFor();
  for (const page of [phone, admin]) await page.context().close();
  // What is refused, and what is over, is answered so; the browser prints that.
  expect(visit.troubles.splice(before).filter((one) => !/40[0149] /.test(one))).toEqual([]);
});

test("what was a mistake is taken back from the bar's list, and what nobody fetches stands apart until it is given up", async () => {
  // The day before had its connections cut, of which browsers print.
  const before = visit.troubles.length;
  await visit.stand.advance("31 s");
  const display = await visit.openDisplay();
  const bar = await visit.open("tablet", `${visit.origin}/barista`);
  await visit.signIn(bar, staffPhones.barista);
  const phone = await visit.open("phone", display.url);
  await visit.signIn(phone, customerPhone(8));
  await phone.getByText("Latte", { exact: true }).click();
  await phone.getByRole("button", { name: /^Choose / }).click();
  await phone.getByRole("button", { name: "Order Latte" }).click();
  const ticket = bar.getByRole("article", { name: /Latte/ });
  await ticket.getByRole("button", { name: barWords.make }).click();
  await ticket.getByRole("button", { name: barWords.readyAction }).click();
  await text(phone, phoneWords.ready).waitFor();

  const list = bar.getByRole("dialog");
  const back = (to: string) => list.getByRole("button", { name: new RegExp(`${to}$`) }).first();
  await bar.getByRole("button", { name: barWords.recall }).click();
  await back(barWords.backTo.making).waitFor();
  await visit.examine(bar, "barista-recall");
  await back(barWords.backTo.making).click();
  await text(phone, phoneWords.notYetText).waitFor();
  await text(display.page, displayWords.making).waitFor();
  await visit.examine(phone, "customer-recalled");
  await visit.examine(display.page, "display-recalled");
  await bar.keyboard.press("Escape");
  await ticket.getByRole("button", { name: barWords.readyAction }).click();
  await text(phone, phoneWords.readyText).waitFor();

  // Whoever had put its end out of sight sees it again; and a reason is read in the reader's language, whoever gave it.
  const colleague = await visit.stand.person(staffPhones.admin);
  const [{ id } = { id: "" }] = (await visit.stand.board(colleague)).filter(({ state }) => state === "ready").slice(-1);
  await colleague.command(id, "collect");
  await phone.getByRole("button", { name: phoneWords.done }).click();
  await text(phone, phoneWords.scanTitle).waitFor();
  const { version } = await colleague.command<{ version: number }>(id, "recall");
  await text(phone, phoneWords.readyText).waitFor();
  await colleague.command(id, "recall", { version });
  await colleague.command(id, "cancel", { note: "Wir schließen", why: "closing" });
  await text(phone, reasons.cancel.closing).waitFor();
  await colleague.command(id, "recall");
  await text(phone, phoneWords.isBackText).waitFor();
  await visit.examine(phone, "customer-back-in-queue");
  await colleague.command(id, "ready");
  await text(phone, phoneWords.readyText).waitFor();

  await visit.stand.advance("11 min");
  await bar.reload();
  await text(bar, barWords.notFetched).waitFor();
  await text(phone, phoneWords.calledText).waitFor();
  await visit.examine(bar, "barista-not-fetched");
  await visit.examine(phone, "customer-called");
  await visit.examine(display.page, "display-called");
  await bar.setViewportSize({ width: 1024, height: 768 });
  await visit.examine(bar, "barista-not-fetched-1024");
  // What stands below all that is ready is told of above it, and a touch away.
  await bar.getByRole("button", { name: /\d not fetched$/ }).click();
  await expect.poll(() => inTheWay(bar.getByRole("heading", { name: barWords.notFetched }))).toBe("");
  // Others were left there by the day before.
  const number = (await phone.title()).match(/\d+/)?.[0] ?? "";
  await bar.getByRole("button", { name: t(barWords.giveUpFor, { number }), exact: true }).click();
  await bar.getByRole("dialog").getByRole("button", { name: barWords.actions["give-up"] }).click();
  await text(phone, phoneWords.uncollectedTitle).waitFor();
  await visit.examine(phone, "customer-uncollected");
  for (const page of [bar, phone, display.page]) await page.close();
  expect(visit.troubles.slice(before)).toEqual([]);
});

test("somebody without a phone is served: the order is taken by keyboard, the number is large, and each cup has its label", async () => {
  const before = visit.troubles.length;
  const { stand } = visit;
  await stand.advance("31 s");
  const owner = await stand.admin();
  await stand.advance("31 s");
  const bar = await visit.open("tablet", `${visit.origin}/barista`, printsNothing);
  await visit.signIn(bar, staffPhones.barista);
  const colleague = await visit.open("desk", `${visit.origin}/barista`);
  await visit.signIn(colleague, staffPhones.admin);
  await colleague.getByRole("button", { name: counterWords.take }).waitFor();

  const dialog = bar.getByRole("dialog");
  await bar.getByRole("button", { name: counterWords.take }).press("Enter");
  // The first drink has the focus; of radio buttons the arrows choose.
  await bar.keyboard.press("ArrowDown");
  await dialog.getByRole("radio", { name: "Oat" }).waitFor();
  await dialog.getByRole("radio", { name: "Oat" }).press("Space");
  await dialog.getByRole("textbox", { name: counterWords.name }).pressSequentially("Mia");
  await visit.examine(bar, "barista-counter");
  await bar.keyboard.press("Enter");
  const number = dialog.locator(".number");
  await number.waitFor();
  const first = Number(await number.textContent());
  await visit.examine(bar, "barista-counter-number");
  // The colleague's screen asks for the name that no push tells.
  await colleague
    .getByRole("article", { name: /Flat White/ })
    .getByText("Mia")
    .waitFor();

  await dialog.getByRole("button", { name: labels.print, exact: true }).click();
  await expect.poll(() => printed(bar)).toBe(1);
  const [label, ...others] = await sheetsOf(bar);
  expect(others).toEqual([]);
  expect(label?.width).toBe(62);
  expect(label?.text).toMatch(new RegExp(`^${first} \\d\\d:\\d\\d Flat White \\+ Oat Mia Main stand$`));
  // The next guest, with nothing but a drink. What is refused is said, and nothing is lost of what was chosen.
  await dialog.getByRole("button", { name: counterWords.next }).press("Enter");
  await dialog.getByRole("radio", { name: "Espresso", exact: false }).first().waitFor();
  await bar.keyboard.press("Space");
  await stand.configure(owner, { capacity: (await stand.active()) || 1 });
  await dialog.getByText(counterWords.full).waitFor();
  await dialog.getByRole("button", { name: counterWords.order }).click();
  await dialog.getByRole("alert").getByText(counterWords.no["queue-full"]).waitFor();
  await visit.examine(bar, "barista-counter-full");
  await stand.configure(owner, { counterBeyondCapacity: true });
  await dialog.getByText(counterWords.beyond).waitFor();
  await dialog.getByRole("button", { name: counterWords.order }).click();
  await number.waitFor();
  expect(Number(await number.textContent())).toBe(first + 1);
  await bar.keyboard.press("Escape");

  // By itself with Make, on the roll that this tablet has; names of any length and script fit on one label.
  const names = ["عبد الرحمن الطويل جدا جدا جدا", "欧阳明月欧阳明月", "Wolfeschlegelsteinhausenbergerdorff Hube"];
  const options = { size: ["large"], milk: ["soy"], extras: ["extra-shot", "decaf"] };
  for (const name of names) await owner.post("/orders", { drinkId: "drink:latte", options, name });
  await bar.getByRole("button", { name: barWords.more, exact: true }).click();
  await dialog.getByRole("button", { name: labels.open }).click();
  await visit.examine(bar, "barista-labels");
  await dialog.getByText(labels.papers["58"]).click();
  await dialog.getByRole("switch", { name: labels.onMake }).click();
  await bar.keyboard.press("Escape");
  for (const [nth, name] of names.entries()) {
    const ticket = bar.getByRole("article", { name: /Latte/ }).filter({ hasText: name });
    await ticket.getByRole("button", { name: barWords.make }).click();
    await expect.poll(() => printed(bar)).toBe(2 + nth);
    const sheets = await sheetsOf(bar);
    expect(sheets.map(({ width }) => width)).toEqual([58]);
    expect(sheets[0]?.text).toContain("Latte + Large + Soy + Extra shot + Decaf");
    expect(sheets[0]?.text).toMatch(/Main stand$/);
    expect(await bar.locator(".crema-label").textContent()).toContain(name);
    const wide =
      "[...document.querySelectorAll('.crema-label, .crema-label *')].filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0).length";
    expect(await bar.evaluate(wide)).toBe(0);
  }
  await visit.examine(bar, "barista-counter-board");
  // By hand from a ticket, and from the list of what is over; who has no phone is called aloud, the screen says.
  const again = async (button: Locator, prints: number) => {
    await button.click();
    await expect.poll(() => printed(bar)).toBe(prints);
    expect((await sheetsOf(bar))[0]?.text).toContain("Flat White + Oat Mia");
  };
  const mia = bar.getByRole("article", { name: /Flat White/ }).filter({ hasText: "Mia" });
  await mia.getByRole("button", { name: t(barWords.moreFor, { number: first }) }).click();
  await visit.examine(bar, "barista-counter-ticket");
  await again(dialog.getByRole("button", { name: labels.printLabel }), 2 + names.length);
  await bar.keyboard.press("Escape");
  await mia.getByRole("button", { name: barWords.make }).click();
  await mia.getByRole("button", { name: barWords.readyAction }).click();
  await bar.getByRole("button", { name: /Flat White, Mia.*hand over$/ }).waitFor();
  await bar.getByRole("button", { name: barWords.recall }).click();
  // Numbers of the day before may be in the list, too.
  const printAgain = dialog
    .getByRole("listitem")
    .filter({ hasText: "Mia" })
    .getByRole("button", { name: t(labels.printFor, { number: first }), exact: true });
  await printAgain.waitFor();
  await visit.examine(bar, "barista-counter-recall");
  await again(printAgain, 4 + names.length);
  await bar.keyboard.press("Escape");
  await stand.advance("11 min");
  await bar.getByText(t(counterWords.noPhoneFor, { number: first, name: "Mia" })).waitFor();
  await visit.examine(bar, "barista-counter-not-fetched");
  await bar.getByRole("button", { name: barWords.more, exact: true }).click();
  await dialog.getByRole("button", { name: labels.open }).click();
  await dialog.getByText(labels.papers.a4).click();
  await dialog.getByRole("button", { name: labels.test }).click();
  await expect.poll(() => printed(bar)).toBe(5 + names.length);
  expect(await sheetsOf(bar)).toEqual([
    { width: 210, height: 297, text: expect.stringMatching(/^42 .*Flat White \+ Oat Test Main stand$/) },
  ]);
  await bar.keyboard.press("Escape");
  await stand.configure(owner, { capacity: 20, counterBeyondCapacity: false });
  for (const page of [bar, colleague]) await page.close();
  // What was refused, the browser notes as an error.
  expect(visit.troubles.slice(before).filter((trouble) => !/409 .*\/orders\)/.test(trouble))).toEqual([]);
});

test("whoever has gone elsewhere in the admin app while a screen is paired stays there, and is told of it", async () => {
  const { stand } = visit;
  // The owner has signed in as often as anybody may in an hour.
  await stand.advance("1 h");
  const owner = await stand.admin();
  const headers = { "content-type": "application/json" };
  const asked = await fetch(`${stand.store}/pairings`, { method: "POST", headers, body: "{}" });
  const { code } = (await asked.json()) as { code: string };
  const ways: Network[] = [];
  const admin = await visit.openAs("desk", `/admin#devices/${code}`, owner, async (page) => {
    ways.push(await Network.held(page, "**/approval"));
  });
  await admin.getByRole("textbox", { name: pairWords.called }).fill("Over the door");
  await admin.getByRole("button", { name: pairWords.approve }).click();
  await admin.evaluate('location.hash = "menu/drink:latte"');
  const heading = admin.getByRole("heading", { name: "Latte", exact: true });
  await heading.waitFor();
  for (const way of ways) await way.mend();
  await text(admin, t(pairWords.done, { name: "Over the door" })).waitFor();
  expect(new URL(admin.url()).hash).toBe("#menu/drink%3Alatte");
  expect(await heading.isVisible()).toBe(true);
  await admin.context().close();
});

test("a bar whose role is taken and given back looks for no order meanwhile, and rings for none that it had", async () => {
  const { stand } = visit;
  await stand.advance("31 s");
  const [admin, barista, screen, guest] = [
    await stand.admin(),
    await stand.barista(),
    await stand.display(),
    await stand.person(customerPhone(31)),
  ];
  const id = await stand.scan(guest, screen);
  await guest.command(id, "submit", { drinkId: "drink:espresso", options: {} });
  await stand.settle();
  const asked: string[] = [];
  const bar = await visit.openAs("tablet", "/barista", barista, async (page) => {
    await page.clock.install();
    page.on("request", (request) => void asked.push(`${request.method()} ${new URL(request.url()).pathname}`));
  });
  const ticket = bar.getByRole("article", { name: /Espresso/ });
  await ticket.waitFor();
  await stand.configure(admin, { roles: ["display"] }, `staff:${staffPhones.barista}`);
  await text(bar, staffWords.roleChanged).waitFor();
  await stand.configure(admin, { roles: ["barista"] }, `staff:${staffPhones.barista}`);
  // The hour after which a screen of staff asks who it belongs to.
  await bar.clock.fastForward("01:00:05");
  await ticket.waitFor();
  const said = await bar.locator(".app > [aria-live=polite]").textContent();
  expect([asked.filter((each) => each.includes(id)), said]).toEqual([[], ""]);
  await barista.command(id, "cancel", { note: "Out of stock" });
  await bar.context().close();
});
