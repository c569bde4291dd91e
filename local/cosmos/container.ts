import type { Clock, Timer } from "../kernel/clock.ts";
import type { Parts } from "../kernel/parts.ts";
import { type HeapEntry, TimerHeap } from "../kernel/timer-heap.ts";
import { traceIn } from "../recorder/trace-parent.ts";
import type { Change } from "../store/store.ts";
import { type ContainerDefinition, isTtl } from "./definitions.ts";
import { effectiveKey } from "./effective-key.ts";
import { type Equality, EqualityIndex } from "./equality-index.ts";
import { keyOf, keyText, type PartitionKey, valueAt } from "./partition-key.ts";
import { type Ambient, ambientOf } from "./query/built-in.ts";
import { canonical, type Json } from "./query/values.ts";
import { type KeyRange, makeRanges } from "./ranges.ts";
import { decodeRid, itemRid } from "./rids.ts";
import { type VersionLimits, Versions, versionsRemoval } from "./versions.ts";

export type Document = { [name: string]: Json };

/** An item at its latest version. */
export interface Item {
  doc: Document;
  readonly number: number;
  size: number;
  /** The commit that wrote this version, and its place among the writes of that commit. */
  lsn: number;
  at: number;
  /** When the item is gone, in milliseconds; `Infinity` for never. */
  expiresAt: number;
  expiry: HeapEntry | undefined;
  readonly partition: Partition;
}

export type PartitionRange = KeyRange<Item>;

/** The items of one partition key value; the unit of transactions and of unique keys. */
export interface Partition {
  readonly key: PartitionKey;
  readonly text: string;
  readonly range: PartitionRange;
  readonly items: Map<string, Item>;
  readonly index: EqualityIndex<Item>;
  /** For each unique key of the container: which item id has which values. */
  readonly unique: Map<string, string>[];
}

/** One write as a transaction has prepared it; without `doc` it is a deletion. */
export interface Write {
  id: string;
  number: number;
  doc: Document | undefined;
  size: number;
}

/** What an account says of the changes of its containers. */
export interface Retention {
  /** For how long each change is kept, in milliseconds. */
  readonly milliseconds: number;
  readonly limits?: VersionLimits;
}

interface ItemRecord {
  lsn: number;
  at: number;
  doc: Document;
}

/** Expired items are invisible at once; their records are removed at the next full minute, many together. */
const sweepEvery = 60_000;

export class Container {
  readonly database: string;
  readonly ranges: readonly PartitionRange[];
  readonly partitions = new Map<string, Partition>();
  /** The number of the last commit. */
  lsn = 0;
  readonly #parts: Parts;
  readonly #clock: Clock;
  readonly #bytes: Buffer;
  readonly #expiries = new TimerHeap();
  readonly #index = new EqualityIndex<Item>();
  readonly #listeners = new Set<() => void>();
  #definition: ContainerDefinition;
  #number = 0;
  /** Expired items whose records are being removed. */
  readonly #gone: Item[] = [];
  #sweep: { due: number; timer: Timer } | undefined;
  #closed = false;
  readonly #retention: Retention | undefined;
  /** Each change, while the account or the container keeps them. */
  #versions: Versions | undefined;

  /** Takes up what the store has of the container, in so many partition ranges. */
  constructor(parts: Parts, database: string, definition: ContainerDefinition, ranges: number, retention?: Retention) {
    this.#parts = parts;
    this.#retention = retention;
    this.#clock = parts.clock;
    this.database = database;
    this.#definition = definition;
    this.#bytes = decodeRid(definition._rid);
    this.ranges = makeRanges(ranges, definition.partitionKey);
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

  /** Takes a changed definition; a changed time to live holds for the items that are there. */
  set definition(definition: ContainerDefinition) {
    this.#definition = definition;
    for (const each of this.ranges) for (const item of each.items.from(0)) this.#setExpiry(item);
    this.#keepVersions();
  }

  /** Each change of the items, where all versions are kept. */
  get versions(): Versions | undefined {
    return this.#versions;
  }

  get itemTable(): string {
    return `cosmos/items/${this.#definition._rid}`;
  }

  get size(): number {
    return this.ranges.reduce((sum, each) => sum + each.items.size, 0);
  }

  /** Length of all items as JSON. */
  get bytes(): number {
    let sum = 0;
    for (const each of this.ranges) for (const item of each.items.from(0)) sum += item.size;
    return sum;
  }

  takeNumber(): number {
    return ++this.#number;
  }

  ridOf(number: number): string {
    return itemRid(this.#bytes, number);
  }

  /** The item, unless it has expired. */
  item(keyAsText: string, id: string): Item | undefined {
    const item = this.partitions.get(keyAsText)?.items.get(id);
    return item !== undefined && item.expiresAt > this.now ? item : undefined;
  }

  /** Documents in order of their numbers: of a partition, of a range, or of all ranges one after the other. */
  scan(scope: {
    partition?: Partition | undefined;
    range?: PartitionRange | undefined;
  }): (from: number) => Iterable<Item> {
    const { partition, range: only } = scope;
    if (partition !== undefined) return (from) => this.#alive(partition.items.values(), from);
    return (from) => this.#alive(only?.items.from(from) ?? this.#merged(from), from);
  }

  /** The living items, of a partition or of all, that fulfil one of the equalities; `undefined` when a scan is better. */
  find(equalities: Equality[], partition: Partition | undefined): Item[] | undefined {
    const found = partition
      ? partition.index.find(equalities, partition.items.size, () => partition.items.values())
      : this.#index.find(equalities, this.size, () => this.#merged(0));
    const { now } = this;
    return found?.filter((item) => item.expiresAt > now);
  }

  /**
   * Applies the writes of one transaction at once; resolves when they are durable.
   * @param steps what led to the writes, an item written twice included
   */
  commit(key: PartitionKey, writes: Iterable<Write>, steps: Iterable<Write>): Promise<void> {
    const partition = this.#partition(key);
    const lsn = ++this.lsn;
    const known = (id: string): Item | undefined => partition.items.get(id);
    const changes = this.#versions?.note(lsn, this.now, partition.text, steps, known) ?? [];
    const { recorder } = this.#parts;
    const span = recorder.running;
    let at = 0;
    for (const write of writes) {
      span?.about(`item:${this.database}/${this.#definition.id}/${partition.text}/${write.id}`);
      const before = partition.items.get(write.id);
      const kept = write.doc !== undefined && before?.number === write.number ? before : undefined;
      if (before !== undefined && kept === undefined) {
        this.#remove(before);
        changes.push({ table: this.itemTable, key: String(before.number), value: undefined });
      }
      if (write.doc === undefined) continue;
      if (span !== undefined) {
        recorder.link(String(write.doc._etag));
        const trace = traceIn(write.doc);
        if (trace !== undefined) span.about(`trace:${trace}`);
      }
      const record: ItemRecord = { lsn, at, doc: write.doc };
      changes.push({ table: this.itemTable, key: String(write.number), value: record });
      if (kept !== undefined) this.#update(kept, record, write.size);
      else this.#insert(partition, write.number, record, write.size);
      at++;
    }
    return this.#save(changes, lsn);
  }

  /** Calls `listener` after each commit, in the same turn. */
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
    const records = [...store.table<ItemRecord>(this.itemTable)].map(([key, record]) => ({
      number: Number(key),
      record,
    }));
    const items = records
      .sort((a, b) => a.number - b.number)
      .map(({ number, record }) => {
        const partition = this.#partition(keyOf(record.doc, this.#definition.partitionKey));
        return this.#place(
          partition,
          number,
          this.#withRid(number, record),
          Buffer.byteLength(JSON.stringify(record.doc)),
        );
      });
    for (const item of items.sort((a, b) => a.lsn - b.lsn || a.at - b.at)) {
      item.partition.range.feed.append(item.lsn, item);
    }
  }

  /** Begins to keep each change, goes on, or lets go of what was kept, as the account and the definition say. */
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
      log.error(`Whether all versions of ${this.#definition.id} are kept could not be written.`, {
        error: String(error),
      });
    });
  }

  /** Data folders of earlier versions have rids in which the number stands the other way round. */
  #withRid(number: number, record: ItemRecord): ItemRecord {
    const rid = this.ridOf(number);
    if (record.doc._rid === rid) return record;
    return { ...record, doc: { ...record.doc, _rid: rid, _self: `${this.#definition._self}docs/${rid}/` } };
  }

  #partition(key: PartitionKey): Partition {
    const text = keyText(key);
    let partition = this.partitions.get(text);
    if (partition === undefined) {
      const unique = (this.#definition.uniqueKeyPolicy?.uniqueKeys ?? []).map(() => new Map<string, string>());
      partition = { key, text, range: this.rangeOf(key), items: new Map(), index: new EqualityIndex<Item>(), unique };
      this.partitions.set(text, partition);
    }
    return partition;
  }

  /** The range that a whole key belongs to. */
  rangeOf(key: PartitionKey): PartitionRange {
    const [first] = this.ranges;
    if (first === undefined) throw new Error("A container has at least one range.");
    if (this.ranges.length === 1) return first;
    const effective = effectiveKey(key, this.#definition.partitionKey);
    return this.ranges.findLast((each) => each.min <= effective) ?? first;
  }

  *#alive(items: Iterable<Item>, from: number): Generator<Item> {
    const { now } = this;
    for (const item of items) if (item.number >= from && item.expiresAt > now) yield item;
  }

  *#merged(from: number): Generator<Item> {
    const all = this.ranges.map((each) => each.items.from(from));
    const heads = all.map((items) => items.next().value as Item | undefined);
    for (;;) {
      let least = -1;
      for (const [at, head] of heads.entries()) {
        if (head !== undefined && (least < 0 || head.number < (heads[least]?.number ?? 0))) least = at;
      }
      const head = heads[least];
      if (head === undefined) return;
      yield head;
      heads[least] = all[least]?.next().value as Item | undefined;
    }
  }

  #insert(partition: Partition, number: number, record: ItemRecord, size: number): void {
    const item = this.#place(partition, number, record, size);
    partition.range.feed.append(record.lsn, item);
  }

  #place(partition: Partition, number: number, record: ItemRecord, size: number): Item {
    const item: Item = { ...record, number, size, expiresAt: 0, expiry: undefined, partition };
    this.partitions.set(partition.text, partition);
    partition.items.set(String(item.doc.id), item);
    partition.range.items.append(number, item);
    this.#claim(item);
    this.#setExpiry(item);
    return item;
  }

  #update(item: Item, record: ItemRecord, size: number): void {
    this.#release(item);
    item.partition.range.feed.remove(item.lsn, item);
    item.doc = record.doc;
    item.lsn = record.lsn;
    item.at = record.at;
    item.size = size;
    item.partition.range.feed.append(item.lsn, item);
    this.#claim(item);
    this.#setExpiry(item);
  }

  #remove(item: Item): void {
    const { partition } = item;
    this.#release(item);
    if (item.expiry) this.#expiries.remove(item.expiry);
    partition.items.delete(String(item.doc.id));
    partition.range.items.remove(item.number, item);
    partition.range.feed.remove(item.lsn, item);
    if (partition.items.size === 0) this.partitions.delete(partition.text);
  }

  /** Makes the item known by its values. */
  #claim(item: Item): void {
    item.partition.index.add(item);
    this.#index.add(item);
    if (item.partition.unique.length === 0) return;
    for (const [at, values] of this.uniqueValues(item.doc).entries()) {
      item.partition.unique[at]?.set(values, String(item.doc.id));
    }
  }

  /** Lets go of the item's values; of unique ones unless another item has them by now. */
  #release(item: Item): void {
    item.partition.index.remove(item);
    this.#index.remove(item);
    if (item.partition.unique.length === 0) return;
    for (const [at, values] of this.uniqueValues(item.doc).entries()) {
      const holders = item.partition.unique[at];
      if (holders !== undefined && holders.get(values) === item.doc.id) holders.delete(values);
    }
  }

  #setExpiry(item: Item): void {
    const { defaultTtl } = this.#definition;
    const ttl = isTtl(item.doc.ttl) ? item.doc.ttl : (defaultTtl ?? -1);
    item.expiresAt =
      defaultTtl === undefined || ttl === -1 ? Number.POSITIVE_INFINITY : (Number(item.doc._ts) + ttl) * 1000;
    if (item.expiry) this.#expiries.remove(item.expiry);
    item.expiry = undefined;
    if (item.expiresAt === Number.POSITIVE_INFINITY) return;
    item.expiry = this.#expiries.add(item.expiresAt, () => {
      this.#remove(item);
      this.#gone.push(item);
    });
    this.#scheduleSweep();
  }

  #scheduleSweep(): void {
    const next = this.#expiries.peek();
    if (next === undefined || this.#closed) return;
    const due = Math.ceil(next.due / sweepEvery) * sweepEvery;
    if (this.#sweep !== undefined && this.#sweep.due <= due) return;
    this.#sweep?.timer.cancel();
    this.#sweep = { due, timer: this.#clock.at(due, () => this.#sweepNow()) };
  }

  #sweepNow(): void {
    this.#sweep = undefined;
    const changes: Change[] = [];
    for (let next = this.#expiries.peek(); next !== undefined && next.due <= this.now; next = this.#expiries.peek()) {
      this.#expiries.remove(next);
      next.run();
    }
    const gone = this.#gone.splice(0);
    for (const item of gone) changes.push({ table: this.itemTable, key: String(item.number), value: undefined });
    this.#scheduleSweep();
    if (changes.length === 0) return;
    const lsn = ++this.lsn;
    changes.push(...(this.#versions?.noteExpired(lsn, this.now, gone) ?? []));
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
