import type { OrderView, WaitRange } from "../../contracts/order.ts";
import { container } from "../platform/clients.ts";
import { inTurn } from "../platform/in-turn.ts";
import { waitOf } from "./wait.ts";
import type { Facts, MadeOrder, OpenOrder } from "./work.ts";

/** What is known is good for so long, in ms: a rush of phones that ask is one query. */
const freshFor = 3_000;
/** How far the work is looked back upon, in ms. */
const lookBack = 60 * 60_000;
/** Clocks of instances differ, and what was written is seen a little later than the time it bears: so much (ms) is asked for once more. */
const overlap = 30_000;

/** What this process knows of the work at a store's bar. */
interface Bar {
  askedAt: number;
  /** The changes of this process that it knows of. */
  changes: number;
  made: MadeOrder[];
  /** The oldest first. */
  toMake: OpenOrder[];
}

/** An order as the query gives it. */
type Row = Pick<OrderView, "id" | "number" | "deadline" | "submittedAt" | "claimedAt" | "readyAt"> & {
  drink?: string | undefined;
  barista?: string | undefined;
};

const bars = new Map<string, Bar>();
const changes = new Map<string, number>();

/** What this process changed itself it knows at once. */
export function barChanged(storeId: string): void {
  changes.set(storeId, (changes.get(storeId) ?? 0) + 1);
}

/** Until what is ordered now is ready. Nothing is told where too little is known. */
export async function waitNow(storeId: string): Promise<WaitRange | undefined> {
  const now = Date.now();
  const facts = factsOf(await barOf(storeId, now), now);
  // As much time as those in front have; with nobody in front it does not matter.
  const times = facts.open.flatMap(({ deadline, submittedAt }) =>
    deadline === undefined ? [] : [deadline - submittedAt],
  );
  return waitOf(facts, times.length === 0 ? {} : { deadline: now + Math.max(...times) });
}

/**
 * How many orders come before this one, while it is queued, and from now until it is ready. Nothing is told of one that nobody waits for, and no wait
 * where too little is known.
 */
export async function placeOf(order: OrderView): Promise<{ ahead?: number; wait?: WaitRange }> {
  const { id, storeId, state, drink, barista } = order;
  if (state !== "submitted" && state !== "queued" && state !== "making") return {};
  const now = Date.now();
  const facts = factsOf(await barOf(storeId, now), now);
  // Of this order more is known than of the others, which were read a little earlier.
  const own = workOf({ ...order, drink: drink?.id, barista: barista?.id });
  const open = [...facts.open.filter((other) => other.id !== id), own].sort(bySubmission);
  const wait = waitOf({ ...facts, made: facts.made.filter((other) => other.id !== id), open }, { id });
  return { ...(state === "queued" && { ahead: open.indexOf(own) }), ...(wait && { wait }) };
}

const factsOf = ({ made, toMake }: Bar, now: number): Facts => ({ now, made, open: toMake });
/** Those submitted in the same millisecond go by their numbers. */
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
 * Reads what is to be made, and what was made in the last hour: of that only what is new since it was `known`, so that a stand in a rush costs as
 * little as a quiet one.
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
