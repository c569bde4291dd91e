import type { Table } from "../store/store.ts";
import { type ContainerDefinition, isTtl } from "./definitions.ts";
import { type Head, HeadReader, type ReadHead } from "./item-head.ts";
import { keyOf, keyText } from "./partition-key.ts";
import type { Path } from "./query/paths-read.ts";
import { type Json, put, type Value, valueIn } from "./query/values.ts";

export type Document = { [name: string]: Json };

/** An item in the store. Its key is the item's number. */
export interface ItemRecord {
  lsn: number;
  at: number;
  doc: Document;
}

/** Change this when the meaning of a head changes. */
const headForm = "item-1";

/** The list for an item without known values. Shared, and never written to. */
export const nothing: unknown[] = [];

/** Stands for a value that is not kept in memory: an object, an array or a long text. */
const large = Symbol("a value that is on the disk alone");
/** Represents `undefined` in a head, because JSON has neither `undefined` nor symbols. */
const asAbsent: readonly unknown[] = [];
const asLarge: readonly unknown[] = [1];

/** Longer texts, in characters, are not kept in memory. */
const longest = 200;
/** The most paths that are kept in memory. Queries on other paths read whole items. */
const mostColumns = 24;
/** Fewer items than this are in memory as they are. */
const worthwhile = 64;
/** The most distinct texts that items share in memory. */
const mostTexts = 4096;
/** The number of recent value lists that a new one is compared with. */
const mostLately = 8;

/** The part of an item that is in memory. */
interface Known {
  readonly number: number;
  readonly doc: Document;
  known: unknown[];
}

/**
 * The documents of a container, on disk, and the columns: the values at the paths that queries read, in memory.
 * A column is created when a query first reads its path. It is kept from then on, also across restarts.
 */
export class Bodies {
  readonly #table: Table<ItemRecord>;
  readonly #columns: Path[];
  readonly #byName = new Map<string, number>();
  /** By the list of paths of a compiled query. */
  readonly #ofQuery = new WeakMap<readonly Path[], readonly number[] | null>();
  /** By the path of an index. */
  readonly #ofPath = new WeakMap<readonly (string | number)[], number>();
  readonly #texts = new Map<string, string>();
  readonly #lately: unknown[][] = [];
  #nextLately = 0;
  readonly #withRid: (number: number, doc: Document) => Document;
  readonly #keep: (columns: readonly Path[]) => void;
  /** The container's default time to live, in seconds, for items without a `ttl`. */
  defaultTtl: number | undefined;

  /** @param keep stores the list of columns */
  constructor(
    table: Table<ItemRecord>,
    columns: readonly Path[],
    withRid: (number: number, doc: Document) => Document,
    keep: (columns: readonly Path[]) => void,
  ) {
    this.#table = table;
    this.#columns = [...columns];
    for (const [at, path] of columns.entries()) this.#byName.set(JSON.stringify(path), at);
    this.#withRid = withRid;
    this.#keep = keep;
  }

  /** The number of items. */
  get size(): number {
    return this.#table.size;
  }

  /** The latest version of an item as it was written. */
  doc(number: number): Document {
    const record = this.#table.get(String(number));
    if (record === undefined) throw new Error(`The item ${number} is not in the store.`);
    return this.#withRid(number, record.doc);
  }

  /** Passes the head and the number of each item to `look`, in no particular order. A head is valid only during that call. */
  eachHead({ partitionKey }: ContainerDefinition, look: (number: number, head: ReadHead) => void): void {
    const headOf = ({ lsn, at, doc }: ItemRecord): Head => [
      String(doc.id),
      keyText(keyOf(doc, partitionKey)),
      lsn,
      at,
      Buffer.byteLength(JSON.stringify(doc)),
      Number(doc._ts),
      isTtl(doc.ttl) ? doc.ttl : null,
      ...this.known(doc).map((value) => (value === undefined ? asAbsent : value === large ? asLarge : value)),
    ];
    const form = () => `${headForm}:${this.#columns.length}`;
    const reader = new HeadReader((known) => this.#decoded(known));
    this.#table.eachHead<Head>(form, headOf, {
      kept: ({ keys, keyStart, keyEnd, heads, headStart, headEnd }) =>
        look(wholeNumber(keys, keyStart, keyEnd), reader.read(heads, headStart, headEnd)),
      made: (key, head) => look(Number(key), reader.taken(head)),
    });
  }

  /** Decodes values from a head. */
  #decoded(known: readonly unknown[]): unknown[] {
    return this.#shared(
      known.map((value) => {
        if (Array.isArray(value)) return value.length === 0 ? undefined : large;
        return typeof value === "string" ? this.#text(value) : value;
      }),
    );
  }

  /** The values of a document for all columns. */
  known(doc: Document): unknown[] {
    return this.#shared(
      this.#columns.map((path) => {
        const value = valueIn(doc, path);
        if (typeof value === "string") return value.length > longest ? large : this.#text(value);
        return typeof value === "object" && value !== null ? large : value;
      }),
    );
  }

  /**
   * Returns the same list for items with equal values, if such a list was used recently. Most items have no values at the paths that queries read.
   */
  #shared(known: unknown[]): unknown[] {
    if (known.length === 0) return nothing;
    const same = this.#lately.find(
      (other) => other.length === known.length && known.every((value, at) => value === other[at]),
    );
    if (same !== undefined) return same;
    this.#lately[this.#nextLately++ % mostLately] = known;
    return known;
  }

  /** The value at a path of an item. Reads from disk only if the value is not in memory. */
  value(item: Known, path: readonly (string | number)[], size: number): Value {
    const column = this.#ofPath.get(path) ?? this.#columnOf(path, size);
    const value = column === -1 ? large : this.#knownOf(item)[column];
    return value === large ? valueIn(item.doc, path) : (value as Value);
  }

  /**
   * A document with the item's values at `paths` and nothing else; `undefined` if that requires reading the item.
   * @param size the number of items
   */
  outline(item: Known, paths: readonly Path[], size: number): Json | undefined {
    const columns = this.#columnsOf(paths, size);
    if (columns === null) return undefined;
    const known = this.#knownOf(item);
    const outline: { [name: string]: Json } = {};
    for (let at = 0; at < columns.length; at++) {
      const value = known[columns[at] as number];
      if (value === large) return undefined;
      if (value !== undefined) putAt(outline, paths[at] as Path, value as Json);
    }
    return outline;
  }

  #columnsOf(paths: readonly Path[], size: number): readonly number[] | null {
    if (size < worthwhile) return null;
    const before = this.#ofQuery.get(paths);
    if (before !== undefined) return before;
    const columns = paths.map((path) => this.#column(path, size));
    const found = columns.includes(-1) ? null : columns;
    this.#ofQuery.set(paths, found);
    return found;
  }

  #columnOf(path: readonly (string | number)[], size: number): number {
    const column = path.every((name) => typeof name === "string") ? this.#column(path as Path, size) : -1;
    if (column !== -1) this.#ofPath.set(path, column);
    return column;
  }

  /** The column of a path, created if there is none; -1 if no column is possible. */
  #column(path: Path, size: number): number {
    const name = JSON.stringify(path);
    const column = this.#byName.get(name);
    if (column !== undefined) return column;
    if (this.#columns.length >= mostColumns || size < worthwhile) return -1;
    this.#byName.set(name, this.#columns.length);
    this.#columns.push(path);
    this.#keep(this.#columns);
    return this.#columns.length - 1;
  }

  /** The values of an item for all columns. */
  #knownOf(item: Known): readonly unknown[] {
    if (item.known.length < this.#columns.length) item.known = this.known(item.doc);
    return item.known;
  }

  #text(text: string): string {
    const same = this.#texts.get(text);
    if (same !== undefined) return same;
    if (this.#texts.size < mostTexts) this.#texts.set(text, text);
    return text;
  }
}

/** Parses a whole number from its digits in a buffer. */
function wholeNumber(bytes: Buffer, start: number, end: number): number {
  let number = 0;
  for (let at = start; at < end; at++) number = number * 10 + (bytes[at] as number) - 48;
  return number;
}

function putAt(outline: { [name: string]: Json }, path: Path, value: Json): void {
  let object = outline;
  for (let at = 0; at < path.length - 1; at++) {
    const name = path[at] as string;
    if (!Object.hasOwn(object, name)) put(object, name, {});
    object = object[name] as { [name: string]: Json };
  }
  put(object, path.at(-1) as string, value);
}
