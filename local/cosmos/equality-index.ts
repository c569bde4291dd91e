import { canonical, type Json, type Value, valueIn } from "./query/values.ts";

/** `path = one of values`, as a query's WHERE demands of every row; values as `canonical` writes them. */
export interface Equality {
  path: (string | number)[];
  values: string[];
}

/** What of an item the index has to know. */
export interface Indexed {
  readonly number: number;
  /** In bytes. */
  readonly size: number;
  value(path: Equality["path"]): Value;
}

/** The items of one value, and their bytes together. */
class Holders<Item extends Indexed> {
  readonly items = new Set<Item>();
  bytes = 0;

  add(item: Item): void {
    if (this.items.has(item)) return;
    this.items.add(item);
    this.bytes += item.size;
  }

  delete(item: Item): void {
    if (this.items.delete(item)) this.bytes -= item.size;
  }
}

/** How many items there are of a value. */
export interface Counted<Item> {
  count: number;
  bytes: number;
  has(item: Item): boolean;
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
  /** One item stands for itself: of most values there is one. */
  readonly #paths = new Map<string, { path: Equality["path"]; items: Map<string, Item | Holders<Item>> }>();

  /** @param doc its document, which is not to be asked for yet */
  add(item: Item, doc: { [name: string]: Json }): void {
    for (const { path, items } of this.#paths.values()) put(items, keyOf(valueIn(doc, path)), item);
  }

  /** Before anything of the item has changed. */
  remove(item: Item): void {
    for (const { path, items } of this.#paths.values()) {
      const key = keyOf(item.value(path));
      const holders = key === undefined ? undefined : items.get(key);
      if (key === undefined || holders === undefined) continue;
      if (holders instanceof Holders) {
        holders.delete(item);
        if (holders.items.size === 0) items.delete(key);
      } else if (holders === item) items.delete(key);
    }
  }

  /** The items that fulfil the most selective of the equalities, in order of their numbers; `undefined` when a scan is better. */
  find(equalities: Equality[], size: number, all: () => Iterable<Item>): Item[] | undefined {
    if (size < worthwhile) return undefined;
    let best: { sets: (Item | Holders<Item>)[]; size: number } | undefined;
    for (const { path, values } of equalities) {
      const items = this.#itemsBy(path, all);
      if (items === undefined) continue;
      const sets = [...new Set(values)].map((value) => items.get(value)).filter((set) => set !== undefined);
      const found = sets.reduce((sum, set) => sum + (set instanceof Holders ? set.items.size : 1), 0);
      if (best === undefined || found < best.size) best = { sets, size: found };
    }
    if (best === undefined || best.size * 2 > size) return undefined;
    return best.sets
      .flatMap((set) => (set instanceof Holders ? [...set.items] : [set]))
      .sort((a, b) => a.number - b.number);
  }

  /** How many items fulfil an equality, however many these are; `undefined` when a scan is better. */
  count({ path, values: [value] }: Equality, size: number, all: () => Iterable<Item>): Counted<Item> | undefined {
    const items = size < worthwhile ? undefined : this.#itemsBy(path, all);
    if (items === undefined) return undefined;
    const holders = value === undefined ? undefined : items.get(value);
    if (holders instanceof Holders)
      return { count: holders.items.size, bytes: holders.bytes, has: (item) => holders.items.has(item) };
    return { count: holders ? 1 : 0, bytes: holders?.size ?? 0, has: (item) => item === holders };
  }

  #itemsBy(path: Equality["path"], all: () => Iterable<Item>): Map<string, Item | Holders<Item>> | undefined {
    const name = JSON.stringify(path);
    let index = this.#paths.get(name);
    if (index === undefined) {
      if (this.#paths.size >= mostPaths) return undefined;
      index = { path, items: new Map() };
      for (const item of all()) put(index.items, keyOf(item.value(path)), item);
      this.#paths.set(name, index);
    }
    return index.items;
  }
}

const keyOf = (value: Value): string | undefined => (value === undefined ? undefined : canonical(value));

function put<Item extends Indexed>(
  items: Map<string, Item | Holders<Item>>,
  key: string | undefined,
  item: Item,
): void {
  if (key === undefined) return;
  const holders = items.get(key);
  if (holders === undefined) items.set(key, item);
  else if (holders instanceof Holders) holders.add(item);
  else if (holders !== item) {
    const both = new Holders<Item>();
    both.add(holders);
    both.add(item);
    items.set(key, both);
  }
}
