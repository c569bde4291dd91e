import type { MenuDrink } from "../../contracts/catalog.ts";
import type { OrderView } from "../../contracts/order.ts";
import { formatNumber, formatTime } from "../lib/format.ts";
import { shownOrder } from "../lib/own-words.ts";
import { optionsOf } from "./options.ts";

/** The contents of a label. */
export interface LabelText {
  number: string;
  drink: string;
  /** Only the options that differ from the default. */
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
    number: order.number === undefined ? "" : formatNumber(order.number),
    drink: shownOrder(order, { menu }).drink,
    options: optionsOf(order, menu).flatMap(({ name, notable }) => (notable ? [name] : [])),
    time: formatTime(order.submittedAt ?? order.createdAt),
    name,
    store,
  };
}

/** Paper sizes for labels. */
export const papers = ["62", "58", "a4"] as const;
export type Paper = (typeof papers)[number];

/** The minimum length of a label, in mm: label printers cannot feed less. */
export const shortest = 29;
const millimetre = 96 / 25.4;

/** The page size in CSS syntax, for labels of which the longest is `height` CSS pixels high: on a roll, as long as needed. Pure. */
export function pageSize(paper: Paper, height: number): string {
  if (paper === "a4") return "A4";
  // Slightly more, so that rounding never causes an empty second page.
  const long = Math.max(shortest, Math.ceil(height / millimetre) + 1);
  return `${paper}mm ${long}mm`;
}
