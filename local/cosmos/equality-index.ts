import { canonical, type Json, type Value, valueIn } from "./query/values.ts";
import { RowSet } from "./row-set.ts";

/** `path = one of values`, as a query's WHERE demands of every row; values as `canonical` writes them. */
export interface Equality {
  path: (string | number)[];
  values: string[];
}

/** What of an item the index has to know. */
export interface Indexed {
  /** Stands for it until rows move. */
  readonly row: number;
  readonly number: number;
  /** In bytes. */
  readonly size: number;
  value(path: Equality["path"]): Value;
}

/** Shows all items in order, one after the other; each for the moment of the call alone. */
export type All<Item extends Indexed> = (look: (item: Item) => void) => void;

/** The items of one value, and their bytes together. */
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

/** Rows that were found, in no order: how many they are is known before they are gathered. */
export interface Selection {
  readonly size: number;
  rows(): number[];
}

/** How many items there are of a value. */
export interface Counted {
  count: number;
  bytes: number;
  has(item: Indexed): boolean;
}

/** Fewer items than this are scanned faster than looked up. */
const worthwhile = 64;
/** A path beyond this many is scanned for: each index costs at every write. */
const mostPaths = 12;

/**
 * Finds items by the value at a path. An index for a path is made when a query first asks for it, and kept up from then on,
 * so that what a query costs depends on what it finds and not on how much there is.
 */
export class EqualityIndex<Item extends Indexed = Indexed> {
  readonly #itemAt: (row: number) => Item;
  /** One row stands for itself: of most values there is one. */
  readonly #paths = new Map<string, { path: Equality["path"]; rows: Map<string, number | Holders> }>();

  constructor(itemAt: (row: number) => Item) {
    this.#itemAt = itemAt;
  }

  /** Rows have moved: what is asked for is made anew. */
  clear(): void {
    this.#paths.clear();
  }

  /** @param doc its document, which is not to be asked for yet */
  add(item: Item, doc: { [name: string]: Json }): void {
    for (const { path, rows } of this.#paths.values()) put(rows, keyOf(valueIn(doc, path)), item, this.#itemAt);
  }

  /** Before anything of the item has changed. */
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

  /** The rows that fulfil the most selective of the equalities; `undefined` when a scan is better. */
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

  /** How many items fulfil an equality, however many these are; `undefined` when a scan is better. */
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
      // Many that follow each other have the same.
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
