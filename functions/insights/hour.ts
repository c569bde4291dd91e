import { type DurationName, durationNames } from "../../contracts/insights.ts";
import type { OrderView } from "../../contracts/order.ts";
import type { RefusedScans } from "../../contracts/scans.ts";
import { type Fact, factKinds, lastStep } from "./facts.ts";
import { addDuration, type Histogram, increase } from "./histogram.ts";

/** How often a drink or option was ordered, with its latest name. */
export interface Wanted {
  count: number;
  name: string;
  /** When it was ordered under this name, in ISO 8601. */
  at: string;
}

/** The figures of an hour, as stored in the container `insights`. */
export interface Hour {
  /** `hour:` and `start`. */
  id: string;
  kind: "hour";
  storeId: string;
  /** The start of the hour in the store's time zone, in ISO 8601. */
  start: string;
  scans: number;
  /** Orders taken at the counter, without a scan; missing if there are none. */
  atCounter?: number;
  refused: Record<string, number>;
  submitted: number;
  ready: number;
  collected: number;
  /** Missing in documents of earlier versions. */
  uncollected?: number;
  /** By person, step and reason, separated by slashes. */
  cancelled: Record<string, number>;
  expired: Record<string, number>;
  drinks: Record<string, Wanted>;
  options: Record<string, Wanted>;
  durations: Record<DurationName, Histogram>;
  /**
   * The counted facts of each order, so that nothing is counted twice. The key is the end of the order's id, with a number for facts after a recall. It contains
   * no personal data: orders are deleted after 90 days, and then the keys refer to nothing.
   */
  orders: Record<string, Counted>;
  /** Scans that began no order, by the minute of the hour in which their counting began, so that a repeated event is recognized. Missing in earlier versions. */
  refusedScans?: Record<string, Pick<RefusedScans, "counts" | "more">>;
}

interface Counted {
  /** A bit for each kind of fact that is in the figures, or that a recall undid. */
  facts: number;
  /** A bit for each of them that was undone: it is in no figure, and is never counted again. */
  undone?: number;
  /** When the order entered and left the queue, in ms since the start of the hour. */
  in?: number;
  out?: number;
}

/** The document id of an hour. @param start the start of the hour, in ISO 8601 */
export function hourId(start: string): string {
  return `hour:${start}`;
}

/** An hour without figures. @param start the start of the hour, in ISO 8601 */
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

/** The last 48 bits of an order's id. They are random, so they distinguish the orders of an hour. */
function markOf(orderId: string): string {
  return orderId.replaceAll("-", "").slice(-12);
}

/**
 * Counts a fact of an order in its hour, or removes a fact that a recall undid.
 * @returns false if that was done already, and nothing changed
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

/** Counts refused scans in their hour. @returns false if they were counted already, and nothing changed */
export function addRefusedScans(hour: Hour, { from, counts, more }: RefusedScans): boolean {
  const minute = (Date.parse(from) - Date.parse(hour.start)) / 60_000;
  if (hour.refusedScans?.[minute]) return false;
  hour.refusedScans = { ...hour.refusedScans, [minute]: { counts, more } };
  return true;
}

/** Whether the hour has any figures. */
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
    // At the counter, the time for choosing is not measured.
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
      // A reason in free text is left out, since it could contain personal data.
      const why = who === "barista" ? [end?.why ?? "other"] : [];
      increase(hour.cancelled, [who, lastStep(order), ...why].join("/"), by);
    }
  },
};

/** Counts an ordered drink or option. The name is that of the latest order, in whichever sequence they are counted. */
export function want(all: Record<string, Wanted>, id: string, name: string, at: string, count = 1): void {
  const before = all[id] ?? { count: 0, name, at };
  const latest = at > before.at || (at === before.at && name > before.name) ? { name, at } : before;
  all[id] = { count: before.count + count, name: latest.name, at: latest.at };
}
