import { type EventType, eventTypes, parseEvent } from "../../contracts/events.ts";
import type { OrderView } from "../../contracts/order.ts";
import { asFirstTold } from "../../contracts/replay.ts";
import { startOfHour } from "../platform/business-day.ts";
import { catalogPage } from "../platform/catalog-page.ts";
import { container } from "../platform/clients.ts";
import { inTurn } from "../platform/in-turn.ts";
import { readStored } from "../platform/stored.ts";
import { create, replace, transact } from "../platform/transaction.ts";
import { type Fact, factsOf } from "./facts.ts";
import { addFact, type Hour, hourId, newHour } from "./hour.ts";

/** Each round lost means that someone else's write went through; in one process, orders are counted in turn. */
const rounds = 20;

/** The facts of an order by the hour that they belong to. */
export function factsByHour(order: OrderView, timeZone: string): Map<string, Fact[]> {
  const hours = new Map<string, Fact[]>();
  for (const fact of factsOf(order)) {
    const start = new Date(startOfHour(fact.at, timeZone)).toISOString();
    hours.set(start, [...(hours.get(start) ?? []), fact]);
  }
  return hours;
}

/**
 * Counts what an order tells into the hours that it belongs to, all of them or none. What is in them already is not counted again,
 * whichever event or query it came from.
 * @returns the kinds of facts that are new
 * @throws after too many rounds lost to others, for Event Grid to try later
 */
export async function countOrder(order: OrderView): Promise<Fact["kind"][]> {
  const { storeId } = order;
  if (factsOf(order).length === 0) return [];
  const { timeZone } = (await catalogPage(storeId)).store;
  const hours = factsByHour(order, timeZone);
  return inTurn(`insights:${storeId}`, async () => {
    for (let round = 0; round < rounds; round++) {
      const counted = await tryToCount(order, hours);
      if (counted) return counted;
    }
    throw new Error(`Order ${order.id} could not be counted in ${rounds} rounds: others were first each time.`);
  });
}

/** One round; `undefined` when someone else wrote first. */
async function tryToCount(order: OrderView, hours: Map<string, Fact[]>): Promise<Fact["kind"][] | undefined> {
  const { storeId } = order;
  const counted: Fact["kind"][] = [];
  const writes = await Promise.all(
    [...hours].map(async ([start, facts]) => {
      const stored = await readStored<Hour>("insights", storeId, hourId(start));
      const hour = stored?.document ?? newHour(storeId, start);
      const fresh = facts.filter((fact) => addFact(hour, order, fact));
      counted.push(...fresh.map(({ kind }) => kind));
      if (fresh.length === 0) return [];
      return [stored === undefined ? create(hour) : replace(hour, stored.etag)];
    }),
  );
  const operations = writes.flat();
  if (operations.length === 0) return [];
  const outcome = await transact(await container("insights"), storeId, operations);
  return outcome.done ? counted : undefined;
}

/** Thrown for an event that is none: Event Grid tries a few times more and puts it with the dead letters. */
export class InvalidEventError extends Error {
  constructor(id: string, problems: { path: string; message: string }[]) {
    super(`Event ${id} is not valid: ${problems.map(({ path, message }) => `${path} ${message}`).join("; ")}`);
    this.name = "InvalidEventError";
  }
}

/** The order that an event tells of, for the first time or again; `undefined` when it tells of something else. @throws InvalidEventError */
export function orderIn(received: unknown): OrderView | undefined {
  const { type, id } = (received ?? {}) as { type?: unknown; id?: unknown };
  if (typeof type === "string" && !eventTypes.includes(type as EventType)) return undefined;
  const parsed = parseEvent(asFirstTold(received));
  if ("problems" in parsed) throw new InvalidEventError(String(id), parsed.problems);
  const { data } = parsed.event;
  return "order" in data ? data.order : undefined;
}
