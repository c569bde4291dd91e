import type { Clock, Timer } from "../kernel/clock.ts";
import type { Parts } from "../kernel/parts.ts";
import { Origins } from "../recorder/origins.ts";
import { traceIn } from "../recorder/trace-parent.ts";
import type { Change } from "../store/store.ts";
import { Bodies, type Document, Item, type ItemRecord, type Partition, type PartitionRange } from "./bodies.ts";
import { type ContainerDefinition, isTtl } from "./definitions.ts";
import { effectiveKey } from "./effective-key.ts";
import { type Equality, EqualityIndex } from "./equality-index.ts";
import { Expiries } from "./expiries.ts";
import { type Bounds, OrderedIndex, type OrderPoint } from "./ordered-index.ts";
import { keyText, type PartitionKey, readKey, valueAt } from "./partition-key.ts";
import { type Ambient, ambientOf } from "./query/built-in.ts";
import type { Path } from "./query/paths-read.ts";
import { canonical } from "./query/values.ts";
import { makeRanges } from "./ranges.ts";
import { decodeRid, itemRid } from "./rids.ts";
import { type VersionLimits, Versions, versionsRemoval } from "./versions.ts";

export { type Document, Item, type Partition, type PartitionRange } from "./bodies.ts";

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

/** Which columns a container has, by its rid. */
export const columnTable = "cosmos/columns";

export class Container {
  readonly database: string;
  readonly ranges: readonly PartitionRange[];
  readonly partitions = new Map<string, Partition>();
  /** The number of the last commit. */
  lsn = 0;
  /** What the commits come from. */
  readonly origins: Origins;
  readonly #parts: Parts;
  readonly #clock: Clock;
  readonly #bytes: Buffer;
  /** Expired items are invisible at once; their records are removed at the next full minute, many together. */
  readonly #expiries = new Expiries<Item>();
  readonly #documents: Bodies;
  readonly #index = new EqualityIndex<Item>();
  readonly #ordered = new OrderedIndex<Item>();
  readonly #listeners = new Set<() => void>();
  #definition: ContainerDefinition;
  #number = 0;
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
    this.origins = new Origins(parts.recorder);
    this.database = database;
    this.#definition = definition;
    this.#bytes = decodeRid(definition._rid);
    this.ranges = makeRanges(ranges, definition.partitionKey);
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

  /** Takes a changed definition; a changed time to live holds for the items that are there. */
  set definition(definition: ContainerDefinition) {
    this.#definition = definition;
    this.#documents.defaultTtl = definition.defaultTtl;
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

  /** The living items, of a partition or of all, that fulfil one of the equalities or lie within one of the bounds; `undefined` when a scan is better. */
  find(equalities: Equality[], bounds: Bounds[], partition: Partition | undefined): Item[] | undefined {
    const { index, ordered, size, all } = this.#indexes(partition);
    let found = index().find(equalities, size, all);
    for (const each of bounds) {
      const fewer = ordered().between(each, found?.length ?? size >> 1, size, all);
      if (fewer !== undefined) found = fewer.sort((a, b) => a.number - b.number);
    }
    const { now } = this;
    return found?.filter((item) => item.expiresAt > now);
  }

  /** How many living items, of a partition or of all, fulfil an equality, and their bytes; `undefined` when a scan is better. */
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

  /** The living items, of a partition or of all, in the order of the values at a path; `undefined` when sorting is better. */
  inOrder(
    path: Bounds["path"],
    descending: boolean,
    from: OrderPoint | undefined,
    partition: Partition | undefined,
  ): Iterable<Item> | undefined {
    const { ordered, size, all } = this.#indexes(partition);
    const found = ordered().inOrder(path, descending, from, size, all);
    return found && this.#alive(found, 0);
  }

  /** Those of a partition are made when they are first asked for: most partitions are small. */
  #indexes(partition: Partition | undefined) {
    if (partition === undefined)
      return {
        index: () => this.#index,
        ordered: () => this.#ordered,
        size: this.size,
        all: () => this.#merged(0),
      };
    return {
      index: () => (partition.index ??= new EqualityIndex()),
      ordered: () => (partition.ordered ??= new OrderedIndex()),
      size: partition.items.size,
      all: () => partition.items.values(),
    };
  }

  /**
   * Applies the writes of one transaction at once; resolves when they are durable.
   * @param steps what led to the writes, an item written twice included
   */
  commit(key: PartitionKey, writes: Iterable<Write>, steps: Iterable<Write>): Promise<void> {
    const partition = this.#partition(key);
    this.#uniqueOf(partition);
    const lsn = ++this.lsn;
    const known = (id: string): Item | undefined => partition.items.get(id);
    const changes = this.#versions?.note(lsn, this.now, partition.text, steps, known) ?? [];
    const span = this.#parts.recorder.running;
    if (span !== undefined) this.origins.note(lsn, span.id);
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
    const items: Item[] = [];
    for (const [number, head] of this.#documents.heads(this.#definition)) {
      const item = new Item(head.id, number, this.partitions.get(head.key) ?? this.#partition(readKey(head.key)));
      item.is(head, head.known);
      items.push(item);
    }
    for (const item of items.sort((a, b) => a.number - b.number)) this.#place(item);
    for (const range of this.ranges) {
      const own = this.ranges.length === 1 ? items : items.filter(({ partition }) => partition.range === range);
      range.items.fill(own, ({ number }) => number);
      const changed = own.sort((a, b) => a.lsn - b.lsn || a.at - b.at);
      range.feed.fill(changed, ({ lsn }) => lsn);
    }
  }

  /** Writes down which values of items are kept in memory, so that the next start has them at once. */
  #keepColumns(paths: readonly Path[]): void {
    const { store, work, log } = this.#parts;
    const written = store.commit([{ table: columnTable, key: this.#definition._rid, value: [...paths] }]);
    work.track("cosmos: keeping what queries look at", written).catch((error: unknown) => {
      log.error(`What queries of ${this.#definition.id} look at could not be written.`, { error: String(error) });
    });
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
  #withRid(number: number, doc: Document): Document {
    const rid = this.ridOf(number);
    return doc._rid === rid ? doc : { ...doc, _rid: rid, _self: `${this.#definition._self}docs/${rid}/` };
  }

  #partition(key: PartitionKey): Partition {
    const text = keyText(key);
    let partition = this.partitions.get(text);
    if (partition === undefined) {
      const nothingYet = { index: undefined, ordered: undefined, unique: undefined };
      partition = { key, text, range: this.rangeOf(key), items: new Map(), bodies: this.#documents, ...nothingYet };
      this.partitions.set(text, partition);
    }
    return partition;
  }

  /** Which item of a partition has these values for a unique key, if one has. */
  holder(keyAsText: string, uniqueKey: number, values: string): Item | undefined {
    const partition = this.partitions.get(keyAsText);
    const id = partition && this.#uniqueOf(partition)[uniqueKey]?.get(values);
    return id === undefined ? undefined : this.item(keyAsText, id);
  }

  #uniqueOf(partition: Partition): Map<string, string>[] {
    if (partition.unique === undefined) {
      partition.unique = (this.#definition.uniqueKeyPolicy?.uniqueKeys ?? []).map(() => new Map<string, string>());
      if (partition.unique.length > 0) for (const item of partition.items.values()) this.#claim(item, item.doc);
    }
    return partition.unique;
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

  #insert(partition: Partition, id: string, number: number): Item {
    const item = new Item(id, number, partition);
    this.#place(item);
    partition.range.items.append(number, item);
    return item;
  }

  #place(item: Item): void {
    const { partition } = item;
    this.partitions.set(partition.text, partition);
    partition.items.set(item.id, item);
    this.#setExpiry(item);
  }

  /** Gives an item another version. Its document is the one before until the commit is made. */
  #update(item: Item, { lsn, at, doc }: ItemRecord, size: number): void {
    if (item.lsn > 0) {
      this.#release(item);
      item.partition.range.feed.remove(item.lsn, item);
    }
    const { ttl } = doc;
    item.is({ lsn, at, size, ts: Number(doc._ts), ttl: isTtl(ttl) ? ttl : null }, this.#documents.known(doc));
    item.partition.range.feed.append(lsn, item);
    for (const index of this.#indexesOf(item)) index.add(item, doc);
    this.#claim(item, doc);
    this.#setExpiry(item);
  }

  #remove(item: Item): void {
    const { partition } = item;
    this.#release(item);
    item.sweptIn = 0;
    partition.items.delete(item.id);
    partition.range.items.remove(item.number, item);
    partition.range.feed.remove(item.lsn, item);
    if (partition.items.size === 0) this.partitions.delete(partition.text);
  }

  /** Makes the item's unique values known. */
  #claim(item: Item, doc: Document): void {
    const { unique } = item.partition;
    if (unique === undefined || unique.length === 0) return;
    for (const [at, values] of this.uniqueValues(doc).entries()) unique[at]?.set(values, item.id);
  }

  #indexesOf({ partition: { index, ordered } }: Item): (EqualityIndex<Item> | OrderedIndex<Item>)[] {
    return [this.#index, this.#ordered, index, ordered].filter((each) => each !== undefined);
  }

  /** Lets go of the item's values; of unique ones unless another item has them by now. */
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
    for (const item of gone) this.#remove(item);
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
