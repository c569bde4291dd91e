import type { OrderView } from "../../../contracts/order.ts";
import type { Today } from "./contract.ts";

/** The count of a day, as stored in the container `tally`. */
export interface Day {
  kind: "day";
  day: string;
  coffees: number;
  /** By drink id, with the name in the latest order. */
  drinks: Record<string, { count: number; name: string; at: string }>;
  /** In seconds. */
  ttl: number;
}

const kept = 40 * 24 * 60 * 60;

/** The document id of a day, such as 2026-06-15. */
export function dayId(day: string): string {
  return `day:${day}`;
}

/** The count with one more order. The sum does not depend on the sequence. Pure. */
export function withOrder(before: Day | undefined, day: string, { drink, readyAt = "" }: OrderView): Day {
  const sum: Day = before ?? { kind: "day", day, coffees: 0, drinks: {}, ttl: kept };
  if (drink === undefined) return { ...sum, coffees: sum.coffees + 1 };
  const { id, name } = drink;
  const known = sum.drinks[id] ?? { count: 0, name, at: readyAt };
  const later = readyAt > known.at || (readyAt === known.at && name > known.name);
  const last = later ? { name, at: readyAt } : { name: known.name, at: known.at };
  return { ...sum, coffees: sum.coffees + 1, drinks: { ...sum.drinks, [id]: { count: known.count + 1, ...last } } };
}

/** The reply for a day, also for one without any coffee. Pure. */
export function told(day: string, sum: Day | undefined): Today {
  const drinks = Object.entries(sum?.drinks ?? {})
    .map(([id, { name, count }]) => ({ id, name, count }))
    .sort((a, b) => b.count - a.count || (a.id < b.id ? -1 : 1));
  return { day, coffees: sum?.coffees ?? 0, drinks };
}
