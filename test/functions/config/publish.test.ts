import { setImmediate } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { CatalogPage, StaffPage } from "../../../contracts/catalog.ts";
import { parseEvent } from "../../../contracts/events.ts";
import { weekdays } from "../../../contracts/hours.ts";
import type { Stored } from "../../../functions/config/check.ts";
import { listDocuments, putDocument } from "../../../functions/config/edit.ts";
import { publishStore } from "../../../functions/config/publish.ts";
import { publishStores } from "../../../functions/config/publish-stores.ts";
import { sweepStores } from "../../../functions/config/sweep.ts";
import { shownOf } from "../../../functions/platform/catalog-page.ts";
import type { EventDocument } from "../../../functions/platform/outbox-document.ts";
import { seed } from "../../../infra/seed.ts";
import { type Services, startServices } from "../identity/services.ts";
import { drink, person, store } from "./documents.ts";

let services: Services;
let storeId: string;
let stores = 0;
beforeAll(async () => {
  services = await startServices();
});
afterAll(() => services.close());
beforeEach(() => {
  storeId = `store-${stores++}`;
});

const allWeek = Object.fromEntries(weekdays.map((name) => [name, [{ opens: "08:00", closes: "18:00" }]]));

const write = async (document: object) =>
  (await services.container("config").items.upsert<Stored>({ ...(document as Stored), storeId })).resource as Stored;
const page = async () => (await services.container("catalog").item("page", storeId).read<CatalogPage>()).resource;
const staff = async () => (await services.container("catalog").item("staff", storeId).read<StaffPage>()).resource;
const events = async () => {
  const query = "SELECT * FROM c WHERE c.kind = 'event'";
  const { resources } = await services
    .container("catalog")
    .items.query<EventDocument>(query, { partitionKey: storeId })
    .fetchAll();
  return resources.map(({ event }) => event).sort((a, b) => (a.id < b.id ? -1 : 1));
};

test("the first documents of a store become its pages, told of once each", async () => {
  await write(store());
  await write(drink("latte"));
  await write(person("+14255550100", ["admin"]));
  await publishStore(storeId);
  expect(await page()).toMatchObject({ version: 1, store: { capacity: 20 }, menu: [{ id: "drink:latte" }] });
  expect((await staff())?.people).toHaveLength(1);
  expect((await events()).map(({ id }) => id)).toEqual([`menu-${storeId}-1`, `store-${storeId}-1`]);
  for (const event of await events()) expect(parseEvent(event)).toHaveProperty("event");
});

test("publishing what is published already writes nothing", async () => {
  await write(store());
  await publishStore(storeId);
  const before = await page();
  await publishStore(storeId);
  expect(await page()).toEqual(before);
  expect(await events()).toHaveLength(2);
});

test("a change of a drink is told of as a change of the menu alone, and carries the page", async () => {
  await write(store());
  await publishStore(storeId);
  await write(drink("latte"));
  await publishStore(storeId);
  const told = (await events()).filter(({ sequence }) => sequence === "0000000002");
  expect(told).toMatchObject([
    { type: "crema.menu.changed.v1", data: { page: { version: 2, menu: [{ id: "drink:latte" }] } } },
  ]);
});

test.each<[string, (page: CatalogPage) => void]>([
  ["a field of the store", ({ store }) => Object.assign(store, { later: 1 })],
  ["a language", ({ store }) => Object.assign(store, { texts: { fr: { name: "Le stand" } } })],
  ["a field of a choice", ({ menu }) => Object.assign(menu[0]?.options[0]?.choices[0] ?? {}, { later: 1 })],
  ["a field of a question", ({ menu }) => Object.assign(menu[0]?.options[0] ?? {}, { later: 1 })],
  ["an icon", ({ menu }) => Object.assign(menu[0] ?? {}, { icon: "teapot" })],
  ["a time zone that counted as one", ({ store }) => Object.assign(store, { timeZone: "+01:00" })],
])("%s of another version on the last page keeps no edit from being published", async (_, change) => {
  await write(store());
  const milk = { id: "milk", name: "Milk", choose: "any", choices: [{ id: "oat", name: "Oat" }] };
  await write(drink("latte", { options: [milk] }));
  await publishStore(storeId);
  const others = await page();
  change(others as CatalogPage);
  await services.container("catalog").items.upsert({ ...others });
  await write(store({ capacity: 7 }));
  expect(await publishStore(storeId)).toBe(true);
  const now = await page();
  expect(now).toMatchObject({ version: 2, store: { capacity: 7, timeZone: store().timeZone } });
  expect(JSON.stringify(now)).not.toMatch(/later|Le stand|teapot/);
  const last = (await events()).filter(({ sequence }) => sequence === "0000000002");
  for (const event of last) expect(parseEvent(event)).toHaveProperty("event");
  expect(last.map(({ type }) => type)).toContain("crema.store.changed.v1");
});

test("everybody may see the page itself, and nothing that this service keeps beside it", async () => {
  await write(store({ hours: { week: allWeek } }));
  await publishStore(storeId);
  const kept = await page();
  expect(Object.keys(kept ?? {})).toContain("doors");
  expect(Object.keys(shownOf(kept as CatalogPage)).sort()).toEqual([
    "menu",
    "publishedAt",
    "store",
    "storeId",
    "version",
  ]);
});

test("a role of another version, or whatever else it wrote of people, keeps nobody's roles from ending", async () => {
  await write(store());
  await write(person("+14255550100", ["admin"]));
  const barista = await write(person("+14255550101", ["barista"]));
  await publishStore(storeId);
  const others = await staff();
  Object.assign(others?.people[0] ?? {}, { roles: ["admin", "roaster"], since: "2027" });
  await services.container("catalog").items.upsert({ ...others });
  await services.container("config").item(barista.id, storeId).delete();
  expect(await publishStore(storeId)).toBe(true);
  expect((await staff())?.people).toEqual([{ phone: "+14255550100", name: expect.any(String), roles: ["admin"] }]);
  expect((await staff())?.epoch).toBe(1);
});

test("many who publish at once end with the newest documents and a gap-free count of versions", async () => {
  await write(store());
  await publishStore(storeId);
  await Promise.all(
    Array.from({ length: 6 }, async (_, index) => {
      const told = await write(drink(`drink-${index}`, { position: index }));
      await publishStore(storeId, [told]);
    }),
  );
  const now = await page();
  expect(now?.menu).toHaveLength(6);
  const versions = (await events())
    .filter(({ type }) => type === "crema.menu.changed.v1")
    .map(({ sequence }) => Number(sequence));
  expect(versions.sort((a, b) => a - b)).toEqual(Array.from({ length: now?.version ?? 0 }, (_, index) => index + 1));
});

test("a broken edit leaves the page as it is and is told of once a version, however often it is seen", async () => {
  await write(store());
  await write(drink("latte"));
  await publishStore(storeId);
  const before = await page();
  const broken = await write(drink("latte", { name: "" }));
  await publishStore(storeId, [broken]);
  await publishStore(storeId, [broken]);
  expect(await page()).toEqual(before);
  const rejected = async () => (await events()).filter(({ type }) => type === "crema.config.rejected.v1");
  expect(await rejected()).toMatchObject([
    { data: { documentId: "drink:latte", problems: [{ path: "name", message: "is empty" }] } },
  ]);
  await write(drink("latte", { name: "   " }));
  await publishStore(storeId);
  expect(await rejected()).toHaveLength(2);
});

test("one broken document does not hold up good ones", async () => {
  await write(store());
  await write(drink("latte", { icon: "bucket" }));
  await publishStore(storeId);
  await write(store({ open: false }));
  await publishStore(storeId);
  expect((await page())?.store.open).toBe(false);
});

test("a drink and a person deleted straight in Cosmos DB are found by the sweep, once what was published has settled", async () => {
  await write(store());
  await write(drink("latte"));
  await write(drink("mocha"));
  await write(person("+14255550100", ["admin"]));
  await write(person("+14255550101", ["barista"]));
  await publishStore(storeId);
  const told: string[] = [];
  const log = { log: (text: string) => void told.push(text), error: () => undefined };
  await sweepStores(log);
  for (const id of ["drink:mocha", "staff:+14255550101"]) {
    await services.container("config").item(id, storeId).delete();
  }
  await sweepStores(log);
  expect((await page())?.menu).toHaveLength(2);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 62_000 });
  await sweepStores(log);
  expect((await page())?.menu.map(({ id }) => id)).toEqual(["drink:latte"]);
  expect((await staff())?.people.map(({ phone }) => phone)).toEqual(["+14255550100"]);
  expect(told.filter((text) => text.includes(storeId))).toHaveLength(1);
  const version = (await page())?.version;
  vi.setSystemTime(Date.now() + 62_000);
  await sweepStores(log);
  expect((await page())?.version).toBe(version);
  vi.useRealTimers();
});

test("a menu that is too large stays as it was and is told once, to the log and to admins; all else goes on, in its store and in others", async () => {
  const choices = Array.from({ length: 20 }, (_, at) => ({
    id: `choice-${at}-${"x".repeat(40)}`,
    name: "y".repeat(40),
  }));
  const options = Array.from({ length: 10 }, (_, at) => ({ id: `group-${at}`, name: "Group", choose: "any", choices }));
  await write(store());
  await write(drink("mocha"));
  await write(person("+14255550100", ["admin"]));
  await write(person("+14255550101", ["barista"]));
  await publishStore(storeId);
  for (let at = 0; at < 80; at++) await write(drink(`large-${at}`, { options }));
  const other = `${storeId}-b`;
  await services.container("config").items.create({ ...store({ name: "Other" }), storeId: other });
  const told: string[] = [];
  const log = { log: () => undefined, error: (text: string) => void told.push(text) };
  expect(
    await publishStores(
      [
        [storeId, []],
        [other, []],
      ],
      log,
    ),
  ).toEqual(new Set([other]));
  expect(told).toEqual([expect.stringContaining(storeId)]);
  expect((await page())?.menu.map(({ id }) => id)).toEqual(["drink:mocha"]);
  const rejected = async () => (await events()).filter(({ type }) => type === "crema.config.rejected.v1");
  expect(await rejected()).toMatchObject([
    { data: { documentId: "store", problems: [{ path: "", message: expect.stringContaining("too large") }] } },
  ]);
  const { documents } = await listDocuments(storeId, true);
  expect(documents.flatMap(({ document, problems }) => problems.map(({ mistake }) => [document.id, mistake]))).toEqual([
    ["store", "menu-too-large"],
  ]);
  // The doors and who works here are not the menu's: nobody keeps a role by it.
  await services.container("config").item("staff:+14255550101", storeId).delete();
  await services
    .container("config")
    .item("store", storeId)
    .patch([{ op: "set", path: "/open", value: false }]);
  expect(await publishStore(storeId)).toBe(false);
  expect((await staff())?.people.map(({ phone }) => phone)).toEqual(["+14255550100"]);
  expect((await page())?.store.open).toBe(false);
  const { resource } = await services.container("catalog").item("page", other).read();
  expect(resource.store.name).toBe("Other");
  // What may pass is tried again, after the others have had their turn.
  await services.container("config").items.create({ ...drink("latte"), storeId: other });
  const stores: [string, Stored[]][] = [
    [storeId, null as never],
    [other, []],
  ];
  await expect(publishStores(stores, log)).rejects.toBeInstanceOf(AggregateError);
  expect((await services.container("catalog").item("page", other).read()).resource.menu).toHaveLength(1);
});

test("the sweep publishes what hours and pauses change by themselves, once each, and nothing else", async () => {
  const at = (moment: string) => vi.setSystemTime(Date.parse(moment));
  vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2026-06-15T12:00:00Z") });
  const pause = { until: "2026-06-15T12:10:00.000Z", reason: "Cleaning" };
  await write(store({ hours: { week: allWeek }, pause }));
  await publishStore(storeId);
  const told: unknown[] = [];
  for (const moment of ["12:09:59", "12:10:00", "12:11:00", "15:59:59", "16:00:00", "16:01:00"]) {
    at(`2026-06-15T${moment}Z`);
    await sweepStores({ log: () => undefined, error: () => undefined });
    const { open, opensAt, closesAt, pausedUntil } = (await page())?.store ?? {};
    told.push([moment, (await page())?.version, open, opensAt ?? closesAt, pausedUntil]);
  }
  const [closes, opens] = ["2026-06-15T16:00:00.000Z", "2026-06-16T06:00:00.000Z"];
  expect(told).toEqual([
    ["12:09:59", 1, true, closes, pause.until],
    ["12:10:00", 2, true, closes, undefined],
    ["12:11:00", 2, true, closes, undefined],
    ["15:59:59", 2, true, closes, undefined],
    ["16:00:00", 3, false, opens, undefined],
    ["16:01:00", 3, false, opens, undefined],
  ]);
  expect((await events()).map(({ id }) => id)).toContain(`store-${storeId}-3`);
  vi.useRealTimers();
});

test("hours of a later day are known to the doors though they change nothing that screens show yet", async () => {
  await write(store({ hours: { week: allWeek } }));
  await publishStore(storeId);
  const exceptions = [{ date: "2040-12-25", spans: [] }];
  await write(store({ hours: { week: allWeek, exceptions } }));
  await publishStore(storeId);
  expect(await page()).toMatchObject({ version: 1, doors: { hours: { exceptions } } });
  expect((await events()).filter(({ type }) => type === "crema.store.changed.v1")).toHaveLength(1);
});

test("the seed is written once, whole and publishable, and never again over what became of it", async () => {
  const config = services.container("config");
  expect(await seed(config, { storeId, timeZone: "America/New_York" })).toMatchObject({ seeded: true });
  await publishStore(storeId);
  const first = await page();
  expect(first?.store.timeZone).toBe("America/New_York");
  expect(first?.menu.map(({ name, available }) => (available ? name : `(${name})`))).toEqual([
    "Americano",
    "Flat White",
    "(Cappuccino)",
    "Latte",
    "Espresso",
    "Double Espresso",
  ]);
  expect((await staff())?.people.map(({ roles }) => roles.join("+")).sort()).toEqual([
    "admin+barista",
    "barista",
    "display",
  ]);
  await config.item("drink:latte", storeId).delete();
  await config.item("store", storeId).patch([{ op: "set", path: "/capacity", value: 3 }]);
  expect(await seed(config, { storeId })).toMatchObject({ seeded: false });
  await publishStore(storeId);
  expect((await page())?.store.capacity).toBe(3);
  expect((await page())?.menu).toHaveLength(5);
});

test("what the feed read before a second edit of the same second takes nothing back", async () => {
  const { clock } = services.parts;
  clock.hold();
  await write(store());
  await write(person("+14255550100", ["admin"]));
  const fed = [
    await write(drink("latte", { description: "with oat" })),
    await write(person("+14255550101", ["barista", "admin"])),
  ];
  await publishStore(storeId);
  await write(drink("latte", { description: "with oat", available: false }));
  await write(person("+14255550101", ["barista"]));
  await publishStore(storeId);
  const before = [await page(), await staff()];
  await publishStore(storeId, fed);
  expect([await page(), await staff()]).toEqual(before);
  clock.release();
});

test("what the feed tells is waited for where only another version of the same second can be read yet", async () => {
  const { clock } = services.parts;
  clock.hold();
  await write(store());
  const old = await write(drink("latte"));
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const pauses = vi.spyOn(globalThis, "setTimeout");
  try {
    let over = false;
    // The next version as the feed has it, before the copy that is read from has it.
    const publishing = publishStore(storeId, [{ ...old, name: "Big Latte", _etag: '"newer"' }]).finally(() => {
      over = true;
    });
    while (!over && !pauses.mock.calls.some(([, pause]) => pause === 1_500)) await setImmediate();
    await write(drink("latte", { name: "Big Latte" }));
    await vi.advanceTimersByTimeAsync(1_500);
    await publishing;
    expect((await page())?.menu.map(({ name }) => name)).toEqual(["Big Latte"]);
  } finally {
    vi.useRealTimers();
    pauses.mockRestore();
    clock.release();
  }
});

test("an epoch of the staff is over when somebody loses a role, and not when somebody gets one", async () => {
  await write(store());
  await write(person("+14255550100", ["admin"]));
  await write(person("+14255550101", ["barista"]));
  await publishStore(storeId);
  await write(person("+14255550101", ["barista", "display"]));
  await publishStore(storeId);
  const told = async () => (await events()).filter(({ type }) => type === "crema.staff.changed.v1");
  expect([(await staff())?.epoch, await told()]).toEqual([0, []]);
  await write(person("+14255550101", ["display"]));
  await publishStore(storeId);
  expect((await staff())?.epoch).toBe(1);
  await services.container("config").item("staff:+14255550101", storeId).delete();
  await publishStore(storeId);
  expect((await staff())?.epoch).toBe(2);
  expect(await told()).toMatchObject([{ data: { epoch: 1 } }, { data: { epoch: 2 } }]);
});

test("to a list of people that is too long nobody is added, and whoever is taken off it or loses a role does; all else goes on", async () => {
  const number = (n: number) => `+1425${String(5_000_000 + n)}`;
  await write(store());
  await write(person("+14255550100", ["admin"]));
  await write(person("+14255550101", ["admin", "barista"]));
  await write(person("+14255550102", ["barista"]));
  await publishStore(storeId);
  const config = services.container("config");
  // By whoever writes straight into Cosmos DB; so many that their page would be larger than a document may be.
  const many = Array.from({ length: 9_000 }, (_, n) => ({
    ...person(number(n), ["admin", "barista", "display"]),
    name: "\u{1F600}".repeat(40),
    storeId,
  }));
  for (let at = 0; at < many.length; at += 100) {
    const creates = many
      .slice(at, at + 100)
      .map((one) => ({ operationType: "Create" as const, resourceBody: one as never }));
    await config.items.batch(creates, storeId);
  }
  await write(person("+14255550101", ["barista"]));
  await config.item("staff:+14255550102", storeId).delete();
  await write(drink("latte"));
  expect(await publishStore(storeId)).toBe(false);
  expect((await staff())?.people.map(({ phone, roles }) => [phone, roles])).toEqual([
    ["+14255550100", ["admin"]],
    ["+14255550101", ["barista"]],
  ]);
  expect((await page())?.menu.map(({ id }) => id)).toEqual(["drink:latte"]);
  const rejected = (await events()).filter(({ type }) => type === "crema.config.rejected.v1");
  expect(rejected).toMatchObject([
    { data: { documentId: "store", problems: [{ message: expect.stringContaining("9002, and 500 are the most") }] } },
  ]);
  const another = { ...person("+14255550103", ["barista"]), storeId };
  const refused = putDocument(storeId, another.id, undefined, another).catch(({ problem }) => problem);
  expect(await refused).toMatchObject({ code: "document-invalid", errors: [{ mistake: "too-many", limit: 500 }] });
  // Who is there can be changed all the same, and where no admin were left there are those whom the documents name.
  const { etag } = await config.item("staff:+14255550100", storeId).read();
  const changed = { ...person("+14255550100", ["barista"]), storeId };
  await putDocument(storeId, changed.id, etag, changed);
  expect(await publishStore(storeId)).toBe(false);
  const people = (await staff())?.people ?? [];
  expect(people.filter(({ phone }) => phone.startsWith("+1425555010"))).toMatchObject([
    { phone: "+14255550101", roles: ["barista"] },
  ]);
  expect(people.filter(({ roles }) => roles.includes("admin"))).toHaveLength(500);
});
