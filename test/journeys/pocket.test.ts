import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { builtSite } from "../../tools/build-web.ts";
import { common } from "../../web/lib/strings/common.ts";
import { display as displayWords } from "../../web/lib/strings/display.ts";
import { tell } from "../../web/lib/strings/tell.ts";
import type { Person } from "../system/person.ts";
import { type Browser, PushReceiver } from "../system/push-receiver.ts";
import { customerPhone } from "../system/stand.ts";
import { buildAsDeployed } from "../web/build-as-deployed.ts";
import { customer as words } from "./customer-words.ts";
import { Journey, text } from "./journey.ts";

/** A minute and a half into a code window. */
const morning = Date.parse("2026-06-15T08:16:30Z");

let visit: Journey;
let display: Person;
let bar: Person;
let built: string;
let receiver: PushReceiver;
beforeAll(async () => {
  built = mkdtempSync(join(tmpdir(), "crema-next-"));
  receiver = await PushReceiver.open();
  visit = await Journey.begin({ heldAt: morning, push: receiver });
  [display, bar] = [await visit.stand.display(), await visit.stand.barista()];
});
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await visit.lookAtAll("pocket");
});
afterAll(async () => {
  await visit?.end();
  await receiver?.close();
  rmSync(built, { recursive: true, force: true });
});

/** What comes true in the background, in its own time. */
const eventually = <T>(ask: () => T) => expect.poll(ask);

/** The page is under the service worker's care, and all that it keeps is in place. */
async function cared(page: Page): Promise<void> {
  await page.evaluate("navigator.serviceWorker.ready");
  await eventually(() => page.evaluate("navigator.serviceWorker.controller?.state")).toBe("activated");
}

/** A phone that has scanned, signed in, and is about to choose. */
async function choosing(customer: number, before?: (page: Page) => Promise<unknown>): Promise<Page> {
  const { url } = await display.get<{ url: string }>("/code");
  const phone = await visit.open("phone", url, before);
  await visit.signIn(phone, customerPhone(customer));
  await text(phone, words.chooseTitle).waitFor();
  return phone;
}

/** That there was no network, the browser notes as errors; we do not. */
const troubles = () =>
  visit.troubles.splice(0).filter((trouble) => !/ERR_INTERNET_DISCONNECTED|ERR_FAILED/.test(trouble));

async function orderLatte(phone: Page): Promise<void> {
  await phone.getByText("Latte", { exact: true }).click();
  await phone.getByRole("button", { name: /^Choose / }).click();
  await phone.getByRole("button", { name: "Order Latte" }).click();
}

test("without a network the app opens with what it showed last, and goes on when the network is back", async () => {
  const phone = await choosing(70);
  await orderLatte(phone);
  const heading = phone.getByRole("heading", { name: new RegExp(`1 ${words.inQueue}`) });
  await heading.waitFor();
  await cared(phone);
  await phone.context().setOffline(true);
  await phone.reload();
  await heading.waitFor();
  await text(phone, /^Offline: last seen 10:16/).waitFor();
  await visit.examine(phone, "customer-offline");
  // Of the API and of who is signed in nothing is kept but what the page itself keeps.
  const kept = await phone.evaluate<string[]>(
    "caches.keys().then((names) => Promise.all(names.map((name) => caches.open(name).then((cache) => cache.keys())))).then((all) => all.flat().map(({ url }) => url))",
  );
  expect(kept.length).toBeGreaterThan(8);
  for (const address of kept)
    expect(address.replace(visit.origin, "")).toMatch(/^\/(assets\/[\w-]+\.(js|css|woff2|svg)|config\.json)?$/);
  const [order] = await visit.stand.board(bar);
  await bar.command(order?.id ?? "", "ready");
  await visit.stand.settle();
  await phone.context().setOffline(false);
  await text(phone, words.ready).waitFor();
  await phone.context().close();
  expect(troubles()).toEqual([]);
});

/**
 * What this Chromium does not have. A subscription comes from its maker's push service, which no machine of a test reaches: in its place stands one of
 * the receiver's. And as packed for tests it has no notifications: that it may show them, and which it shows, is kept here. All between is the browser's
 * own: the asking, the service worker, and that it is brought the message.
 */
const pretended = ({ endpoint, keys }: Browser, answer: "granted" | "denied") => `
  const stored = (key, usual) => localStorage.getItem("test." + key) ?? usual;
  Object.defineProperty(Notification, "permission", { get: () => stored("permission", "default") });
  Notification.requestPermission = async () => {
    localStorage.setItem("test.permission", ${JSON.stringify(answer)});
    return ${JSON.stringify(answer)};
  };
  const subscription = (key) => ({
    options: { applicationServerKey: Uint8Array.from(atob(key.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0)).buffer },
    toJSON: () => (${JSON.stringify({ endpoint, keys })}),
    unsubscribe: async () => { localStorage.removeItem("test.key"); return true; },
  });
  PushManager.prototype.getSubscription = async () => stored("key") && subscription(stored("key"));
  PushManager.prototype.subscribe = async ({ userVisibleOnly, applicationServerKey }) => {
    if (!userVisibleOnly) throw new DOMException("must be seen", "NotAllowedError");
    localStorage.setItem("test.key", applicationServerKey);
    return subscription(applicationServerKey);
  };
  const down = new BroadcastChannel("test.down");
  ServiceWorkerRegistration.prototype.getNotifications = async ({ tag }) => [{ close: () => down.postMessage(tag ?? "all") }];`;

const inWorker = `
  const shown = (self.shown = new Map());
  const down = new BroadcastChannel("test.down");
  down.onmessage = ({ data }) => (data === "all" ? shown.clear() : shown.delete(data));
  registration.showNotification = async (title, options) => void shown.set(options.tag, { title, ...options });
  registration.getNotifications = async ({ tag }) => [...shown.values()].filter((each) => each.tag === tag);`;

/** Brings the page's service worker what its push service has got, as the browser does. */
async function deliver(page: Page, data: object | string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const registered = new Promise<string>((resolve) =>
    session.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      const ours = registrations.find(({ scopeURL }) => scopeURL === `${visit.origin}/`);
      if (ours) resolve(ours.registrationId);
    }),
  );
  await session.send("ServiceWorker.enable");
  const registrationId = await registered;
  const text = typeof data === "string" ? data : JSON.stringify(data);
  await session.send("ServiceWorker.deliverPushMessage", { origin: visit.origin, registrationId, data: text });
  await session.detach();
}

const workerOf = (page: Page) => {
  const [worker] = page.context().serviceWorkers();
  if (worker === undefined) throw new Error("There is no service worker.");
  return worker;
};
const titles = (page: Page) => workerOf(page).evaluate<string[]>("[...self.shown.values()].map(({ title }) => title)");

test("whoever wants to be told of a ready order is told with the phone in the pocket, in one notification an order", async () => {
  const browser = receiver.browser();
  const phone = await choosing(72, (page) => page.addInitScript(pretended(browser, "granted")));
  await orderLatte(phone);
  const offer = phone.getByRole("button", { name: tell.title });
  await offer.waitFor();
  await visit.examine(phone, "customer-tell");
  await offer.click();
  await text(phone, tell.on).waitFor();
  await visit.examine(phone, "customer-tell-on");
  await cared(phone);
  await workerOf(phone).evaluate(inWorker);
  const [order] = await visit.stand.board(bar);
  const { id = "", number } = order ?? {};
  for (const [command, title] of [
    ["ready", `${number} is ready`],
    ["call", `${number} still waits for you`],
    ["recall", `${number} is not quite ready yet`],
    ["ready", `${number} is ready`],
  ] as const) {
    await bar.command(id, command);
    await visit.stand.settle();
    await deliver(phone, browser.received.at(-1)?.data ?? {});
    await eventually(() => titles(phone)).toEqual([title]);
  }
  // Touched, it leads to its order, wherever the page is.
  await phone.getByRole("button", { name: words.myOrders }).click();
  await workerOf(phone).evaluate(`{
    const event = new ExtendableEvent("notificationclick");
    event.notification = { close() {}, data: shown.get(${JSON.stringify(id)}).data };
    self.dispatchEvent(event);
  }`);
  await text(phone, words.ready).waitFor();
  // An older message that comes late changes nothing, and what cannot be read shows something all the same.
  await deliver(phone, browser.received[0]?.data ?? {});
  await deliver(phone, "no message");
  await eventually(() => titles(phone)).toEqual([`${number} is ready`, "Crema"]);
  // Once it is handed over there is nothing to fetch.
  await bar.command(id, "collect");
  await eventually(() => titles(phone)).toEqual(["Crema"]);
  await phone.goto(`${visit.origin}/?store=main&order=${id}`);
  await text(phone, "Enjoy your Latte!").waitFor();
  // A reload is not to lead there again, for instance while the next one is made.
  expect(phone.url()).toBe(`${visit.origin}/?store=main`);

  await phone.getByRole("button", { name: words.myOrders }).click();
  await phone.getByRole("switch", { name: tell.switch, checked: true }).click();
  await phone.getByRole("switch", { name: tell.switch, checked: false }).waitFor();
  await visit.examine(phone, "customer-orders-told");
  await phone.getByRole("switch", { name: tell.switch, checked: false }).click();
  await phone.getByRole("switch", { name: tell.switch, checked: true }).waitFor();

  // Of whoever signs out nothing is left: not on the screen, not on its way, not in what is kept.
  const keptHere = () => phone.evaluate<string>("JSON.stringify([localStorage, sessionStorage])");
  const { customerId } = JSON.parse(await phone.evaluate<string>("localStorage['crema.last-seen']")).me;
  expect(await keptHere()).toContain(browser.endpoint);
  await phone.getByRole("button", { name: common.signOut, exact: true }).click();
  await text(phone, words.scanTitle).waitFor();
  await eventually(() => titles(phone)).toEqual([]);
  await eventually(keptHere).not.toContain("test.key");
  for (const personal of [browser.endpoint, customerId, id, customerPhone(72).slice(-3)])
    expect(await keptHere()).not.toContain(personal);
  await phone.context().close();
  expect(troubles()).toEqual([]);
});

test("whoever says no is told what that means, and is not asked again", async () => {
  const phone = await choosing(73, (page) => page.addInitScript(pretended(receiver.browser(), "denied")));
  await orderLatte(phone);
  await phone.getByRole("button", { name: tell.title }).click();
  await text(phone, tell.denied).waitFor();
  await visit.examine(phone, "customer-tell-denied");
  // The store offers another way.
  await visit.stand.configure(await visit.stand.admin(), { readyTexts: true });
  await phone.getByRole("button", { name: tell.textMe }).click();
  await text(phone, tell.textOn).waitFor();
  // The button is gone, and what stands in its place has the focus.
  await expect.poll(() => phone.evaluate("document.activeElement.role")).toBe("switch");
  await visit.examine(phone, "customer-tell-text");
  await phone.reload();
  await text(phone, words.inQueue).waitFor();
  await phone.getByRole("button", { name: words.myOrders }).click();
  await text(phone, tell.denied).waitFor();
  await phone.getByRole("button", { name: common.back }).click();
  await text(phone, words.inQueue).waitFor();
  expect(await phone.getByText(tell.denied).count()).toBe(0);
  await text(phone, tell.textOn).waitFor();
  await bar.command((await visit.stand.board(bar))[0]?.id ?? "", "ready");
  await visit.stand.settle();
  expect(visit.stand.azure.sms.messages(customerPhone(73))[0]?.message).toMatch(/^Main stand: \d+ is ready\./);
  await phone.context().close();

  const other = await choosing(74, (page) => page.addInitScript(pretended(receiver.browser(), "granted")));
  await orderLatte(other);
  await text(other, tell.textMe).waitFor();
  await visit.examine(other, "customer-tell-both");
  await other.getByRole("button", { name: tell.no }).click();
  expect(await other.evaluate("document.activeElement.tagName")).toBe("H1");
  await other.reload();
  await text(other, words.inQueue).waitFor();
  await other.getByRole("button", { name: words.myOrders }).click();
  // They can change their mind.
  await other.getByRole("switch", { name: tell.switch, checked: false }).click();
  await other.getByRole("switch", { name: tell.switch, checked: true }).waitFor();
  await other.context().close();
  expect(troubles()).toEqual([]);
});

test("an iPhone tells first from the Home Screen, and says how it gets there", async () => {
  const phone = await choosing(75, (page) =>
    page.addInitScript(
      `delete globalThis.PushManager; Object.defineProperty(navigator, "standalone", { value: false });`,
    ),
  );
  await orderLatte(phone);
  await text(phone, tell.install).waitFor();
  await visit.examine(phone, "customer-tell-install");
  await phone.context().close();
  expect(troubles()).toEqual([]);
});

test("a display that a deployment left without its script says so, and opens by itself once the site has it", async () => {
  let there = false;
  const wall = await visit.open("monitor", `${visit.origin}/display`, async (page) => {
    await page.clock.install();
    await page.route("**/assets/display-*.js", (route) => (there ? route.continue() : route.fulfill({ status: 404 })));
  });
  const said = text(wall, "Still loading.");
  expect(await said.isVisible()).toBe(false);
  await wall.evaluate("for (const animation of document.getAnimations()) animation.finish()");
  await said.waitFor();
  await visit.look(wall, "display-stuck");
  await wall.clock.fastForward(20_000);
  await wall.waitForLoadState();
  expect(await wall.getByRole("heading", { name: displayWords.pairTitle }).isVisible()).toBe(false);
  there = true;
  await wall.clock.fastForward(20_000);
  await text(wall, displayWords.pairTitle).waitFor();
  await wall.context().close();
  expect(troubles().filter((trouble) => !/404 .*\/assets\/display-/.test(trouble))).toEqual([]);
});

// The last one here: it leaves another version behind.
test("a new version takes over at the next opening: who is choosing goes on with the one that they have", async () => {
  const phone = await choosing(71);
  await cared(phone);
  await phone.getByText("Latte", { exact: true }).click();
  const next = words.chooseTitle.replace("?", " today?");
  await buildAsDeployed(built, {
    plugins: [
      {
        name: "next",
        transform: (code) => (code.includes(words.chooseTitle) ? code.replace(words.chooseTitle, next) : undefined),
      },
    ],
  });
  const before = await phone.evaluate<string[]>("caches.keys()");
  // Of a version that comes without one of its files nothing is kept: it would be in the place of the one that is in use.
  const lost = mkdtempSync(join(tmpdir(), "crema-lost-"));
  cpSync(built, lost, { recursive: true });
  const known = new Set(readdirSync(join(builtSite, "assets")));
  const changed = readdirSync(join(lost, "assets")).find((name) => !known.has(name) && /^ordering-.*\.js$/.test(name));
  rmSync(join(lost, "assets", changed ?? ""));
  visit.deploy(lost);
  rmSync(lost, { recursive: true });
  await phone.evaluate(`navigator.serviceWorker.ready.then(async (registration) => {
    const { installing } = await registration.update();
    if (installing.state !== "redundant") await new Promise((failed) => installing.addEventListener("statechange", failed));
    if (installing.state !== "redundant") throw new Error("It is " + installing.state);
  })`);
  expect(await phone.evaluate<string[]>("caches.keys()")).toEqual(before);
  visit.deploy(built);
  await phone.evaluate("navigator.serviceWorker.ready.then((registration) => registration.update())");
  // Its cache is there from the beginning, and until it takes over the worker of before is the active one.
  const coming = "navigator.serviceWorker.ready.then(({ installing, waiting }) => (installing ?? waiting)?.state)";
  await eventually(() => phone.evaluate(coming)).toBeUndefined();
  await eventually(() => phone.evaluate("navigator.serviceWorker.controller?.state")).toBe("activated");
  expect(await phone.evaluate<string[]>("caches.keys()")).toHaveLength(before.length + 1);
  expect(await phone.getByRole("radio", { name: /Latte/ }).isChecked()).toBe(true);
  await phone.reload();
  await text(phone, next).waitFor();
  await orderLatte(phone);
  await text(phone, words.inQueue).waitFor();
  // And without a network there would be the new one: its page is kept with every file that it names. Opening it so is walked above.
  await cared(phone);
  const missing = `(async () => {
    const name = (await caches.keys()).find((each) => !${JSON.stringify(before)}.includes(each));
    const cache = await caches.open(name);
    const page = await (await cache.match("/", { ignoreVary: true })).text();
    const named = [...page.matchAll(/(?:src|href)="(\\/assets\\/[^"]+)"/g)].map(([, path]) => path);
    const there = await Promise.all(named.map((path) => cache.match(path, { ignoreVary: true })));
    return { named: named.length > 2, missing: named.filter((_, n) => there[n] === undefined) };
  })()`;
  expect(await phone.evaluate(missing)).toEqual({ named: true, missing: [] });
  await phone.context().close();
  expect(troubles()).toEqual([]);
});
