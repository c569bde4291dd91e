import type { All, Indexed } from "./equality-index.ts";
import { compareValues, type Json, typeOrder, type Value, valueIn } from "./query/values.ts";
import { SortedList } from "./sorted-list.ts";

/** `low ≤ path ≤ high`, as a query's WHERE demands of every row at least; without one of them it is open there. Both are of one type. */
export interface Bounds {
  path: (string | number)[];
  low?: Json;
  high?: Json;
}

/** Where an order is gone on with: at the items of a value, from the item with a number on. */
export interface OrderPoint {
  value: Value;
  number: number | undefined;
}

interface Entry {
  readonly value: Value;
  readonly number: number;
  readonly row: number;
}

interface OrderedPath {
  readonly path: Bounds["path"];
  /** Of all that have something there: those that have nothing are mostly the most, go before all others, and are looked for when an order comes to them. */
  readonly list: SortedList<Entry>;
  /** How many items have an array or an object there: their order is by their text, and to hold it would be to hold them. */
  unfit: number;
}

/** Fewer items than this are sorted faster than kept in order. */
const worthwhile = 64;
/** A path beyond this many is sorted for each time: each index costs at every write. */
const mostPaths = 12;

/**
 * Finds items in the order of the value at a path, and those between two values. An index for a path is made when a query first asks for it and kept up
 * from then on. It holds the values themselves, so that nobody reads an item to find its place.
 */
export class OrderedIndex<Item extends Indexed = Indexed> {
  readonly #itemAt: (row: number) => Item;
  readonly #paths = new Map<string, OrderedPath>();

  constructor(itemAt: (row: number) => Item) {
    this.#itemAt = itemAt;
  }

  /** Rows have moved: what is asked for is made anew. */
  clear(): void {
    this.#paths.clear();
  }

  /** @param doc its document, which is not to be asked for yet */
  add(item: Item, doc: { [name: string]: Json }): void {
    for (const ordered of this.#paths.values()) {
      const entry = entryOf(item, valueIn(doc, ordered.path));
      if (entry === undefined) ordered.unfit++;
      else if (entry.value !== undefined) ordered.list.add(entry);
    }
  }

  /** Before anything of the item has changed. */
  remove(item: Item): void {
    for (const ordered of this.#paths.values()) {
      const entry = entryOf(item, item.value(ordered.path));
      if (entry === undefined) ordered.unfit--;
      else if (entry.value !== undefined) ordered.list.remove(entry);
    }
  }

  /**
   * All items in the order of the values at a path, those of one value by their numbers; `descending` is exactly the other way round.
   * `undefined` when sorting is better.
   */
  inOrder(
    path: Bounds["path"],
    descending: boolean,
    from: OrderPoint | undefined,
    size: number,
    all: All<Item>,
  ): Iterable<Item> | undefined {
    const ordered = this.#fitting(path, size, all);
    if (ordered === undefined) return undefined;
    return descending ? this.#backward(ordered, from, all) : this.#forward(ordered, from, all);
  }

  /** The rows of the items within the bounds, in no order, if they are fewer than `fewer`; `undefined` when there are more, or a scan is better. */
  between({ path, low, high }: Bounds, fewer: number, size: number, all: All<Item>): number[] | undefined {
    const edge = low ?? high;
    if (edge === undefined) return undefined;
    const ordered = this.#fitting(path, size, all);
    if (ordered === undefined) return undefined;
    const type = typeOrder(edge);
    const before =
      low === undefined
        ? ({ value }: Entry) => typeOrder(value) < type
        : ({ value }: Entry) => compareValues(value, low) < 0;
    const found: number[] = [];
    for (const { value, row } of ordered.list.from(before)) {
      if (high === undefined ? typeOrder(value) > type : compareValues(value, high) > 0) break;
      if (found.push(row) >= fewer) return undefined;
    }
    return found;
  }

  *#forward({ path, list }: OrderedPath, from: OrderPoint | undefined, all: All<Item>): Generator<Item> {
    const before = (value: Value, number: number) =>
      from !== undefined && against(value, number, from, Number.NEGATIVE_INFINITY) < 0;
    if (from === undefined || from.value === undefined)
      for (const row of without(path, all, (number) => !before(undefined, number))) yield this.#itemAt(row);
    for (const { row } of list.from(({ value, number }) => before(value, number))) yield this.#itemAt(row);
  }

  *#backward({ path, list }: OrderedPath, from: OrderPoint | undefined, all: All<Item>): Generator<Item> {
    const upTo = (value: Value, number: number) =>
      from === undefined || against(value, number, from, Number.POSITIVE_INFINITY) <= 0;
    for (const { row } of list.backFrom(({ value, number }) => upTo(value, number))) yield this.#itemAt(row);
    for (const row of without(path, all, (number) => upTo(undefined, number)).reverse()) yield this.#itemAt(row);
  }

  #fitting(path: Bounds["path"], size: number, all: All<Item>): OrderedPath | undefined {
    if (size < worthwhile) return undefined;
    const name = JSON.stringify(path);
    let ordered = this.#paths.get(name);
    if (ordered === undefined) {
      if (this.#paths.size >= mostPaths) return undefined;
      ordered = gathered(path, all);
      this.#paths.set(name, ordered);
    }
    return ordered.unfit === 0 ? ordered : undefined;
  }
}

function gathered<Item extends Indexed>(path: Bounds["path"], all: All<Item>): OrderedPath {
  const entries: Entry[] = [];
  let unfit = 0;
  all((item) => {
    const value = item.value(path);
    if (value === undefined) return;
    const entry = entryOf(item, value);
    if (entry === undefined) unfit++;
    else entries.push(entry);
  });
  return { path, list: new SortedList(inOrder, entries), unfit };
}

/** The rows of items that have nothing at a path, in order. */
function without<Item extends Indexed>(
  path: Bounds["path"],
  all: All<Item>,
  isWanted: (number: number) => boolean,
): number[] {
  const rows: number[] = [];
  all((item) => {
    if (isWanted(item.number) && item.value(path) === undefined) rows.push(item.row);
  });
  return rows;
}

/** Whether an item stands before a point, behind it or at it. @param usual its number where the point has none */
const against = (value: Value, number: number, point: OrderPoint, usual: number): number =>
  compareValues(value, point.value) || number - (point.number ?? usual);

const inOrder = (a: Entry, b: Entry): number => compareValues(a.value, b.value) || a.number - b.number;

function entryOf({ number, row }: Indexed, value: Value): Entry | undefined {
  return typeof value === "object" && value !== null ? undefined : { value, number, row };
}
