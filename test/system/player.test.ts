import { CosmosClient } from "@azure/cosmos";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CatalogPage } from "../../contracts/catalog.ts";
import type { ConfigReply, NoticesReply, OrdersReply, PageReply } from "../../contracts/http.ts";
import type { InsightsReply } from "../../contracts/insights.ts";
import { type OrderView, orderView } from "../../contracts/order.ts";
import { isActive } from "../../contracts/order-states.ts";
import { type LocalAzure, startLocalAzure } from "../../local/index.ts";
import { silentLog } from "../../local/kernel/log.ts";
import { acting } from "../../tools/player/acting.ts";
import { Controls } from "../../tools/player/controls.ts";
import { ourRecording } from "../../tools/player/our-recording.ts";
import { Player } from "../../tools/player/player.ts";
import { type Recording, readRecording } from "../../tools/player/recording.ts";
import { type Scene, sceneOf } from "../../tools/player/scene.ts";
import { guest, standOptions } from "../../tools/stand-options.ts";
import { type Listener, Person } from "./person.ts";
import { staffPhones } from "./stand.ts";

/** Functions that show and tell, and nothing else, beside all that are asked by GET. Whoever adds another decides: here, or in tools/player/acting.ts. */
const watching = [
  ...["start-challenge", "open-session", "close-session", "close-all-sessions"].map((name) => `identity-${name}`),
  ...["end-session", "end-device", "end-devices"].map((name) => `identity-${name}`),
  ...["subscribe", "unsubscribe", "want-text", "want-no-text"].map((name) => `identity-${name}`),
  ...["customer-data", "start-pairing", "look-at-pairing", "approve-pairing"].map((name) => `identity-${name}`),
  ...["orders", "codes", "catalog"].map((name) => `outbox-${name}`),
  ...["services", "services-again", "orders-shared-journey", "config-phone"],
];

let recording: Recording;
let scene: Scene;
let azure: LocalAzure;
let player: Player;
let barista: Person;
let admin: Person;
let customer: Person;
let bar: Listener;
const said: string[] = [];

const signIn = (phone: string) =>
  Person.signIn(`${azure.functions?.origin}/api`, "main", phone, async () => {
    await azure.settle();
    return azure.sms.messages(phone)[0]?.message ?? "";
  });
/** What the recording tells of orders up to now: of each the last. */
function told(): Map<string, OrderView> {
  const orders = new Map<string, OrderView>();
  for (const { data } of recording.events.slice(0, player.progress.told))
    if ("order" in data) orders.set(data.order.id, data.order);
  return orders;
}
async function stored<T>(container: string, kind: string): Promise<T[]> {
  const client = new CosmosClient(azure.endpoints.cosmos.connectionString);
  try {
    const query = { query: "SELECT * FROM c WHERE c.kind = @kind", parameters: [{ name: "@kind", value: kind }] };
    return (await client.database("crema").container(container).items.query<T>(query).fetchAll()).resources;
  } finally {
    client.dispose();
  }
}
const byId = (orders: Iterable<OrderView>) => [...orders].sort((a, b) => a.id.localeCompare(b.id));
const page = async () =>
  ((await (await fetch(`${azure.functions?.origin}/api/stores/main`)).json()) as PageReply).page as CatalogPage;

beforeAll(async () => {
  recording = await readRecording(ourRecording);
  const stand = standOptions({ siteOrigin: "http://localhost:4280", timeZone: "Europe/Berlin" });
  scene = await sceneOf(recording, stand, { timeZone: "Europe/Berlin", guest });
  azure = await startLocalAzure({ ...scene.options, log: silentLog });
  await azure.settle();
  player = new Player(azure, recording, scene.documents, (line) => said.push(line));
  barista = await signIn(staffPhones.barista);
  admin = await signIn(staffPhones.admin);
  customer = await signIn(guest);
});
afterAll(async () => {
  bar?.close();
  player?.close();
  await azure?.stop();
});

describe("our recording, played", () => {
  test("every function either shows or is switched off, and nobody is told of events who is", () => {
    const functions = azure.functions?.functions ?? [];
    const others = functions.filter(({ startedBy }) => !startedBy.startsWith("GET "));
    expect(others.map(({ name }) => name).sort()).toEqual([...acting, ...watching].sort());
    for (const { name, disabled } of functions) expect([name, disabled]).toEqual([name, acting.includes(name)]);
  });

  test("stands at its beginning until it is let go: the store is there, nobody has come", async () => {
    await azure.settle();
    expect(player.progress).toMatchObject({ told: 0, speed: 0 });
    expect(await page()).toMatchObject({ store: { open: true } });
    expect(await barista.get("/orders")).toMatchObject({ orders: [], queue: { active: 0 } });
  });

  test("in the middle of it the bar's board, the queue and a customer's phone are as it was then", async () => {
    const rush = recording.events.filter(({ type }) => type === "crema.order.refused.v1")[5];
    await azure.advance(Date.parse(rush?.time ?? "") - azure.clock.now());
    const orders = [...told().values()];
    expect(orders.filter(({ state }) => isActive(state))).toHaveLength((await page()).store.capacity);
    const { orders: board, queue } = (await barista.get<OrdersReply>("/orders")) as OrdersReply;
    // Who still chooses has a place, and is nothing to the bar yet.
    const atTheBar = ["submitted", "queued", "making", "ready"];
    const stillThere = orders.filter(({ state }) => atTheBar.includes(state));
    expect(byId(board)).toEqual(byId(stillThere));
    expect(queue.active).toBe((await page()).store.capacity);
    const { orders: mine } = (await customer.get<OrdersReply>("/my-orders")) as OrdersReply;
    expect(mine.length).toBeGreaterThan(0);
    expect(mine.every(({ customerId }) => customerId === scene.customerId)).toBe(true);
  });

  test("nobody is let in, and no button does anything", async () => {
    const [order] = [...told().values()].filter(({ state }) => state === "queued" || state === "making");
    const answers = [
      barista.command(order?.id ?? "", "claim"),
      admin.post("/open", { open: false }),
      customer.post("/scans", { code: "ACEFG" }),
    ];
    for (const answer of answers) await expect(answer).rejects.toThrow(/404/);
    const { orders } = (await barista.get<OrdersReply>("/orders")) as OrdersReply;
    expect(orders.find(({ id }) => id === order?.id)).toEqual(order);
  });

  test("the controls wind it to the next event, and five minutes on", async () => {
    const controls = new Controls(azure, player, 60);
    const { told: before, now } = player.progress;
    await controls.wants("next");
    expect(player.progress.told).toBeGreaterThan(before);
    await controls.wants("wind");
    expect(player.progress.now).toBeGreaterThanOrEqual(now + 5 * 60_000);
    expect(player.progress.now).toBeLessThan(Date.parse(recording.events[player.progress.told]?.time ?? ""));
  });

  test("it says on display and bar that it is one, and how fast it goes when it goes", async () => {
    await player.sayPace();
    await azure.advance("2 s");
    const words = async () => ((await barista.get<NoticesReply>("/notices")) as NoticesReply).notices;
    expect((await words()).map(({ audience, text }) => [audience, text.en]).sort()).toEqual([
      ["bar", "A recording of 15 June"],
      ["display", "A recording of 15 June"],
    ]);
    await azure.setSpeed(60);
    await player.sayPace();
    await azure.setSpeed(0);
    await player.sayPace();
    const [first, second] = await words();
    for (const notice of [first, second])
      expect(notice).toMatchObject({ text: { en: "A recording of 15 June, 60 times as fast" }, version: 2 });
  });

  test("at its end documents, figures and archive tell what the events tell, and nothing went astray", async () => {
    // The controls closed all connections, as they do wherever time is moved; what is told from here on must be heard.
    bar = await barista.listen();
    const before = told();
    await azure.advance(recording.ends - azure.clock.now());
    await azure.settle();
    await player.ended;
    expect(said).toEqual([]);
    expect(player.progress).toMatchObject({ told: recording.events.length, speed: 0 });

    const orders = told();
    const documents = (await stored<OrderView>("orders", "order")).map((document) => orderView.parse(document));
    expect(byId(documents)).toEqual(byId(orders.values()));
    const changed = [...orders.values()].filter(({ id, version }) => before.get(id)?.version !== version);
    const atTheBar = changed.filter(({ number }) => number !== undefined);
    expect(atTheBar.length).toBeGreaterThan(20);
    for (const { id, state, version } of atTheBar) {
      await bar.hears("order", ({ order }) => order.id === id && order.version === version);
      expect(bar.states(id).at(-1)).toBe(state);
    }

    const archive = (
      await Promise.all(["orders", "codes", "catalog"].map((name) => stored<{ event: { id: string } }>(name, "event")))
    ).flat();
    const ids = new Set(archive.map(({ event }) => event.id));
    expect(recording.events.filter(({ id }) => !ids.has(id)).map(({ type }) => type)).toEqual([]);

    const refusedScans = recording.events.flatMap(({ data }) =>
      "refused" in data ? Object.values(data.refused.counts).map((count = 0) => count) : [],
    );
    expect(refusedScans.length).toBeGreaterThan(0);
    const figures = (await admin.get<InsightsReply>("/insights?from=2026-06-15&to=2026-06-15")) as InsightsReply;
    const count = (fits: (order: OrderView) => boolean) => [...orders.values()].filter(fits).length;
    expect(figures.total).toMatchObject({
      scans: orders.size + refusedScans.reduce((sum, count) => sum + count, 0),
      refused: { full: count(({ state }) => state === "refused") },
      submitted: count(({ submittedAt }) => submittedAt !== undefined),
      ready: count(({ readyAt }) => readyAt !== undefined),
      collected: count(({ state }) => state === "collected"),
      expired: { choosing: count(({ state }) => state === "expired") },
    });
    const cancelled = figures.total.cancelled.reduce((sum, { count }) => sum + count, 0);
    expect(cancelled).toBe(count(({ state }) => state === "cancelled"));
    // A morning with something of everything, or it would be no test.
    for (const state of ["collected", "cancelled", "expired", "refused", "ready"])
      expect(
        count((order) => order.state === state),
        state,
      ).toBeGreaterThan(0);

    expect(await page()).toMatchObject({ store: { open: false } });
    const { documents: config } = (await admin.get<ConfigReply>("/config")) as ConfigReply;
    expect(config.find(({ document }) => document.id === "store")?.document).toMatchObject({ open: false });
    expect(azure.eventGrid.deadLetters()).toEqual([]);
    expect([...azure.durable.instances()]).toEqual([]);
  });
});
