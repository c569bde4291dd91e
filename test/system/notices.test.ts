import { CosmosClient } from "@azure/cosmos";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import type { NoticesReply, OrdersReply } from "../../contracts/http.ts";
import type { Said } from "../../functions/platform/notices.ts";
import { Listener, type Person } from "./person.ts";
import { speak, speakingApplication } from "./speaking.ts";
import { Stand } from "./stand.ts";

const application = speakingApplication();
let stand: Stand;
let people: Record<"admin" | "barista" | "display" | "ada" | "bob", Person>;
let ada: { customer: string };
/** The screens that people have open, and that of somebody who is not signed in. */
let screens: Record<keyof typeof people | "nobody", Listener>;

beforeAll(async () => {
  Stand.application = application.folder;
  stand = await Stand.open({ heldAt: Date.parse("2026-06-15T10:05:30Z") });
  Stand.application = undefined;
  const [admin, barista, display] = [await stand.admin(), await stand.barista(), await stand.display()];
  people = { admin, barista, display, ada: await stand.person(), bob: await stand.person() };
  ada = { customer: (await people.ada.me<{ customerId: string }>()).customerId };
});
afterAll(async () => {
  await stand.close();
  application.remove();
});
beforeEach(async () => {
  const listening = await Promise.all(Object.entries(people).map(async ([name, one]) => [name, await one.listen()]));
  const address = async () => ((await (await fetch(`${stand.store}/live`)).json()) as { url: string }).url;
  screens = { ...Object.fromEntries(listening), nobody: await Listener.open(address) };
  return () => {
    for (const screen of Object.values(screens)) screen.close();
  };
});

const inMinutes = (minutes: number) => new Date(stand.azure.clock.now() + minutes * 60_000).toISOString();
const said = (more: Partial<Said> = {}): Said => ({
  audience: "display",
  text: { en: "132 coffees today", de: "132 Kaffees heute" },
  icon: "heart",
  until: inMinutes(30),
  ...more,
});
const keyOf = ({ id }: { id: string }) => id.split(":").at(-1);
const heard = (screen: Listener) =>
  screen.heard.flatMap((message) => (message.kind === "notice" ? [keyOf(message.notice)] : []));
/** Keys of what somebody's snapshots hold. A reply leaves out notices that cannot be read in half a second, as on a busy machine: what it tells then is asked again. */
async function told(person: Person, path: "/notices" | "/orders" | "/my-orders") {
  let notices: NoticesReply["notices"] | undefined;
  const ask = async () => {
    notices = (await person.get<NoticesReply | OrdersReply>(path)).notices;
    return notices;
  };
  await expect.poll(ask).toBeDefined();
  return notices?.map(keyOf);
}

/** Does something that all screens hear, so that what was to come before it has come. */
async function pageIsHeard(): Promise<void> {
  const { version } = await stand.page();
  await stand.configure(people.admin, { name: `Stand ${version}` });
  await stand.advance("2 s");
  await Promise.all(Object.values(screens).map((screen) => screen.hears("page", ({ page }) => page.version > version)));
}

test("each hears what is said to them, live and with the next snapshot, and nobody what is said to another", async () => {
  await speak(stand, "to-display", said());
  await speak(stand, "to-bar", said({ audience: "bar" }));
  await speak(stand, "to-ada", said({ audience: ada }));
  await pageIsHeard();
  expect(Object.fromEntries(Object.entries(screens).map(([name, screen]) => [name, heard(screen)]))).toEqual({
    admin: ["to-display", "to-bar"],
    barista: ["to-display", "to-bar"],
    display: ["to-display"],
    ada: ["to-ada"],
    bob: [],
    nobody: [],
  });
  const { admin, barista, display, bob } = people;
  expect(await told(admin, "/notices")).toEqual(["to-bar", "to-display"]);
  expect(await told(barista, "/orders")).toEqual(["to-bar", "to-display"]);
  expect(await told(display, "/orders")).toEqual(["to-display"]);
  expect(await told(display, "/notices")).toEqual(["to-display"]);
  expect(await told(people.ada, "/my-orders")).toEqual(["to-ada"]);
  expect(await told(people.ada, "/notices")).toEqual(["to-ada"]);
  expect(await told(bob, "/my-orders")).toEqual([]);
  expect(await told(bob, "/notices")).toEqual([]);
  // Past orders are no screen.
  expect(await admin.get<OrdersReply>("/orders?day=2026-06-15")).not.toHaveProperty("notices");
  expect((await fetch(`${stand.store}/notices`)).status).toBe(401);
});

test("said twice it is one version; said otherwise, another; taken back, it is gone; and at its end by itself", async () => {
  const { display } = people;
  const first = await speak(stand, "today", said({ until: inMinutes(10) }));
  const again = await speak(stand, "today", said({ until: first?.until ?? "" }));
  expect(again).toEqual(first);
  const other = await speak(stand, "today", said({ text: { en: "133 coffees today" }, until: inMinutes(10) }));
  expect(other?.version).toBeGreaterThan(first?.version ?? 0);
  await speak(stand, "today");
  const { notice } = await screens.display.hears("notice", (message) => message.notice.withdrawn === true);
  expect(Date.parse(notice.until)).toBeLessThanOrEqual(stand.azure.clock.now());
  const versions = screens.display.heard.flatMap((message) =>
    message.kind === "notice" && keyOf(message.notice) === "today" ? [message.notice.version] : [],
  );
  expect(versions).toEqual([first?.version, other?.version, notice.version]);
  expect(await told(display, "/notices")).not.toContain("today");

  await speak(stand, "today", said({ until: inMinutes(10) }));
  expect(await told(display, "/notices")).toContain("today");
  await stand.advance("11 min");
  expect(await told(display, "/notices")).not.toContain("today");
});

test("what was said and is over is forgotten, and what is said after that is newer all the same", async () => {
  const before = await speak(stand, "brief", said({ until: inMinutes(1) }));
  await stand.advance("62 min");
  const cosmos = new CosmosClient(stand.azure.endpoints.cosmos.connectionString);
  const item = cosmos.database("crema").container("catalog").item("notice:speaker:brief", "main");
  expect((await item.read()).resource).toBeUndefined();
  cosmos.dispose();
  const after = await speak(stand, "brief", said());
  expect(after?.version).toBeGreaterThan(before?.version ?? 0);
});

test("a person who loses their role hears nothing more that is for the bar", async () => {
  const phone = "+14255550160";
  const put = (roles: string[]) =>
    people.admin.put(
      "/people",
      { id: `staff:${phone}`, kind: "staff", storeId: "main", phone, name: "Bea", roles },
      roles.length === 1 ? { "if-none-match": "*" } : {},
    );
  await put(["barista"]);
  await stand.settle();
  await stand.advance("2 s");
  const bea = await stand.person(phone);
  const { url } = await bea.get<{ url: string }>("/live");
  const [good, kept] = [await bea.listen(), await Listener.open(async () => url)];
  await speak(stand, "first", said({ audience: "bar" }));
  await Promise.all([good, kept].map((screen) => screen.hears("notice", ({ notice }) => keyOf(notice) === "first")));

  const { documents } = await people.admin.get<{ documents: { document: { id: string }; etag: string }[] }>("/config");
  const etag = documents.find(({ document }) => document.id === `staff:${phone}`)?.etag ?? "";
  await people.admin.post("/people/removal", { phone }, { "if-match": etag });
  await stand.settle();
  await stand.advance("2 s");
  await Promise.all([good, kept].map((screen) => screen.comesBack()));
  await speak(stand, "second", said({ audience: "bar" }));
  await speak(stand, "display-too", said());
  await screens.barista.hears("notice", ({ notice }) => keyOf(notice) === "display-too");
  await pageIsHeard();
  for (const screen of [good, kept]) expect(heard(screen)).toEqual(["first"]);
  expect(await told(bea, "/notices")).toEqual([]);
  expect(await bea.get("/orders").catch((error) => error.status)).toBe(403);
  for (const screen of [good, kept]) screen.close();
});

test.each([
  ["hangs", { kind: "throttle", retryAfter: 60_000 }],
  ["fails", { kind: "unavailable" }],
] as const)(
  "an order goes its way, and its customer and the bar see it, while the reading of what is said %s",
  async (_, fault) => {
    const guest = await stand.person();
    const undo = stand.azure.cosmos.faults.next({
      ...fault,
      times: 1_000,
      matching: ({ container, operation }) => container === "catalog" && operation === "query",
    });
    onTestFinished(undo);
    const id = await stand.scan(guest, people.display);
    await guest.command(id, "submit", { drinkId: "drink:espresso" });
    await stand.settle();
    const mine = await guest.get<OrdersReply>("/my-orders");
    expect(mine.orders[0]).toMatchObject({ id, state: "queued" });
    expect(mine.notices).toBeUndefined();
    const board = await people.barista.get<OrdersReply>("/orders");
    expect(board.orders.map((order) => order.id)).toContain(id);
    expect(board.notices).toBeUndefined();
    undo();
    await people.barista.command(id, "cancel", { note: "test" });
    await stand.settle();
  },
);

test("an order goes its way, and is answered, while what is said cannot be told", async () => {
  const cosmos = new CosmosClient(stand.azure.endpoints.cosmos.connectionString);
  // One that no schema takes, in the midst of good ones.
  await cosmos
    .database("crema")
    .container("catalog")
    .items.create({
      ...{ id: "notice:speaker:wrong", kind: "notice", storeId: "main", hears: `customer:${ada.customer}` },
      ...{ until: inMinutes(30), at: inMinutes(0), text: "?" },
    });
  cosmos.dispose();
  await stand.advance("2 s");
  const id = await stand.scan(people.ada, people.display);
  await people.ada.command(id, "submit", { drinkId: "drink:espresso" });
  await stand.settle();
  expect((await stand.order(people.ada, id)).state).toBe("queued");
  expect(await told(people.ada, "/my-orders")).not.toContain("wrong");
  // What comes after it is told.
  await speak(stand, "after", said({ audience: ada }));
  await screens.ada.hears("notice", ({ notice }) => keyOf(notice) === "after");
});
