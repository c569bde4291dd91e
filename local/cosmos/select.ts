import type { All, EqualityIndex, Indexed, Selection } from "./equality-index.ts";
import type { OrderedIndex } from "./ordered-index.ts";
import type { Sought } from "./query/demands.ts";

/** The indexes for looking up items; each is created when it is first needed. */
export interface Indexes<Item extends Indexed> {
  readonly index: () => EqualityIndex<Item>;
  readonly ordered: () => OrderedIndex<Item>;
  /** The number of items. */
  readonly size: number;
  readonly all: All<Item>;
}

/** Scanning this few rows is faster than maintaining another ordered index. */
const few = 256;

/** The smallest set of rows that contains all possible matches, if it is smaller than `fewer`; `undefined` if a scan is better. */
export function select<Item extends Indexed>(
  { equalities, bounds, either }: Sought,
  indexes: Indexes<Item>,
  fewer: number,
): Selection | undefined {
  const { index, ordered, size, all } = indexes;
  let best = index().find(equalities, size, all);
  const most = () => Math.min(best?.size ?? fewer, fewer);
  for (const each of bounds) {
    if (best !== undefined && best.size <= few) break;
    const rows = ordered().between(each, most(), size, all);
    if (rows !== undefined) best = { size: rows.length, rows: () => rows };
  }
  for (const cases of either) {
    if (best !== undefined && best.size <= few) break;
    best = union(cases, indexes, most()) ?? best;
  }
  return best;
}

/** The union of the rows of all cases, if it is smaller than `fewer`. */
function union<Item extends Indexed>(
  cases: readonly Sought[],
  indexes: Indexes<Item>,
  fewer: number,
): Selection | undefined {
  const found: Selection[] = [];
  let left = fewer;
  for (const each of cases) {
    const selection = select(each, indexes, left);
    if (selection === undefined || selection.size >= left) return undefined;
    left -= selection.size;
    found.push(selection);
  }
  return { size: fewer - left, rows: () => [...new Set(found.flatMap((each) => each.rows()))] };
}
