import type { All, Indexed } from "./equality-index.ts";
import { compareValues, type Json, typeOrder, type Value, valueIn } from "./query/values.ts";
import { SortedList } from "./sorted-list.ts";

/** A condition that every row fulfils if WHERE holds: `low ≤ path ≤ high`. A missing bound is open. Both have the same type. */
export interface Bounds {
  path: (string | number)[];
  low?: Json;
  high?: Json;
}

/** Where an ordered scan continues: at the items with a value, from the item with a number. */
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
  /** The items that have a value at the path. Those without one, usually the majority, come first in the order and are scanned for when needed. */
  readonly list: SortedList<Entry>;
  /** The number of items with an array or object at the path. These are ordered by their text, so an index would have to contain them. */
  unfit: number;
}

/** Fewer items than this are sorted faster than an index is maintained. */
const worthwhile = 64;
/** The maximum number of indexed paths, since each index costs at every write. For other paths, items are sorted each time. */
const mostPaths = 12;

/**
 * Finds items in the order of the value at a path, and those between two values. The index of a path is created when a query first needs it, and
 * updated from then on. It contains the values, so that no item has to be read to find its place.
 */
export class OrderedIndex<Item extends Indexed = Indexed> {
  readonly #itemAt: (row: number) => Item;
  readonly #paths = new Map<string, OrderedPath>();

  constructor(itemAt: (row: number) => Item) {
    this.#itemAt = itemAt;
  }

  /** Removes all indexes, because rows have moved. Each is created again when it is needed. */
  clear(): void {
    this.#paths.clear();
  }

  /** @param doc the document of the item, which cannot be read through the item yet */
  add(item: Item, doc: { [name: string]: Json }): void {
    for (const ordered of this.#paths.values()) {
      const entry = entryOf(item, valueIn(doc, ordered.path));
      if (entry === undefined) ordered.unfit++;
      else if (entry.value !== undefined) ordered.list.add(entry);
    }
  }

  /** Call before anything of the item changes. */
  remove(item: Item): void {
    for (const ordered of this.#paths.values()) {
      const entry = entryOf(item, item.value(ordered.path));
      if (entry === undefined) ordered.unfit--;
      else if (entry.value !== undefined) ordered.list.remove(entry);
    }
  }

  /**
   * All items in the order of the values at a path, those with the same value by their numbers; `descending` is the exact reverse.
   * `undefined` if sorting is better.
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

  /** The rows of the items within the bounds, if they are fewer than `fewer`; `undefined` if there are more, or if a scan is better. */
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

/** The rows of items without a value at a path, in order. */
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

/** Compares an item with a point: negative if it is before the point. @param usual the number of a point that has none */
const against = (value: Value, number: number, point: OrderPoint, usual: number): number =>
  compareValues(value, point.value) || number - (point.number ?? usual);

const inOrder = (a: Entry, b: Entry): number => compareValues(a.value, b.value) || a.number - b.number;

function entryOf({ number, row }: Indexed, value: Value): Entry | undefined {
  return typeof value === "object" && value !== null ? undefined : { value, number, row };
}
