import { canonical, type Json, type Value, valueIn } from "./query/values.ts";

/** `path = one of values`, as a query's WHERE demands of every row; values as `canonical` writes them. */
export interface Equality {
  path: (string | number)[];
  values: string[];
}

/** What of an item the index has to know. */
export interface Indexed {
  readonly number: number;
  value(path: Equality["path"]): Value;
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
  readonly #paths = new Map<string, { path: Equality["path"]; items: Map<string, Item | Set<Item>> }>();

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
      if (holders instanceof Set) {
        holders.delete(item);
        if (holders.size === 0) items.delete(key);
      } else if (holders === item) items.delete(key);
    }
  }

  /** The items that fulfil the most selective of the equalities, in order of their numbers; `undefined` when a scan is better. */
  find(equalities: Equality[], size: number, all: () => Iterable<Item>): Item[] | undefined {
    if (size < worthwhile) return undefined;
    let best: { sets: (Item | Set<Item>)[]; size: number } | undefined;
    for (const { path, values } of equalities) {
      const items = this.#itemsBy(path, all);
      if (items === undefined) continue;
      const sets = [...new Set(values)].map((value) => items.get(value)).filter((set) => set !== undefined);
      const found = sets.reduce((sum, set) => sum + (set instanceof Set ? set.size : 1), 0);
      if (best === undefined || found < best.size) best = { sets, size: found };
    }
    if (best === undefined || best.size * 2 > size) return undefined;
    return best.sets.flatMap((set) => (set instanceof Set ? [...set] : [set])).sort((a, b) => a.number - b.number);
  }

  #itemsBy(path: Equality["path"], all: () => Iterable<Item>): Map<string, Item | Set<Item>> | undefined {
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

function put<Item>(items: Map<string, Item | Set<Item>>, key: string | undefined, item: Item): void {
  if (key === undefined) return;
  const holders = items.get(key);
  if (holders === undefined) items.set(key, item);
  else if (holders instanceof Set) holders.add(item);
  else if (holders !== item) items.set(key, new Set([holders, item]));
}
