import { type EventType, eventTypes, parseEvent } from "../../contracts/events.ts";
import type { OrderView } from "../../contracts/order.ts";
import { asFirstTold } from "../../contracts/replay.ts";
import type { RefusedScans } from "../../contracts/scans.ts";
import { startOfHour } from "../platform/business-day.ts";
import { catalogPage } from "../platform/catalog-page.ts";
import { container } from "../platform/clients.ts";
import { inTurn } from "../platform/in-turn.ts";
import { kept } from "../platform/kept.ts";
import { InvalidEventError } from "../platform/received.ts";
import { readStored, type Stored } from "../platform/stored.ts";
import { create, replace, transact } from "../platform/transaction.ts";
import { type Fact, factsOf } from "./facts.ts";
import { addFact, addRefusedScans, type Hour, hourId, newHour } from "./hour.ts";

/** The limit for rounds of optimistic concurrency. Within one process, orders of a store are counted one after another. */
const rounds = 20;
/** The most hours in one batch, which may have 2 MB. An hour with hundreds of orders has some 10 KB. */
const mostHours = 8;

/** The facts of an order by the hour that they belong to. */
export function factsByHour(order: OrderView, timeZone: string): Map<string, Fact[]> {
  const hours = new Map<string, Fact[]>();
  for (const fact of factsOf(order)) {
    const start = new Date(startOfHour(fact.at, timeZone)).toISOString();
    hours.set(start, [...(hours.get(start) ?? []), fact]);
  }
  return hours;
}

/** Counts something into an hour. @returns false when it was counted already: then nothing changed */
type Add = (hour: Hour) => boolean;

interface Waiting {
  /** What to count, by hour. */
  hours: Map<string, Add[]>;
  /** Receives for each of these, in order, whether it was new. */
  done(fresh: boolean[]): void;
  failed(error: unknown): void;
}

const waiting = new Map<string, Waiting[]>();

/** The hour that this process wrote last, by store, with its ETag. It is used without a read; a conditional write detects if it has changed. */
const written = new Map<string, Stored<Hour>>();

/** The time zone decides which hour a moment belongs to. A change may take effect a little late, which a recount corrects. */
const timeZoneOf = kept(60_000, async (storeId) => (await catalogPage(storeId)).store.timeZone);

/**
 * Counts the facts of an order in their hours, all or none. It is idempotent, whichever event or query a fact comes from. Orders that wait at the same time are
 * counted in one write.
 * @returns the kinds of facts that are new
 * @throws after too many lost rounds, so that Event Grid retries later
 */
export async function countOrder(order: OrderView): Promise<Fact["kind"][]> {
  const { storeId } = order;
  if (factsOf(order).length === 0) return [];
  const facts = factsByHour(order, await timeZoneOf(storeId));
  const hours = [...facts].map(([start, some]): [string, Add[]] => [
    start,
    some.map((fact) => (hour) => addFact(hour, fact)),
  ]);
  const fresh = await count(storeId, new Map(hours));
  return [...facts.values()].flat().flatMap(({ kind }, at) => (fresh[at] ? [kind] : []));
}

/** Counts refused scans in their hour. @returns whether they are new @throws as `countOrder` does */
export async function countRefusedScans(refused: RefusedScans): Promise<boolean> {
  const { storeId } = refused;
  const start = hourOfScans(refused, await timeZoneOf(storeId));
  const [fresh = false] = await count(storeId, new Map([[start, [(hour) => addRefusedScans(hour, refused)]]]));
  return fresh;
}

/** The start of the hour in which refused scans are counted. */
export function hourOfScans({ from }: RefusedScans, timeZone: string): string {
  return new Date(startOfHour(Date.parse(from), timeZone)).toISOString();
}

function count(storeId: string, hours: Map<string, Add[]>): Promise<boolean[]> {
  return new Promise((done, failed) => {
    waiting.set(storeId, [...(waiting.get(storeId) ?? []), { hours, done, failed }]);
    void inTurn(`insights:${storeId}`, () => countThose(storeId));
  });
}

/** Counts the waiting facts, unless an earlier turn has counted them already. */
async function countThose(storeId: string): Promise<void> {
  const those = takeSome(storeId);
  if (those.length === 0) return;
  try {
    for (let round = 0; round < rounds; round++) if (await tryToCount(storeId, those)) return;
    throw new Error(`Orders of ${storeId} could not be counted in ${rounds} rounds: others were first each time.`);
  } catch (error) {
    written.delete(storeId);
    for (const { failed } of those) failed(error);
  }
}

/** Takes the first waiting entry and those after it, as long as all their hours fit into one batch. */
function takeSome(storeId: string): Waiting[] {
  const all = waiting.get(storeId) ?? [];
  const starts = new Set<string>();
  const fits = ({ hours }: Waiting) => {
    for (const start of hours.keys()) starts.add(start);
    return starts.size <= mostHours;
  };
  const end = all.findIndex((one, at) => !fits(one) && at > 0);
  const those = end === -1 ? all : all.slice(0, end);
  if (end === -1) waiting.delete(storeId);
  else waiting.set(storeId, all.slice(end));
  return those;
}

/** One round. @returns false if another write came first */
async function tryToCount(storeId: string, those: Waiting[]): Promise<boolean> {
  const starts = [...new Set(those.flatMap(({ hours }) => [...hours.keys()]))].sort();
  const remembered = written.get(storeId)?.document.start;
  const stored = new Map(
    await Promise.all(starts.map(async (start) => [start, await hourOf(storeId, start)] as const)),
  );
  // The remembered hour is changed below, and is valid again only after the write.
  written.delete(storeId);
  const hours = new Map(starts.map((start) => [start, stored.get(start)?.document ?? newHour(storeId, start)]));
  const changed = new Set<Hour>();
  const counted = those.map(({ hours: adds }) =>
    [...adds].flatMap(([start, some]) => {
      const hour = hours.get(start) as Hour;
      const fresh = some.map((add) => add(hour));
      if (fresh.includes(true)) changed.add(hour);
      return fresh;
    }),
  );
  // Only a conditional write shows whether the remembered hour is current. Without one, it may have been deleted or recounted: read it in the next round.
  const trusted = remembered === undefined ? undefined : hours.get(remembered);
  if (trusted && !changed.has(trusted)) return false;
  const writes = [...changed];
  if (writes.length > 0) {
    const operations = writes.map((hour) => {
      const etag = stored.get(hour.start)?.etag;
      return etag === undefined ? create(hour) : replace(hour, etag);
    });
    const outcome = await transact(await container("insights"), storeId, operations);
    if (!outcome.done) return false;
    const [last, etag] = [writes.at(-1), outcome.etags.at(-1)];
    if (last && etag) written.set(storeId, { document: last, etag });
  }
  for (const [at, { done }] of those.entries()) done(counted[at] ?? []);
  return true;
}

async function hourOf(storeId: string, start: string): Promise<Stored<Hour> | undefined> {
  const known = written.get(storeId);
  return known?.document.start === start ? known : readStored<Hour>("insights", storeId, hourId(start));
}

/** The countable content of an event, live or replayed; empty for other events. @throws InvalidEventError */
export function countedIn(received: unknown): { order?: OrderView; refused?: RefusedScans } {
  const { type, id } = (received ?? {}) as { type?: unknown; id?: unknown };
  if (typeof type === "string" && !eventTypes.includes(type as EventType)) return {};
  const parsed = parseEvent(asFirstTold(received));
  if ("problems" in parsed) throw new InvalidEventError(String(id), parsed.problems);
  const { data } = parsed.event;
  if ("refused" in data) return { refused: data.refused };
  return "order" in data ? { order: data.order } : {};
}
