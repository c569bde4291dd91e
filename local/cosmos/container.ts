import type { Clock, Timer } from "../kernel/clock.ts";
import { sortedRows } from "../kernel/columns.ts";
import type { Parts } from "../kernel/parts.ts";
import { Origins } from "../recorder/origins.ts";
import { traceIn } from "../recorder/trace-parent.ts";
import type { Change } from "../store/store.ts";
import { Bodies, type Document, type ItemRecord } from "./bodies.ts";
import { type ContainerDefinition, isTtl } from "./definitions.ts";
import { effectiveKey } from "./effective-key.ts";
import { type Equality, EqualityIndex } from "./equality-index.ts";
import { Expiries } from "./expiries.ts";
import { Item, type Partition } from "./item.ts";
import { Items } from "./items.ts";
import { type Bounds, OrderedIndex, type OrderPoint } from "./ordered-index.ts";
import { keyText, type PartitionKey, valueAt } from "./partition-key.ts";
import { type Ambient, ambientOf } from "./query/built-in.ts";
import type { Sought } from "./query/demands.ts";
import type { Path } from "./query/paths-read.ts";
import { canonical } from "./query/values.ts";
import { makeRanges, type PartitionRange } from "./ranges.ts";
import { storedKey } from "./read-key.ts";
import { decodeRid, itemNumber, itemRid } from "./rids.ts";
import { type Indexes, select } from "./select.ts";
import { type VersionLimits, Versions, versionsRemoval } from "./versions.ts";

export type { Document } from "./bodies.ts";
export type { Item, Partition } from "./item.ts";
export type { PartitionRange } from "./ranges.ts";

/** A write that a transaction has prepared; without `doc` it is a deletion. */
export interface Write {
  id: string;
  number: number;
  doc: Document | undefined;
  size: number;
}

/** How long an account keeps the changes of its containers. */
export interface Retention {
  /** How long each change is kept, in milliseconds. */
  readonly milliseconds: number;
  readonly limits?: VersionLimits;
}

/** The columns of each container, by its rid. */
export const columnTable = "cosmos/columns";

/**
 * A container: its items in partitions and partition key ranges, with its indexes, expiry and statistics. Reads are served from memory. A write is
 * visible at once, and acknowledged when it is on disk.
 */
export class Container {
  readonly database: string;
  readonly ranges: readonly PartitionRange[];
  readonly partitions = new Map<string, Partition>();
  /** The number of the last commit. */
  lsn = 0;
  /** Where the commits originate. */
  readonly origins: Origins;
  readonly #parts: Parts;
  readonly #clock: Clock;
  readonly #bytes: Buffer;
  /** Expired items are invisible at once. Their records are removed in batches at the next full minute. */
  readonly #items = new Items<Partition>((rows) => this.#moved(rows));
  readonly #expiries = new Expiries(this.#items);
  readonly #documents: Bodies;
  /** The item in a row. It is valid until rows move. */
  readonly itemAt = (row: number): Item => new Item(this.#items, row);
  readonly #index = new EqualityIndex(this.itemAt);
  readonly #ordered = new OrderedIndex(this.itemAt);
  readonly #listeners = new Set<() => void>();
  #definition: ContainerDefinition;
  #number = 0;
  #sweep: { due: number; timer: Timer } | undefined;
  #closed = false;
  readonly #retention: Retention | undefined;
  /** Every change, if the account or the container keeps all versions. */
  #versions: Versions | undefined;

  /** Loads the container from the store, with this many partition key ranges. */
  constructor(parts: Parts, database: string, definition: ContainerDefinition, ranges: number, retention?: Retention) {
    this.#parts = parts;
    this.#retention = retention;
    this.#clock = parts.clock;
    this.origins = new Origins(parts.recorder);
    this.database = database;
    this.#definition = definition;
    this.#bytes = decodeRid(definition._rid);
    this.ranges = makeRanges(ranges, definition.partitionKey, this.#items);
    const { store } = parts;
    const columns = store.table<Path[]>(columnTable).get(definition._rid) ?? [];
    this.#documents = new Bodies(
      store.table<ItemRecord>(this.itemTable),
      columns,
      (number, doc) => this.#withRid(number, doc),
      (paths) => this.#keepColumns(paths),
    );
    this.#documents.defaultTtl = definition.defaultTtl;
    this.#restore();
    this.#keepVersions();
  }

  get definition(): ContainerDefinition {
    return this.#definition;
  }

  get now(): number {
    return this.#clock.now();
  }

  get ambient(): Ambient {
    return ambientOf(this.#parts);
  }

  /** Changes the definition. A changed time to live also applies to existing items. */
  set definition(definition: ContainerDefinition) {
    this.#definition = definition;
    this.#documents.defaultTtl = definition.defaultTtl;
    Item.each(this.#items, this.#items.rows(), (item) => this.#setExpiry(item));
    this.#keepVersions();
  }

  /** Every change of the items, if all versions are kept. */
  get versions(): Versions | undefined {
    return this.#versions;
  }

  get itemTable(): string {
    return `cosmos/items/${this.#definition._rid}`;
  }

  get size(): number {
    return this.#items.size;
  }

  /** The length of all items as JSON. */
  get bytes(): number {
    let sum = 0;
    for (const row of this.#items.rows()) sum += this.#items.sizeOf(row);
    return sum;
  }

  /** A new item number that was never used before. It is stored with the next commit. */
  takeNumber(): number {
    return ++this.#number;
  }

  /** The rid of the item with this number. */
  ridOf(number: number): string {
    return itemRid(this.#bytes, number);
  }

  /** The item, unless it has expired. */
  item(keyAsText: string, id: string): Item | undefined {
    const partition = this.partitions.get(keyAsText);
    const item = partition && this.#find(partition, id);
    return item !== undefined && item.expiresAt > this.now ? item : undefined;
  }

  /** The id of the item with this rid in this partition; undefined if there is none. */
  idOfRid(keyAsText: string, rid: string): string | undefined {
    const number = itemNumber(rid);
    if (number === undefined || this.ridOf(number) !== rid) return undefined;
    const { value: row, done } = this.#items.rows(number).next();
    if (done) return undefined;
    const id = this.#items.idOf(row);
    return this.item(keyAsText, id)?.number === number ? id : undefined;
  }

  /** Documents in the order of their item numbers: of a partition, of a range, or of all ranges one after the other. */
  scan(scope: {
    partition?: Partition | undefined;
    range?: PartitionRange | undefined;
  }): (from: number) => Iterable<Item> {
    const { partition, range: only } = scope;
    if (partition !== undefined) return (from) => this.#alive(this.#items.rowsOf(partition), from);
    if (only === undefined || this.ranges.length === 1) return (from) => this.#alive(this.#items.rows(from), from);
    return (from) => inRange(only, this.#alive(this.#items.rows(from), from));
  }

  /** The unexpired items, of a partition or of all, that may match; the result can contain others. `undefined` if a scan is better. */
  find(sought: Sought, partition: Partition | undefined): Item[] | undefined {
    const indexes = this.#indexes(partition);
    const found = select(sought, indexes, indexes.size >> 1);
    if (found === undefined) return undefined;
    const { now } = this;
    const rows = found.rows().sort((a, b) => a - b);
    return rows.map(this.itemAt).filter((item) => item.expiresAt > now);
  }

  /** The number and total bytes of unexpired items, of a partition or of all, that fulfil an equality; `undefined` if a scan is better. */
  count(equality: Equality, partition: Partition | undefined): { count: number; bytes: number } | undefined {
    const { index, size, all } = this.#indexes(partition);
    const counted = index().count(equality, size, all);
    if (counted === undefined) return undefined;
    let { count, bytes } = counted;
    for (const item of this.#expiries.gone(this.now)) {
      if (!counted.has(item)) continue;
      count--;
      bytes -= item.size;
    }
    return { count, bytes };
  }

  /** The unexpired items, of a partition or of all, in the order of the values at a path; `undefined` if sorting is better. */
  inOrder(
    path: Bounds["path"],
    descending: boolean,
    from: OrderPoint | undefined,
    partition: Partition | undefined,
  ): Iterable<Item> | undefined {
    const { ordered, size, all } = this.#indexes(partition);
    const found = ordered().inOrder(path, descending, from, size, all);
    return found && living(found, this.now);
  }

  /** The indexes of a partition are created when they are first needed, because most partitions are small. */
  #indexes(partition: Partition | undefined): Indexes<Item> {
    if (partition === undefined)
      return {
        index: () => this.#index,
        ordered: () => this.#ordered,
        size: this.size,
        all: (look: (item: Item) => void) => Item.each(this.#items, this.#items.rows(), look),
      };
    return {
      index: () => (partition.index ??= new EqualityIndex(this.itemAt)),
      ordered: () => (partition.ordered ??= new OrderedIndex(this.itemAt)),
      size: partition.size,
      all: (look: (item: Item) => void) => Item.each(this.#items, this.#items.rowsOf(partition), look),
    };
  }

  /**
   * Applies the writes of one transaction at once; resolves when they are on disk.
   * @param steps every step that led to the writes, including several writes of one item
   */
  commit(key: PartitionKey, writes: Iterable<Write>, steps: Iterable<Write>): Promise<void> {
    const partition = this.#partition(key);
    this.#uniqueOf(partition);
    const lsn = ++this.lsn;
    const known = (id: string): Item | undefined => this.#find(partition, id);
    const changes = this.#versions?.note(lsn, this.now, partition.text, steps, known) ?? [];
    const span = this.#parts.recorder.running;
    if (span !== undefined) this.origins.note(lsn, span.id);
    let at = 0;
    for (const write of writes) {
      span?.about(`item:${this.database}/${this.#definition.id}/${partition.text}/${write.id}`);
      const before = known(write.id);
      const kept = write.doc !== undefined && before?.number === write.number ? before : undefined;
      if (before !== undefined && kept === undefined) {
        changes.push({ table: this.itemTable, key: String(before.number), value: undefined });
        this.#remove(before);
      }
      if (write.doc === undefined) continue;
      if (span !== undefined) {
        const trace = traceIn(write.doc);
        if (trace !== undefined) span.about(`trace:${trace}`);
      }
      const record: ItemRecord = { lsn, at, doc: write.doc };
      changes.push({ table: this.itemTable, key: String(write.number), value: record });
      this.#update(kept ?? this.#insert(partition, write.id, write.number), record, write.size);
      at++;
    }
    return this.#save(changes, lsn);
  }

  /** Calls `listener` after each commit, in the same turn, and when the container is deleted, until the returned function is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The values of a document for each unique key, as text. An absent property counts as null. */
  uniqueValues(doc: Document): string[] {
    return (this.#definition.uniqueKeyPolicy?.uniqueKeys ?? []).map(({ paths }) =>
      paths.map((path) => canonical(valueAt(doc, path) ?? null)).join(),
    );
  }

  /** Called after the container was deleted. Listeners are woken, find it missing, and never see a container that is created again under its name. */
  remove(): void {
    const listeners = [...this.#listeners];
    this.close();
    for (const listener of listeners) listener();
  }

  /** Stops removing expired items and notifying listeners. The stored data stays. */
  close(): void {
    this.#closed = true;
    this.#sweep?.timer.cancel();
    this.#listeners.clear();
  }

  #restore(): void {
    const { store } = this.#parts;
    const counters = store.table<{ lsn: number; number: number }>("cosmos/counters").get(this.#definition._rid);
    this.lsn = counters?.lsn ?? 0;
    this.#number = counters?.number ?? 0;
    const items = this.#items;
    items.reserve(this.#documents.size);
    this.#documents.eachHead(this.#definition, (number, head) => {
      const partition = this.partitions.get(head.key) ?? this.#partition(storedKey(head.key));
      items.restore(partition, number, head);
    });
    items.restored();
    this.#expiries.begin(this.now, this.#definition.defaultTtl);
    this.#scheduleSweep();
    const changed = sortedRows(
      items.size,
      (row) => items.lsnOf(row),
      (row) => items.placeOf(row),
    );
    for (const range of this.ranges) {
      const isOwn = (row: number) => items.partitionOf(row).range === range;
      range.feed.fill(this.ranges.length === 1 ? changed : changed.filter(isOwn));
    }
  }

  /** Stores which columns are kept in memory, so that the next start has them at once. */
  #keepColumns(paths: readonly Path[]): void {
    const { store, work, log } = this.#parts;
    const written = store.commit([{ table: columnTable, key: this.#definition._rid, value: [...paths] }]);
    work.track("cosmos: keeping what queries look at", written).catch((error: unknown) => {
      log.error(`It could not be saved which values of ${this.#definition.id} are kept in memory for queries.`, {
        error: String(error),
      });
    });
  }

  /** Starts, continues or ends the history of changes, as the account and the definition require. */
  #keepVersions(): void {
    const { store, work, log } = this.#parts;
    const { _rid, changeFeedPolicy } = this.#definition;
    const milliseconds = this.#retention?.milliseconds ?? (changeFeedPolicy?.retentionDuration ?? 0) * 60_000;
    if (milliseconds > 0 && this.#versions !== undefined) {
      this.#versions.retention = milliseconds;
      return;
    }
    this.#versions =
      milliseconds > 0 ? new Versions(store, _rid, this.lsn, milliseconds, this.#retention?.limits) : undefined;
    const changes = this.#versions === undefined ? versionsRemoval(store, _rid) : [this.#versions.begin()];
    if (changes.length === 0) return;
    work.track("cosmos: keeping all versions", store.commit(changes)).catch((error: unknown) => {
      log.error(`It could not be saved whether all versions of ${this.#definition.id} are kept.`, {
        error: String(error),
      });
    });
  }

  /** Data folders of earlier versions contain rids with the number in the other byte order. */
  #withRid(number: number, doc: Document): Document {
    const rid = this.ridOf(number);
    return doc._rid === rid ? doc : { ...doc, _rid: rid, _self: `${this.#definition._self}docs/${rid}/` };
  }

  #partition(key: PartitionKey): Partition {
    const text = keyText(key);
    let partition = this.partitions.get(text);
    if (partition === undefined) {
      const nothingYet = { size: 0, first: -1, last: -1, index: undefined, ordered: undefined, unique: undefined };
      partition = { key, text, range: this.rangeOf(key), bodies: this.#documents, number: -1, ...nothingYet };
      this.#items.admit(partition);
      this.partitions.set(text, partition);
    }
    return partition;
  }

  /** The item of a partition that has these values for a unique key, if any. */
  holder(keyAsText: string, uniqueKey: number, values: string): Item | undefined {
    const partition = this.partitions.get(keyAsText);
    const id = partition && this.#uniqueOf(partition)[uniqueKey]?.get(values);
    return id === undefined ? undefined : this.item(keyAsText, id);
  }

  #uniqueOf(partition: Partition): Map<string, string>[] {
    if (partition.unique === undefined) {
      partition.unique = (this.#definition.uniqueKeyPolicy?.uniqueKeys ?? []).map(() => new Map<string, string>());
      if (partition.unique.length > 0) for (const item of this.scan({ partition })(0)) this.#claim(item, item.doc);
    }
    return partition.unique;
  }

  /** The range that contains a complete partition key. */
  rangeOf(key: PartitionKey): PartitionRange {
    const [first] = this.ranges;
    if (first === undefined) throw new Error("A container has at least one range.");
    if (this.ranges.length === 1) return first;
    const effective = effectiveKey(key, this.#definition.partitionKey);
    return this.ranges.findLast((each) => each.min <= effective) ?? first;
  }

  #find(partition: Partition, id: string): Item | undefined {
    const row = this.#items.find(partition, id);
    return row === -1 ? undefined : this.itemAt(row);
  }

  *#alive(rows: Iterable<number>, from: number): Generator<Item> {
    const { now } = this;
    for (const row of rows) {
      const item = this.itemAt(row);
      if (item.number >= from && item.expiresAt > now) yield item;
    }
  }

  #insert(partition: Partition, id: string, number: number): Item {
    // Its last item may have been removed a moment ago.
    if (this.partitions.get(partition.text) !== partition) {
      this.#items.admit(partition);
      this.partitions.set(partition.text, partition);
    }
    return this.itemAt(this.#items.add(partition, id, number));
  }

  /** Updates everything that refers to rows after rows have moved. */
  #moved(rows: Int32Array): void {
    this.#expiries.moved(rows);
    for (const { feed } of this.ranges) feed.moved(rows);
    this.#index.clear();
    this.#ordered.clear();
    for (const { index, ordered } of this.partitions.values()) {
      index?.clear();
      ordered?.clear();
    }
  }

  /** Gives an item a new version. Its document stays the previous one until the commit is made. */
  #update(item: Item, { lsn, at, doc }: ItemRecord, size: number): void {
    const { feed } = item.partition.range;
    if (item.lsn > 0) {
      this.#release(item);
      feed.remove(item.row);
    }
    const { ttl } = doc;
    const version = { lsn, at, size, ts: Number(doc._ts), ttl: isTtl(ttl) ? ttl : null };
    this.#items.put(item.row, version, this.#documents.known(doc));
    feed.append(item.row);
    for (const index of this.#indexesOf(item)) index.add(item, doc);
    this.#claim(item, doc);
    this.#setExpiry(item);
  }

  #remove(item: Item): void {
    const { partition } = item;
    this.#release(item);
    item.sweptIn = 0;
    partition.range.feed.remove(item.row);
    this.#items.remove(item.row);
    if (partition.size > 0) return;
    this.#items.dismiss(partition);
    this.partitions.delete(partition.text);
  }

  /** Registers the item's unique key values. */
  #claim(item: Item, doc: Document): void {
    const { unique } = item.partition;
    if (unique === undefined || unique.length === 0) return;
    for (const [at, values] of this.uniqueValues(doc).entries()) unique[at]?.set(values, item.id);
  }

  #indexesOf({ partition: { index, ordered } }: Item): (EqualityIndex<Item> | OrderedIndex<Item>)[] {
    return [this.#index, this.#ordered, index, ordered].filter((each) => each !== undefined);
  }

  /** Removes the item's values from the indexes, and its unique key values unless another item has taken them since. */
  #release(item: Item): void {
    for (const index of this.#indexesOf(item)) index.remove(item);
    const { unique } = item.partition;
    if (unique === undefined || unique.length === 0) return;
    for (const [at, values] of this.uniqueValues(item.doc).entries()) {
      if (unique[at]?.get(values) === item.id) unique[at]?.delete(values);
    }
  }

  #setExpiry(item: Item): void {
    this.#expiries.note(item);
    if (item.sweptIn > 0) this.#scheduleSweep();
  }

  #scheduleSweep(): void {
    const { next: due } = this.#expiries;
    if (due === undefined || this.#closed) return;
    if (this.#sweep !== undefined && this.#sweep.due <= due) return;
    this.#sweep?.timer.cancel();
    this.#sweep = { due, timer: this.#clock.at(due, () => this.#sweepNow()) };
  }

  #sweepNow(): void {
    this.#sweep = undefined;
    const gone = this.#expiries.take(this.now);
    const changes: Change[] = gone.map(({ number }) => ({
      table: this.itemTable,
      key: String(number),
      value: undefined,
    }));
    const lsn = this.lsn + 1;
    if (gone.length > 0) changes.push(...(this.#versions?.noteExpired(lsn, this.now, gone) ?? []));
    for (const item of gone) this.#remove(item);
    this.#scheduleSweep();
    if (changes.length === 0) return;
    this.lsn = lsn;
    const saved = this.#save(changes, lsn);
    this.#parts.work.track("cosmos: removing expired items", saved).catch((error: unknown) => {
      this.#parts.log.error(`Expired items of ${this.#definition.id} could not be removed.`, { error: String(error) });
    });
  }

  #save(changes: Change[], lsn: number): Promise<void> {
    changes.push({ table: "cosmos/counters", key: this.#definition._rid, value: { lsn, number: this.#number } });
    const saved = this.#parts.store.commit(changes);
    for (const listener of this.#listeners) listener();
    return saved;
  }
}

function* living(items: Iterable<Item>, now: number): Generator<Item> {
  for (const item of items) if (item.expiresAt > now) yield item;
}

function* inRange(range: PartitionRange, items: Iterable<Item>): Generator<Item> {
  for (const item of items) if (item.partition.range === range) yield item;
}
