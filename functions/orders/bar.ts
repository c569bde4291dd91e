import type { OrderView, WaitRange } from "../../contracts/order.ts";
import { container } from "../platform/clients.ts";
import { inTurn } from "../platform/in-turn.ts";
import { waitOf } from "./wait.ts";
import type { Facts, MadeOrder, OpenOrder } from "./work.ts";

/** How long the facts are cached, in ms: a rush of requests from phones costs one query. */
const freshFor = 3_000;
/** How far back finished drinks are read, in ms. */
const lookBack = 60 * 60_000;
/** The overlap between two queries, in ms: clocks of instances differ, and a write is visible a little later than its time. */
const overlap = 30_000;

/** The cached facts about the work at a store's bar. */
interface Bar {
  askedAt: number;
  /** The number of this process's changes that the facts contain. */
  changes: number;
  made: MadeOrder[];
  /** Oldest first. */
  toMake: OpenOrder[];
}

/** An order as the query returns it. */
type Row = Pick<OrderView, "id" | "number" | "deadline" | "submittedAt" | "claimedAt" | "readyAt"> & {
  drink?: string | undefined;
  barista?: string | undefined;
};

const bars = new Map<string, Bar>();
const changes = new Map<string, number>();

/** Invalidates the cached facts after a change by this process. */
export function barChanged(storeId: string): void {
  changes.set(storeId, (changes.get(storeId) ?? 0) + 1);
}

/** The waiting time of an order that is placed now; `undefined` if there is too little data. */
export async function waitNow(storeId: string): Promise<WaitRange | undefined> {
  const now = Date.now();
  const facts = factsOf(await barOf(storeId, now), now);
  // Assume as much time for making it as the open orders have; with no open order it does not matter.
  const times = facts.open.flatMap(({ deadline, submittedAt }) =>
    deadline === undefined ? [] : [deadline - submittedAt],
  );
  return waitOf(facts, times.length === 0 ? {} : { deadline: now + Math.max(...times) });
}

/**
 * How many orders are ahead of a queued order, and its remaining waiting time. Both are missing for an order that nobody waits for; the waiting time
 * is missing if there is too little data.
 */
export async function placeOf(order: OrderView): Promise<{ ahead?: number; wait?: WaitRange }> {
  const { id, storeId, state, drink, barista } = order;
  if (state !== "submitted" && state !== "queued" && state !== "making") return {};
  const now = Date.now();
  const facts = factsOf(await barOf(storeId, now), now);
  // This order was read later than the cached orders.
  const own = workOf({ ...order, drink: drink?.id, barista: barista?.id });
  const open = [...facts.open.filter((other) => other.id !== id), own].sort(bySubmission);
  const wait = waitOf({ ...facts, made: facts.made.filter((other) => other.id !== id), open }, { id });
  return { ...(state === "queued" && { ahead: open.indexOf(own) }), ...(wait && { wait }) };
}

const factsOf = ({ made, toMake }: Bar, now: number): Facts => ({ now, made, open: toMake });
/** Orders that were submitted in the same millisecond are sorted by number. */
const bySubmission = (a: OpenOrder, b: OpenOrder) => a.submittedAt - b.submittedAt || (a.number ?? 0) - (b.number ?? 0);

function barOf(storeId: string, now: number): Promise<Bar> {
  return inTurn(`bar:${storeId}`, async () => {
    const known = bars.get(storeId);
    const age = known === undefined ? Number.NaN : now - known.askedAt;
    if (known?.changes === (changes.get(storeId) ?? 0) && age >= 0 && age < freshFor) return known;
    const bar = await look(storeId, now, age >= 0 ? known : undefined);
    bars.set(storeId, bar);
    return bar;
  });
}

/**
 * Reads the orders to be made and those that were made in the last hour. Of the latter it reads only what is new since `known`, so that a busy stand
 * costs as little as a quiet one.
 */
async function look(storeId: string, now: number, known: Bar | undefined): Promise<Bar> {
  const since = Math.max(now - lookBack, (known?.askedAt ?? 0) - overlap);
  const query = `SELECT c.id, c.number, c.drink.id AS drink, c.barista.id AS barista, c.submittedAt, c.claimedAt, c.readyAt, c.deadline FROM c
    WHERE c.kind = 'order' AND (c.readyAt >= @since OR c.state IN ('submitted', 'queued', 'making'))`;
  const parameters = [{ name: "@since", value: new Date(since).toISOString() }];
  const changed = changes.get(storeId) ?? 0;
  const { items } = await container("orders");
  const { resources } = await items.query<Row>({ query, parameters }, { partitionKey: storeId }).fetchAll();
  const read = resources.map(workOf);
  const seen = new Set(read.map(({ id }) => id));
  const before = (known?.made ?? []).filter(({ id, readyAt }) => !seen.has(id) && readyAt >= now - lookBack);
  return {
    askedAt: now,
    changes: changed,
    made: [...before, ...read.filter(isMade)].sort((a, b) => a.readyAt - b.readyAt),
    toMake: read.filter((order) => !isMade(order)).sort(bySubmission),
  };
}

function isMade(order: OpenOrder): order is MadeOrder {
  return "readyAt" in order;
}

function workOf({ id, number, drink = "", barista, submittedAt, claimedAt, readyAt, deadline }: Row): OpenOrder {
  const times = Object.entries({ claimedAt, readyAt, deadline }).flatMap(([name, at]) =>
    at === undefined ? [] : [[name, Date.parse(at)]],
  );
  return {
    id,
    drink,
    submittedAt: Date.parse(submittedAt ?? ""),
    ...(number !== undefined && { number }),
    ...(barista !== undefined && { barista }),
    ...Object.fromEntries(times),
  };
}
