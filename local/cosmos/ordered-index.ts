import type { Indexed } from "./equality-index.ts";
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

interface Entry<Item> {
  readonly value: Value;
  readonly number: number;
  readonly item: Item;
}

interface OrderedPath<Item> {
  readonly path: Bounds["path"];
  readonly list: SortedList<Entry<Item>>;
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
  readonly #paths = new Map<string, OrderedPath<Item>>();

  /** @param doc its document, which is not to be asked for yet */
  add(item: Item, doc: { [name: string]: Json }): void {
    for (const ordered of this.#paths.values()) {
      const entry = entryOf(item, valueIn(doc, ordered.path));
      if (entry === undefined) ordered.unfit++;
      else ordered.list.add(entry);
    }
  }

  /** Before anything of the item has changed. */
  remove(item: Item): void {
    for (const ordered of this.#paths.values()) {
      const entry = entryOf(item, item.value(ordered.path));
      if (entry === undefined) ordered.unfit--;
      else ordered.list.remove(entry);
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
    all: () => Iterable<Item>,
  ): Iterable<Item> | undefined {
    const list = this.#fitting(path, size, all);
    if (list === undefined) return undefined;
    if (from === undefined) return items(descending ? list.backFrom(() => true) : list.from(() => false));
    const { value, number = descending ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY } = from;
    const against = (entry: Entry<Item>) => compareValues(entry.value, value) || entry.number - number;
    return items(descending ? list.backFrom((entry) => against(entry) <= 0) : list.from((entry) => against(entry) < 0));
  }

  /** The items within the bounds, in no order, if they are fewer than `fewer`; `undefined` when there are more, or a scan is better. */
  between({ path, low, high }: Bounds, fewer: number, size: number, all: () => Iterable<Item>): Item[] | undefined {
    const edge = low ?? high;
    if (edge === undefined) return undefined;
    const list = this.#fitting(path, size, all);
    if (list === undefined) return undefined;
    const type = typeOrder(edge);
    const before =
      low === undefined
        ? ({ value }: Entry<Item>) => typeOrder(value) < type
        : ({ value }: Entry<Item>) => compareValues(value, low) < 0;
    const found: Item[] = [];
    for (const { value, item } of list.from(before)) {
      if (high === undefined ? typeOrder(value) > type : compareValues(value, high) > 0) break;
      if (found.push(item) >= fewer) return undefined;
    }
    return found;
  }

  #fitting(path: Bounds["path"], size: number, all: () => Iterable<Item>): SortedList<Entry<Item>> | undefined {
    if (size < worthwhile) return undefined;
    const name = JSON.stringify(path);
    let ordered = this.#paths.get(name);
    if (ordered === undefined) {
      if (this.#paths.size >= mostPaths) return undefined;
      ordered = gathered(path, all());
      this.#paths.set(name, ordered);
    }
    return ordered.unfit === 0 ? ordered.list : undefined;
  }
}

function gathered<Item extends Indexed>(path: Bounds["path"], all: Iterable<Item>): OrderedPath<Item> {
  const entries: Entry<Item>[] = [];
  let unfit = 0;
  for (const item of all) {
    const entry = entryOf(item, item.value(path));
    if (entry === undefined) unfit++;
    else entries.push(entry);
  }
  return { path, list: new SortedList(inOrder, entries), unfit };
}

const inOrder = (a: Entry<unknown>, b: Entry<unknown>): number =>
  compareValues(a.value, b.value) || a.number - b.number;

function entryOf<Item extends Indexed>(item: Item, value: Value): Entry<Item> | undefined {
  return typeof value === "object" && value !== null ? undefined : { value, number: item.number, item };
}

function* items<Item>(entries: Iterable<Entry<Item>>): Generator<Item> {
  for (const { item } of entries) yield item;
}
