import type { MenuDrink } from "../../contracts/catalog.ts";
import type { OrderView } from "../../contracts/order.ts";
import { formatNumber, formatTime } from "../lib/format.ts";
import { shownOrder } from "../lib/own-words.ts";
import { optionsOf } from "./options.ts";

/** What stands on a label. */
export interface LabelText {
  id: string;
  number: string;
  drink: string;
  /** Those alone that differ from how the drink is usually made. */
  options: string[];
  /** When it was ordered. */
  time: string;
  name: string | undefined;
  store: string;
}

/** The label of one cup. Pure. */
export function labelOf(
  order: OrderView,
  { menu, store, name }: { menu: readonly MenuDrink[]; store: string; name?: string | undefined },
): LabelText {
  return {
    id: order.id,
    number: order.number === undefined ? "" : formatNumber(order.number),
    drink: shownOrder(order, { menu }).drink,
    options: optionsOf(order, menu).flatMap(({ name, notable }) => (notable ? [name] : [])),
    time: formatTime(order.submittedAt ?? order.createdAt),
    name,
    store,
  };
}

/** What labels are printed on. */
export const papers = ["62", "58", "a4"] as const;
export type Paper = (typeof papers)[number];

/** A label is no shorter than this, in mm: less no printer of labels feeds. */
export const shortest = 29;
const millimetre = 96 / 25.4;

/**
 * The size of a page as CSS has it, for labels whose longest is `height` CSS pixels high: on a roll as long as it needs to be. Pure.
 */
export function pageSize(paper: Paper, height: number): string {
  if (paper === "a4") return "A4";
  // A hair more, so that no rounding makes a second page of nothing.
  const long = Math.max(shortest, Math.ceil(height / millimetre) + 1);
  return `${paper}mm ${long}mm`;
}
