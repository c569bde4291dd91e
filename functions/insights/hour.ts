import { type DurationName, durationNames } from "../../contracts/insights.ts";
import type { OrderView } from "../../contracts/order.ts";
import type { RefusedScans } from "../../contracts/scans.ts";
import { type Fact, factKinds, lastStep } from "./facts.ts";
import { addDuration, type Histogram, increase } from "./histogram.ts";

/** How often something was wanted, under the name it had last. */
export interface Wanted {
  count: number;
  name: string;
  /** When it was wanted under this name; ISO 8601. */
  at: string;
}

/** The figures of an hour, as they lie in the container `insights`. */
export interface Hour {
  /** `hour:` and `start`. */
  id: string;
  kind: "hour";
  storeId: string;
  /** When it begins, by the clocks of the store; ISO 8601. */
  start: string;
  scans: number;
  /** Orders that began at the counter, with no scan; missing in hours without any. */
  atCounter?: number;
  refused: Record<string, number>;
  submitted: number;
  ready: number;
  collected: number;
  /** Missing in hours of before there was such an end. */
  uncollected?: number;
  /** By who, at which step and why, with slashes between. */
  cancelled: Record<string, number>;
  expired: Record<string, number>;
  drinks: Record<string, Wanted>;
  options: Record<string, Wanted>;
  durations: Record<DurationName, Histogram>;
  /**
   * What of which order is in these figures, so that nothing counts twice; the key is the end of the order's id, with a number behind it for what
   * came after a recall.
   * Of no person: an order is gone after 90 days, and then these refer to nothing.
   */
  orders: Record<string, Counted>;
  /** Scans that began no order, by the minute of the hour from which on they were counted: told again, they are the same. None in hours of before. */
  refusedScans?: Record<string, Pick<RefusedScans, "counts" | "more">>;
}

interface Counted {
  /** A bit for each kind of fact that is in the figures, or that a recall took back. */
  facts: number;
  /** A bit for each of them that was taken back: it is in no figure, and does not come back. */
  undone?: number;
  /** When it took its place in the queue, and when it gave it back, in ms from the beginning of the hour. */
  in?: number;
  out?: number;
}

/** The id of the document of an hour. @param start when it begins; ISO 8601 */
export function hourId(start: string): string {
  return `hour:${start}`;
}

/** An hour in which nothing is counted yet. @param start when it begins; ISO 8601 */
export function newHour(storeId: string, start: string): Hour {
  return {
    id: hourId(start),
    kind: "hour",
    storeId,
    start,
    scans: 0,
    refused: {},
    submitted: 0,
    ready: 0,
    collected: 0,
    cancelled: {},
    expired: {},
    drinks: {},
    options: {},
    durations: Object.fromEntries(durationNames.map((name) => [name, {}])) as Hour["durations"],
    orders: {},
  };
}

/** So much of an order's id tells it from the others of an hour: 48 bits made by chance. */
function markOf(orderId: string): string {
  return orderId.replaceAll("-", "").slice(-12);
}

/**
 * Counts a fact of an order, which must be of this hour, into `hour`, or takes it out again that a recall took back.
 * @returns false when that was done already: then nothing changed
 */
export function addFact(hour: Hour, fact: Fact): boolean {
  const { kind, nth, of: order, undone, place } = fact;
  const bit = 1 << factKinds.indexOf(kind);
  const counted = entryOf(hour, order, nth);
  const isIn = (counted.facts & bit) !== 0;
  const isOut = ((counted.undone ?? 0) & bit) !== 0;
  if (isOut || (isIn && !undone)) return false;
  if (!isIn && !undone) adders[kind](hour, order, fact.at, 1);
  if (isIn && undone) adders[kind](hour, order, fact.at, -1);
  counted.facts |= bit;
  if (undone) counted.undone = (counted.undone ?? 0) | bit;
  if (place) entryOf(hour, order, place.nth)[place.end] = fact.at - Date.parse(hour.start);
  return true;
}

/** Counts refused scans, which must be of this hour, into `hour`. @returns false when they were counted already: then nothing changed */
export function addRefusedScans(hour: Hour, { from, counts, more }: RefusedScans): boolean {
  const minute = (Date.parse(from) - Date.parse(hour.start)) / 60_000;
  if (hour.refusedScans?.[minute]) return false;
  hour.refusedScans = { ...hour.refusedScans, [minute]: { counts, more } };
  return true;
}

/** Whether anything is counted in it. */
export function hasFigures({ orders, refusedScans = {} }: Hour): boolean {
  return Object.keys(orders).length + Object.keys(refusedScans).length > 0;
}

function entryOf(hour: Hour, { id }: OrderView, nth: number): Counted {
  const key = nth === 0 ? markOf(id) : `${markOf(id)}-${nth}`;
  const entry = hour.orders[key] ?? { facts: 0 };
  hour.orders[key] = entry;
  return entry;
}

const adders: Record<Fact["kind"], (hour: Hour, order: OrderView, at: number, by: 1 | -1) => void> = {
  came(hour, order) {
    if (order.counter) hour.atCounter = (hour.atCounter ?? 0) + 1;
    else hour.scans++;
    if (order.state === "refused") increase(hour.refused, order.end?.reason ?? "closed");
  },
  back() {},
  submitted(hour, { drink, options = [], submittedAt = "", createdAt, counter }, at) {
    hour.submitted++;
    // How long somebody chose at the counter, nobody measured.
    if (!counter) addDuration(hour.durations.choose, at - Date.parse(createdAt));
    if (drink) want(hour.drinks, drink.id, drink.name, submittedAt);
    for (const { group, groupName, choice, choiceName } of options) {
      want(hour.options, `${group}/${choice}`, `${groupName}: ${choiceName}`, submittedAt);
    }
  },
  ready(hour, { submittedAt, claimedAt }, at, by) {
    hour.ready += by;
    if (submittedAt !== undefined) addDuration(hour.durations.wait, at - Date.parse(submittedAt), by);
    if (claimedAt !== undefined) addDuration(hour.durations.make, at - Date.parse(claimedAt), by);
  },
  ended(hour, order, at, by) {
    const { state, end, readyAt } = order;
    if (state === "collected") {
      hour.collected += by;
      if (readyAt !== undefined) addDuration(hour.durations.counter, at - Date.parse(readyAt), by);
    } else if (state === "uncollected") hour.uncollected = (hour.uncollected ?? 0) + by;
    else if (state === "expired") increase(hour.expired, lastStep(order), by);
    else {
      const who = end?.by === "barista" ? "barista" : "customer";
      // Words of somebody's own could be about a person.
      const why = who === "barista" ? [end?.why ?? "other"] : [];
      increase(hour.cancelled, [who, lastStep(order), ...why].join("/"), by);
    }
  },
};

/** The name is that of the latest wish, whichever was counted last. */
export function want(all: Record<string, Wanted>, id: string, name: string, at: string, count = 1): void {
  const before = all[id] ?? { count: 0, name, at };
  const latest = at > before.at || (at === before.at && name > before.name) ? { name, at } : before;
  all[id] = { count: before.count + count, name: latest.name, at: latest.at };
}
