import { randomUUID } from "node:crypto";
import { CosmosClient } from "@azure/cosmos";
import type { Extension } from "../../infra/extensions.ts";
import { deleteCharge } from "../../local/cosmos/charge.ts";
import type { FunctionSummary } from "../../local/functions/index.ts";
import { registeredFunctions, triggerOf } from "../../test/infra/application.ts";
import { type Person, Refused } from "../../test/system/person.ts";
import { Stand } from "../../test/system/stand.ts";
import type { Counts, Measured } from "./counts.ts";
import { storageOperations } from "./storage.ts";

/** Five past twelve in Berlin: far from a code window's edge and from midnight. */
const noon = Date.parse("2026-06-15T10:05:30Z");

/** How often a customer's phone polls its place while it waits: as if looked at for a minute. */
const looks = 3;

/**
 * Counts the operations of an order: runs `orders` of them on the local Azure, one after the other, each with the customer's phone, a barista's
 * screen and a display connected. Also measures a sign-in and an idle hour. Leaves out what an extension stores in its own containers.
 * @param between whether activity between the steps of an order counts too: an extension may do its work there
 */
export async function measure(orders = 10, extensions: readonly Extension[] = [], between = false): Promise<Measured> {
  const stand = await Stand.open({ heldAt: noon, extensions });
  try {
    const [admin, barista, display] = [await stand.admin(), await stand.barista(), await stand.display()];
    await stand.configure(admin, { scansPerCode: 1000, codeMinutes: 60 });
    const screens = [await barista.listen(), await display.listen()];

    const idleHour = sum([]);
    for (let five = 0; five < 12; five++) {
      add(idleHour, await count(stand, () => stand.advance("5 min")));
      add(idleHour, await count(stand, () => display.get("/code")));
    }
    const refusedScan = await refuse(stand, await stand.person());
    const customers: Person[] = [];
    const signIn = sum([]);
    for (let n = 0; n < orders; n++) {
      const { code } = await display.get<{ code?: string }>("/code");
      const joins = async () => {
        // The held scan is not used here: the order's own scan takes as much work.
        await post(`${stand.store}/holds`, { code, hold: randomUUID() });
        customers.push(await stand.person());
      };
      add(signIn, await count(stand, joins));
    }
    const served: string[] = [];
    const order = sum([]);
    for (const customer of customers) add(order, await serve(stand, customer, barista, display, served, between));
    for (const { id } of stand.azure.durable.instances()) {
      if (!served.some((each) => id.includes(each))) continue;
      const { queue, table } = storageOperations(stand.azure.durable.history(id));
      order.queueOperations += queue;
      order.tableOperations += table;
    }
    const alone = await serve(stand, await stand.person(), barista, display, served);
    const onlooker = await (await stand.person()).listen();
    const watched = await serve(stand, await stand.person(), barista, display, served);
    screens.push(await barista.listen());
    const shared = await serve(stand, await stand.person(), barista, display, served);
    for (const screen of [...screens, onlooker]) screen.close();
    await copyOrder(stand, served[0] ?? "", 50);
    const history = await count(stand, () => admin.get("/orders?day=2026-06-15&state=collected"));
    return {
      order: scaled(order, 1 / orders),
      signIn: scaled(signIn, 1 / orders),
      refusedScan,
      idleHour,
      pushMessagesOfOthers: watched.pushMessages - alone.pushMessages,
      pushMessagesOfStaff: shared.pushMessages - watched.pushMessages,
      historyPage: history.requestUnits,
      ...(await feeds()),
      orders,
    };
  } finally {
    await stand.close();
  }
}

/** A scan of an invalid code, until it is counted in the figures, minus what that time costs anyway. */
async function refuse(stand: Stand, customer: Person): Promise<Counts> {
  const minutes = () => stand.advance("10 min");
  const idle = await count(stand, minutes);
  const refused = sum([]);
  add(refused, await count(stand, () => customer.post("/scans", { code: "AAAAA" }).catch(() => {})));
  add(refused, await count(stand, minutes));
  add(refused, scaled(idle, -1));
  return refused;
}

async function post(url: string, body: object): Promise<void> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
}

/** One order from the scan to the counter, with the requests of the web apps. The steps are seconds apart. */
async function serve(
  stand: Stand,
  customer: Person,
  barista: Person,
  display: Person,
  served: string[],
  between = false,
) {
  const steps: Counts[] = [];
  const step = async <T>(work: () => Promise<T>): Promise<T> => {
    let done: T | undefined;
    // Short-lived caches of instances have expired.
    if (!between) await stand.advance("5 s");
    steps.push(
      await count(stand, async () => {
        if (between) await stand.advance("5 s");
        done = await work();
      }),
    );
    return done as T;
  };
  const { code } = await display.get<{ code?: string }>("/code");
  const phone = await step(async () => {
    await Promise.all([customer.get(""), customer.me(), customer.get("/my-orders")]);
    return customer.listen();
  });
  const id = await step(async () => {
    const { orderId } = await customer.post<{ orderId: string }>("/scans", { code: code ?? "none" });
    await stand.settle();
    await customer.get(`/orders/${orderId}`);
    return orderId;
  });
  await step(() => customer.command(id, "submit", { drinkId: "drink:latte", options: { milk: ["oat"] } }));
  for (let look = 0; look < looks; look++) await step(() => customer.get(`/orders/${id}`));
  // Once a minute while orders come and go: for six of ten, at a hundred an hour.
  if (served.length % 5 < 3) await step(() => display.get("/queue"));
  if (await step(() => claimed(barista, id))) await step(() => barista.command(id, "ready"));
  // An extension makes the drink.
  else while ((await stand.order(barista, id)).state === "making") await step(async () => undefined);
  await step(() => barista.command(id, "collect"));
  // One customer in five opens the order's story.
  if (served.length % 5 === 4) await step(() => customer.get(`/orders/${id}/journey`));
  phone.close();
  served.push(id);
  return sum(steps);
}

/** False if an extension was faster. */
async function claimed(barista: Person, id: string): Promise<boolean> {
  try {
    await barista.command(id, "claim");
    return true;
  } catch (error) {
    if (error instanceof Refused && error.problem.code === "order-held") return false;
    throw error;
  }
}

/** The operations of `work` and of all its consequences. */
async function count(stand: Stand, work: () => Promise<unknown>): Promise<Counts> {
  // In this order: reading the stored size takes request units, which must not be counted.
  const keptBefore = await kept(stand);
  const before = reading(stand);
  await work();
  await stand.settle();
  const after = reading(stand);
  const keptAfter = await kept(stand);
  const expiries = [...keptAfter.expiries].filter(([id]) => !keptBefore.expiries.has(id));
  const ran = Object.keys(after.executions).flatMap((name) => {
    const times = (after.executions[name] ?? 0) - (before.executions[name] ?? 0);
    return times > 0 ? [{ name, times, trigger: triggerIn(stand, name) }] : [];
  });
  const of = (...kinds: FunctionSummary["trigger"][]) => ran.filter(({ trigger }) => kinds.includes(trigger));
  const others = ran.filter(({ trigger }) => !isHttp(trigger) && !isDurable(trigger));
  // A timer runs at its own times; all other executions here are within the same second.
  const seconds = ({ trigger, times }: { trigger: string; times: number }) => (trigger === "timer" ? times : 1);
  return {
    executions: ran.reduce((total, { times }) => total + times, 0),
    busy: {
      http: ran.some(({ trigger }) => isHttp(trigger)) ? 1 : 0,
      durable: ran.some(({ trigger }) => isDurable(trigger)) ? 1 : 0,
      others: Object.fromEntries(others.map((each) => [each.name, seconds(each)])),
    },
    feedBatches: of("cosmosDB").reduce((total, { times }) => total + times, 0),
    cosmosRequests: after.cosmosRequests - before.cosmosRequests,
    requestUnits: after.requestUnits - before.requestUnits,
    expiryUnits: expiries.reduce((total, [, units]) => total + units, 0),
    gbDays: keptAfter.gbDays - keptBefore.gbDays,
    gridOperations: after.gridOperations - before.gridOperations,
    pushCalls: after.pushCalls - before.pushCalls,
    pushMessages: after.pushMessages - before.pushMessages,
    queueOperations: 0,
    tableOperations: 0,
  };
}

const isHttp = (trigger: string) => trigger === "http";
const isDurable = (trigger: string) => ["orchestration", "activity", "entity"].includes(trigger);

function triggerIn(stand: Stand, name: string): FunctionSummary["trigger"] {
  const found = stand.azure.functions?.functions.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`The meters name a function ${name} that the application does not have.`);
  return found.trigger;
}

interface Reading
  extends Pick<Counts, "cosmosRequests" | "requestUnits" | "gridOperations" | "pushCalls" | "pushMessages"> {
  executions: Record<string, number>;
}

function reading({ azure }: Stand): Reading {
  const { operations, advancedMatches } = azure.eventGrid.meters;
  const { requests: cosmosRequests, requestUnits } = azure.cosmos.meters;
  const { requests: pushCalls, messagesOut: pushMessages } = azure.webPubSub.meters;
  return {
    executions: { ...azure.functions?.meters.executions },
    cosmosRequests,
    requestUnits,
    gridOperations: operations + advancedMatches,
    pushCalls,
    pushMessages,
  };
}

/** The assumed days of storage for documents without a time to live. */
const keptForGood = 365;

/** Adds copies of an order. */
async function copyOrder(stand: Stand, orderId: string, copies: number): Promise<void> {
  const client = new CosmosClient(stand.azure.endpoints.cosmos.connectionString);
  try {
    const { items } = client.database("crema").container("orders");
    const query = { query: "SELECT * FROM c WHERE c.id = @id", parameters: [{ name: "@id", value: orderId }] };
    const [order] = (await items.query(query).fetchAll()).resources;
    for (let n = 0; n < copies; n++) await items.create({ ...order, id: randomUUID() });
    await stand.settle();
  } finally {
    client.dispose();
  }
}

/**
 * All documents, without the leases of the change feed: their size in GB times the days until they are deleted, and the request units of deleting each
 * one that expires.
 */
async function kept(stand: Stand): Promise<{ gbDays: number; expiries: Map<string, number> }> {
  const client = new CosmosClient(stand.azure.endpoints.cosmos.connectionString);
  try {
    let gbDays = 0;
    const expiries = new Map<string, number>();
    for (const name of ["codes", "orders", "identity", "catalog", "tries"]) {
      const { items } = client.database("crema").container(name);
      const { resources } = await items.readAll<{ ttl?: number; _rid: string }>().fetchAll();
      for (const document of resources) {
        const { ttl } = document;
        const bytes = Buffer.byteLength(JSON.stringify(document));
        gbDays += (bytes / 1024 ** 3) * (ttl === undefined ? keptForGood : ttl / 86_400);
        if (ttl !== undefined) expiries.set(document._rid, deleteCharge(bytes));
      }
    }
    return { gbDays, expiries };
  } finally {
    client.dispose();
  }
}

async function feeds(): Promise<Pick<Measured, "feedTriggers" | "feedPollsAnHour">> {
  const triggers = (await registeredFunctions()).map(triggerOf).filter(({ type }) => type === "cosmosDBTrigger");
  const polls = triggers.map(({ feedPollDelay }) => 3_600_000 / Number(feedPollDelay ?? 5000));
  return { feedTriggers: triggers.length, feedPollsAnHour: polls.reduce((total, each) => total + each, 0) };
}

const figures = [
  "executions",
  "feedBatches",
  "cosmosRequests",
  "requestUnits",
  "expiryUnits",
  "gbDays",
  "gridOperations",
  "pushCalls",
  "pushMessages",
  "queueOperations",
  "tableOperations",
] as const;

function add(to: Counts, more: Counts): void {
  for (const name of figures) to[name] += more[name];
  to.busy.http += more.busy.http;
  to.busy.durable += more.busy.durable;
  for (const [name, seconds] of Object.entries(more.busy.others))
    to.busy.others[name] = (to.busy.others[name] ?? 0) + seconds;
}

/** The sum of all counts; zeros if there are none. */
export function sum(all: readonly Counts[]): Counts {
  const total: Counts = {
    executions: 0,
    busy: { http: 0, durable: 0, others: {} },
    feedBatches: 0,
    cosmosRequests: 0,
    requestUnits: 0,
    expiryUnits: 0,
    gbDays: 0,
    gridOperations: 0,
    pushCalls: 0,
    pushMessages: 0,
    queueOperations: 0,
    tableOperations: 0,
  };
  for (const each of all) add(total, each);
  return total;
}

function scaled(counts: Counts, by: number): Counts {
  const { busy } = counts;
  const result = sum([]);
  for (const name of figures) result[name] = counts[name] * by;
  result.busy.http = busy.http * by;
  result.busy.durable = busy.durable * by;
  for (const [name, seconds] of Object.entries(busy.others)) result.busy.others[name] = seconds * by;
  return result;
}
