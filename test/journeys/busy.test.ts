import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { CosmosClient, type OperationInput } from "@azure/cosmos";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Said } from "../../functions/platform/notices.ts";
import { admin as adminWords } from "../../web/lib/strings/admin.ts";
import { display as displayWords } from "../../web/lib/strings/display.ts";
import { t } from "../../web/lib/text.ts";
import type { Person } from "../system/person.ts";
import { speak, speakingApplication } from "../system/speaking.ts";
import { customerPhone, Stand, staffPhones } from "../system/stand.ts";
import { customer as phoneWords } from "./customer-words.ts";
import { Journey, text } from "./journey.ts";
import type { State } from "./states.ts";

/** A minute and a half into a code window, at a quarter past ten in Berlin. */
const morning = Date.parse("2026-06-15T08:16:30Z");

/** With an extension that speaks. */
const application = speakingApplication();
let visit: Journey;
beforeAll(async () => {
  Stand.application = application.folder;
  visit = await Journey.begin({ heldAt: morning });
  Stand.application = undefined;
});
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await visit.lookAtAll("busy");
});
afterAll(async () => {
  await visit?.end();
  application.remove();
});

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

async function examine(page: Page, name: State): Promise<void> {
  await fits(page);
  expect(await page.evaluate(loose), name).toEqual([]);
  await visit.examine(page, name);
}

/** What stands out of the card with the code, which may be long: the address that Azure gives to a site, in each language. */
async function cardHolds(display: Page): Promise<void> {
  await display.route("**/code", async (route) => {
    const response = await route.fetch();
    const reply = (await response.json()) as { url: string };
    const url = reply.url.replace(/\/\/[^/]+/, "//calm-meadow-0a1b2c3d4.westeurope.5.azurestaticapps.net");
    await route.fulfill({ response, json: { ...reply, url } });
  });
  await display.reload();
  await display.getByText("azurestaticapps.", { exact: false }).first().waitFor();
  const outside = `(() => {
    const card = document.querySelector("section.card").getBoundingClientRect();
    return [...document.querySelectorAll("section.card :not(wbr)")].flatMap((part) => {
      const { left, right, bottom } = part.getBoundingClientRect();
      const inside = left >= card.left && right <= card.right && bottom <= card.bottom - 8;
      return inside ? [] : [part.tagName + " " + part.textContent.trim() + ": " + bottom + " of " + card.bottom];
    });
  })()`;
  for (const language of ["de", "es", "ar", "zh-Hans", "en"]) {
    await visit.speak(display, language);
    await expect.poll(() => display.evaluate<string[]>(outside), { message: language }).toEqual([]);
    // The code is scanned from some metres away.
    expect((await display.locator("a svg").boundingBox())?.height, language).toBeGreaterThanOrEqual(280);
    if (language === "de") await visit.look(display, "busy-display-long-address");
  }
  await display.unroute("**/code");
  await display.reload();
}

/** A notice that lasts for so many minutes. */
const said = (audience: Said["audience"], text: Said["text"], icon: Said["icon"], minutes: number): Said => ({
  audience,
  text,
  icon,
  until: new Date(visit.stand.azure.clock.now() + minutes * 60_000).toISOString(),
});
/** As long as a text may be, without a place to break it at first, and one from right to left that would move what stands beside it. */
const longText = `${"W".repeat(60)} the milk machine is being cleaned: drinks with milk take a little longer today, thank you for waiting`;
const rtlText = "הקפה ה-132 היום (אמריקנו)!";

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

  // Scans that begin no order are in the figures once their five minutes are over.
  const early = await stand.person(customerPhone(99));
  for (const code of ["none", "AAAAA", "CCCCC"])
    expect(await early.post("/scans", { code }).catch(({ problem }) => problem.code)).toBe("code-unknown");
  await stand.advance("5 min");

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

  await speak(stand, "long", said("display", { en: longText.slice(0, 160) }, "robot", 9));
  await speak(stand, "rtl", said("display", { en: "132 coffees today", "en-GB": rtlText }, "warning", 9));
  await speak(stand, "bar-long", said("bar", { en: longText.slice(0, 160) }, "clock", 9));
  await speak(stand, "bar-rtl", said("bar", { en: rtlText }, "gift", 9));

  const display = await visit.openDisplay();
  // In the reader's own language, of those that there are.
  await display.page.locator("[aria-live=polite]").getByText(rtlText).waitFor();
  await text(display.page, displayWords.making).waitFor();
  await text(display.page, /^Coffee in /).waitFor();
  // Every number is there, and none is cut off, whatever else is said.
  await expect.poll(() => display.page.getByRole("main").getByRole("listitem").count()).toBe(12);
  const cut = `[...document.querySelectorAll("ul :is(li, .number, .drink)")].flatMap((part) => {
    const [inner, outer] = [part, part.closest("ul")].map((one) => one.getBoundingClientRect());
    const whole = part.scrollWidth <= part.clientWidth && inner.bottom < outer.bottom + 1 && inner.right < outer.right + 1;
    return whole ? [] : [\`\${part.className} \${part.textContent}: \${part.scrollWidth} in \${part.clientWidth}\`];
  })`;
  // Tiles are on their way to their places for a third of a second, and again when a notice takes some of their room.
  await expect.poll(() => display.page.evaluate<string[]>(cut)).toEqual([]);
  await text(display.page, displayWords.typeCode).waitFor();
  // What is being made looks it, also where there is room for numbers alone.
  expect(await display.page.locator("li.making").count()).toBe(2);
  await examine(display.page, "busy-display");
  await cardHolds(display.page);
  const barista = await visit.open("tablet", `${visit.origin}/barista`);
  await visit.signIn(barista, staffPhones.barista);
  await barista.getByRole("article", { name: /^Order 7, Flat White/ }).waitFor();
  expect(await barista.locator("[aria-live=polite]").getByText(rtlText).count()).toBe(1);
  await examine(barista, "busy-barista");
  for (const [width, height] of [
    [1024, 768],
    [768, 1024],
  ] as const) {
    await barista.setViewportSize({ width, height });
    await examine(barista, `busy-barista-${width}`);
    // What extensions say moves no ticket that is to be made.
    const first = await barista.getByRole("article", { name: /^Order 7, Flat White/ }).boundingBox();
    expect(first?.y).toBeLessThan(200);
  }
  await stand.advance("31 s");
  const small = await visit.open("phone", `${visit.origin}/barista`);
  await visit.signIn(small, staffPhones.barista);
  await small.getByRole("article", { name: /^Order 7, Flat White/ }).waitFor();
  await examine(small, "busy-barista-phone");

  for (const device of ["desk", "phone"] as const) {
    const admin = await visit.open(device, `${visit.origin}/admin#menu`);
    await visit.signIn(admin, staffPhones.admin);
    await text(admin, "Flat White").waitFor();
    await examine(admin, `busy-admin-${device}`);
    await admin.getByRole("link", { name: t(adminWords.edit, { name: "Latte" }) }).click();
    await admin.getByRole("heading", { name: "Latte", level: 1 }).waitFor();
    await examine(admin, `busy-admin-${device}-drink`);
    for (const section of ["today", "days"] as const) {
      await admin.getByRole("link", { name: adminWords.sections[section], exact: true }).click();
      await admin.getByRole("row", { name: new RegExp(`^${adminWords.figures.total} 5 3 2 `) }).waitFor();
      await admin.getByRole("row", { name: `${adminWords.figures.scanRefused["code-unknown"]} 3` }).waitFor();
      if (section === "today")
        await admin.getByRole("listitem").filter({ hasText: "display, until" }).first().waitFor();
      // A picture of what the table says; it comes with a file of its own.
      await admin.locator("canvas").first().waitFor();
      await examine(admin, `busy-admin-${device}-${section}`);
    }
    for (const [section, title] of [
      ["orders", adminWords.ordersTitle],
      ["people", adminWords.peopleTitle],
    ] as const) {
      await admin.getByRole("link", { name: adminWords.sections[section] }).click();
      await admin.getByRole("heading", { name: title, level: 1 }).waitFor();
      await examine(admin, `busy-admin-${device}-${section}`);
    }
    await admin.getByRole("link", { name: adminWords.sections.orders }).click();
    await admin.getByRole("link", { name: adminWords.history.past }).click();
    await text(admin, /these are all$/).waitFor();
    if (device === "phone") await admin.getByRole("button", { name: adminWords.history.filters }).click();
    await admin.getByLabel(adminWords.states.ready, { exact: true }).check();
    const past = admin.getByRole("region", { name: adminWords.history.title }).getByRole("listitem");
    await expect.poll(() => past.count()).toBe(2);
    await examine(admin, `busy-admin-${device}-history`);
    await admin.context().close();
    await stand.advance("31 s");
  }

  // A phone that the code lets in while there is room, at a desk and in the hand.
  const { url } = await visit.openDisplay("portrait");
  const phone = await visit.open("phone", url);
  await visit.signIn(phone, customerPhone(1));
  await text(phone, phoneWords.chooseTitle).waitFor();
  // Whoever holds a place is not warned of a queue that is full.
  const places = await stand.active();
  await stand.configure(owner, { capacity: places });
  await phone.reload();
  await text(phone, /^Ready .* after you order$/).waitFor();
  expect(await phone.locator("header .pill").getAttribute("class")).not.toMatch(/\boff\b/);
  await stand.configure(owner, { capacity: places + 10 });
  await phone.getByText("Flat White", { exact: true }).click();
  await examine(phone, "busy-menu");
  await phone.getByRole("button", { name: /^Choose / }).click();
  await examine(phone, "busy-options");
  await phone.getByRole("button", { name: "Order Flat White" }).click();
  await text(phone, phoneWords.inQueue).waitFor();
  await text(phone, /orders ahead of you/).waitFor();
  await text(phone, /^Ready in /).waitFor();
  const { customerId = "" } = (await stand.board(bar)).findLast(({ state }) => state === "queued") ?? {};
  const tenth = "Your tenth coffee is on the house";
  await speak(stand, "tenth", said({ customer: customerId }, { en: tenth }, "gift", 1));
  await speak(stand, "phone-long", said({ customer: customerId }, { en: longText.slice(0, 160) }, "star", 9));
  const slot = phone.locator("[aria-live=polite].customer");
  await slot.getByText(tenth).waitFor();
  await examine(phone, "busy-queued");
  await slot.getByRole("button").first().click();
  await expect.poll(() => slot.getByRole("paragraph").count()).toBe(1);
  // At its end, which a device learns with the next thing that it hears, it goes. On the display one is said anew, and one taken back.
  await stand.advance("90 s");
  await speak(stand, "rtl", said("display", { en: "133 coffees today" }, "heart", 9));
  await speak(stand, "long");
  await speak(stand, "thanks", said({ customer: customerId }, { en: rtlText }, "heart", 9));
  await slot.getByText(rtlText).waitFor();
  await expect.poll(() => slot.getByRole("paragraph").count()).toBe(1);
  await display.page.locator("[aria-live=polite]").getByText("133 coffees today").waitFor();
  await expect.poll(() => display.page.locator("[aria-live=polite]").getByRole("paragraph").count()).toBe(1);
  for (const page of [display.page, barista, small]) expect(await page.getByText(tenth).count()).toBe(0);
  await phone.getByRole("button", { name: phoneWords.cancel }).click();
  await phone.getByRole("button", { name: phoneWords.cancelYes }).waitFor();
  await examine(phone, "busy-cancel");
  await phone.getByRole("button", { name: phoneWords.cancelNo }).click();
  await phone.getByRole("button", { name: phoneWords.myOrders }).click();
  await examine(phone, "busy-orders");

  // A newcomer is told that the queue is full before a phone number is asked for, and may sign in meanwhile.
  await stand.advance("31 s");
  await stand.configure(owner, { capacity: await stand.active() });
  const newcomer = await visit.open("phone", url);
  await text(newcomer, phoneWords.fullTitle).waitFor();
  expect(await newcomer.getByRole("textbox").count()).toBe(0);
  await examine(newcomer, "busy-full-before-sign-in");
  await newcomer.getByRole("button", { name: phoneWords.signInMeanwhile }).click();
  await text(newcomer, /^Your scan is kept for/).waitFor();
  await newcomer.context().close();

  // A code that is nobody's: told before the phone number is asked for.
  const lost = await visit.open("phone", `${visit.origin}/?code=ABCDE`);
  await text(lost, phoneWords.codeUnknownTitle).waitFor();
  await examine(lost, "busy-code-unknown");
  await lost.getByRole("button", { name: phoneWords.typeCode }).click();
  await lost.getByRole("textbox", { name: phoneWords.typeLabel }).waitFor();
  for (const page of [display.page, barista, small, phone, lost]) await page.context().close();
  // Of the code that is nobody's the browser says so too.
  expect(visit.troubles.filter((trouble) => !/404 .*\/holds/.test(trouble))).toEqual([]);
});

/** Orders of three days that are over, each with a number of its own, as they would lie there. */
async function seedPast(count: number): Promise<void> {
  const client = new CosmosClient(visit.stand.azure.endpoints.cosmos.connectionString);
  const { items } = client.database("crema").container("orders");
  const ended = [
    { state: "collected" },
    { state: "cancelled", end: { by: "barista", name: "Dana", note: "=out of milk" } },
    { state: "expired", end: { by: "system", reason: "barista" } },
    { state: "cancelled", end: { by: "customer" } },
  ];
  const orders = Array.from({ length: count }, (_, n) => {
    // Three in the same millisecond.
    const createdAt = new Date(Date.parse("2026-06-12T12:00:00Z") - Math.floor(n / 3) * 300_000).toISOString();
    return {
      id: randomUUID(),
      kind: "order",
      storeId: visit.stand.storeId,
      customerId: "customer-0000000001",
      version: 5,
      ...ended[n % ended.length],
      day: createdAt.slice(0, 10),
      number: n + 1,
      drink: { id: "drink:latte", name: "Latte", icon: "cup" },
      createdAt,
      submittedAt: createdAt,
      changedAt: createdAt,
      endedAt: createdAt,
      start: { window: createdAt, causationid: "scan" },
      keys: [],
      ttl: 7_776_000,
    };
  });
  for (let at = 0; at < count; at += 100) {
    const batch = orders
      .slice(at, at + 100)
      .map((resourceBody) => ({ operationType: "Create" as const, resourceBody }));
    await items.batch(batch as OperationInput[], visit.stand.storeId);
  }
  client.dispose();
}

/** Scrolls a list to its end and notes what is drawn on the way. Runs in the page. */
const scrollThrough = `(async () => {
  const list = document.querySelector("section.list");
  const drawn = {};
  let most = 0;
  for (let still = 0; still < 3; ) {
    for (const row of list.querySelectorAll("li")) {
      const at = row.getAttribute("aria-posinset");
      const number = row.querySelector("b").textContent;
      if (at in drawn && drawn[at] !== number) throw new Error(at + " was " + drawn[at] + " and is " + number);
      drawn[at] = number;
    }
    most = Math.max(most, document.querySelectorAll("*").length);
    const before = list.scrollTop;
    list.scrollTop += list.clientHeight;
    const all = document.querySelector("main [aria-live=polite]").textContent.includes("these are all");
    still = all && list.scrollTop === before ? still + 1 : 0;
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  }
  return { most, drawn };
})()`;

/** Presses a button and reads the file that comes. */
async function fileOf(page: Page, button: string): Promise<{ name: string; lines: string[] }> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: button, exact: true }).click(),
  ]);
  const text = readFileSync(await download.path(), "utf8");
  expect(text.startsWith("\ufeff")).toBe(true);
  return { name: download.suggestedFilename(), lines: text.slice(1).trimEnd().split("\r\n") };
}

test("past orders: all of many are scrolled through, few are drawn, the address says which, and they come as a file", async () => {
  const count = 1_300;
  await seedPast(count);
  await visit.stand.advance("31 s");
  const days = "#orders/history?from=2026-06-08&to=2026-06-12";
  const admin = await visit.open("desk", `${visit.origin}/admin${days}`);
  await visit.signIn(admin, staffPhones.admin);
  await admin.getByRole("region", { name: adminWords.history.title }).waitFor();
  const { most, drawn } = await admin.evaluate<{ most: number; drawn: Record<string, string> }>(scrollThrough);
  expect(most).toBeLessThan(600);
  expect(Object.keys(drawn)).toHaveLength(count);
  expect(new Set(Object.values(drawn))).toEqual(new Set(Array.from({ length: count }, (_, n) => String(n + 1))));

  for (const state of ["cancelled", "expired"] as const)
    await admin.getByLabel(adminWords.states[state], { exact: true }).check();
  const chosen = `${days}&state=cancelled,expired`;
  const ends = async () => {
    await expect.poll(() => new URL(admin.url()).hash).toBe(chosen);
    await text(admin, "by Dana: “=out of milk”").waitFor();
    await text(admin, "by the clock: the bar did not get to it in time").waitFor();
    expect(await admin.getByText(adminWords.states.collected, { exact: true }).count()).toBe(1);
  };
  await ends();
  await admin.reload();
  await ends();
  await admin.getByRole("link", { name: adminWords.sections.days }).click();
  await admin.getByRole("heading", { name: adminWords.days.title }).waitFor();
  await admin.goBack();
  await ends();

  const orders = await fileOf(admin, adminWords.history.export);
  expect(orders.name).toBe("crema-main-orders-2026-06-08-2026-06-12.csv");
  expect(orders.lines).toHaveLength(1 + (count / 4) * 3);
  expect(orders.lines[0]).toMatch(/^order,number,state,drink,.*created \(Europe\/Berlin\).*created \(UTC\)/);
  expect(
    orders.lines.filter((line) => line.includes(`,cancelled,Latte,,phone,,barista,Dana,,"'=out of milk",`)),
  ).toHaveLength(count / 4);
  await admin.getByRole("button", { name: adminWords.history.clear }).click();
  await expect.poll(() => new URL(admin.url()).hash).toBe("#orders/history");
  await admin.getByRole("link", { name: adminWords.sections.today }).click();
  const figures = await fileOf(admin, adminWords.today.export);
  expect(figures.name).toBe("crema-main-2026-06-15-hour.csv");
  expect(figures.lines[0]).toMatch(/^day,hour,start,scans,/);
  expect(figures.lines.length).toBeGreaterThan(1);
  // At night, on a device that is dark then.
  await admin.emulateMedia({ colorScheme: "dark" });
  await examine(admin, "dark-admin-today");
  await admin.goBack();
  await text(admin, /orders so far$/).waitFor();
  await examine(admin, "dark-admin-history");
  await admin.context().close();
  expect(visit.troubles.filter((trouble) => !/404 .*\/holds/.test(trouble))).toEqual([]);
});
