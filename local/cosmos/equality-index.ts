import { canonical, type Json, type Value, valueIn } from "./query/values.ts";
import { RowSet } from "./row-set.ts";

/** A condition that WHERE demands of every row: the value at `path` is one of `values`, in the form of `canonical`. */
export interface Equality {
  path: (string | number)[];
  values: string[];
}

/** The properties of an item that an index needs. */
export interface Indexed {
  /** Identifies the item until rows move. */
  readonly row: number;
  readonly number: number;
  /** In bytes. */
  readonly size: number;
  value(path: Equality["path"]): Value;
}

/** Passes all items to a callback, in order. An item is valid only during its call. */
export type All<Item extends Indexed> = (look: (item: Item) => void) => void;

/** The rows of items with one value, and the total size of these items in bytes. */
class Holders {
  readonly rows = new RowSet();
  bytes = 0;

  add({ row, size }: Indexed): void {
    if (this.rows.add(row)) this.bytes += size;
  }

  delete({ row, size }: Indexed): void {
    if (this.rows.delete(row)) this.bytes -= size;
  }
}

/** Found rows, in no particular order. Their number is known before they are collected. */
export interface Selection {
  readonly size: number;
  rows(): number[];
}

/** The number and total size, in bytes, of the items with a value. */
export interface Counted {
  count: number;
  bytes: number;
  has(item: Indexed): boolean;
}

/** Fewer items than this are scanned faster than looked up. */
const worthwhile = 64;
/** The maximum number of indexed paths, since each index costs at every write. Other paths are scanned. */
const mostPaths = 12;

/**
 * Finds items by the value at a path. The index of a path is created when a query first needs it, and updated from then on. So the cost of a
 * query depends on the number of matching items, not on the number of all items.
 */
export class EqualityIndex<Item extends Indexed = Indexed> {
  readonly #itemAt: (row: number) => Item;
  /** Most values occur once: then the row is stored itself, without a `Holders`. */
  readonly #paths = new Map<string, { path: Equality["path"]; rows: Map<string, number | Holders> }>();

  constructor(itemAt: (row: number) => Item) {
    this.#itemAt = itemAt;
  }

  /** Removes all indexes, because rows have moved. Each is created again when it is needed. */
  clear(): void {
    this.#paths.clear();
  }

  /** @param doc the document of the item, which cannot be read through the item yet */
  add(item: Item, doc: { [name: string]: Json }): void {
    for (const { path, rows } of this.#paths.values()) put(rows, keyOf(valueIn(doc, path)), item, this.#itemAt);
  }

  /** Call before anything of the item changes. */
  remove(item: Item): void {
    for (const { path, rows } of this.#paths.values()) {
      const key = keyOf(item.value(path));
      const holders = key === undefined ? undefined : rows.get(key);
      if (key === undefined || holders === undefined) continue;
      if (holders instanceof Holders) {
        holders.delete(item);
        if (holders.rows.size === 0) rows.delete(key);
      } else if (holders === item.row) rows.delete(key);
    }
  }

  /** The rows that fulfil the most selective of the equalities; `undefined` if a scan is better. */
  find(equalities: Equality[], size: number, all: All<Item>): Selection | undefined {
    if (size < worthwhile) return undefined;
    let best: { sets: (number | Holders)[]; size: number } | undefined;
    for (const { path, values } of equalities) {
      const rows = this.#rowsBy(path, all);
      if (rows === undefined) continue;
      const sets = [...new Set(values)].map((value) => rows.get(value)).filter((set) => set !== undefined);
      const found = sets.reduce<number>((sum, set) => sum + (set instanceof Holders ? set.rows.size : 1), 0);
      if (best === undefined || found < best.size) best = { sets, size: found };
    }
    if (best === undefined || best.size * 2 > size) return undefined;
    const { sets } = best;
    return { size: best.size, rows: () => sets.flatMap((set) => (set instanceof Holders ? set.rows.rows() : [set])) };
  }

  /** The items that have the first value of an equality, even if they are many; `undefined` if a scan is better. */
  count({ path, values: [value] }: Equality, size: number, all: All<Item>): Counted | undefined {
    const rows = size < worthwhile ? undefined : this.#rowsBy(path, all);
    if (rows === undefined) return undefined;
    const holders = value === undefined ? undefined : rows.get(value);
    if (holders instanceof Holders)
      return { count: holders.rows.size, bytes: holders.bytes, has: ({ row }) => holders.rows.has(row) };
    if (holders === undefined) return { count: 0, bytes: 0, has: () => false };
    return { count: 1, bytes: this.#itemAt(holders).size, has: ({ row }) => row === holders };
  }

  #rowsBy(path: Equality["path"], all: All<Item>): Map<string, number | Holders> | undefined {
    const name = JSON.stringify(path);
    let index = this.#paths.get(name);
    if (index === undefined) {
      if (this.#paths.size >= mostPaths) return undefined;
      index = { path, rows: new Map() };
      const { rows } = index;
      // Consecutive items often have the same value.
      let last: Value;
      let key: string | undefined;
      all((item) => {
        const value = item.value(path);
        if (value !== last) key = keyOf(value);
        last = value;
        put(rows, key, item, this.#itemAt);
      });
      this.#paths.set(name, index);
    }
    return index.rows;
  }
}

const keyOf = (value: Value): string | undefined => (value === undefined ? undefined : canonical(value));

function put(
  rows: Map<string, number | Holders>,
  key: string | undefined,
  item: Indexed,
  itemAt: (row: number) => Indexed,
): void {
  if (key === undefined) return;
  const holders = rows.get(key);
  if (holders === undefined) rows.set(key, item.row);
  else if (holders instanceof Holders) holders.add(item);
  else if (holders !== item.row) {
    const both = new Holders();
    both.add(itemAt(holders));
    both.add(item);
    rows.set(key, both);
  }
}
