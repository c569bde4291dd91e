import type { Change, Store } from "../store/store.ts";
import { badRequest } from "./errors.ts";
import type { Json } from "./query/values.ts";

type Document = { [name: string]: Json };

/** A step of a transaction; without `doc` it is a deletion. */
interface Step {
  id: string;
  doc: Document | undefined;
}

/** An item before a step. */
interface Known {
  id: string;
  lsn: number;
  expiresAt: number;
  partition: { text: string };
}

/** One change of an item, as the all versions and deletes change feed reports it. */
export interface Version {
  lsn: number;
  /** Its position among the changes of that commit. */
  at: number;
  /** The time of the change, in seconds since the epoch. */
  crts: number;
  operation: "create" | "replace" | "delete";
  id: string;
  /** The partition key as JSON, as `keyText` writes it. */
  key: string;
  /** The item as it was written; a deletion has none. */
  doc?: Document;
  /** The commit of the previous version. */
  previous?: number;
  /** Deleted because its time to live expired. */
  expired?: true;
}

/** The most changes that are kept of a container, regardless of their age. */
export interface VersionLimits {
  changes: number;
  /** The total length of the items as JSON. */
  bytes: number;
}

export interface VersionPage {
  versions: Version[];
  /** The commit up to which the reader has seen everything. */
  position: number;
  more: boolean;
  /** The total bytes of the items. */
  size: number;
}

const usual: VersionLimits = { changes: 100_000, bytes: 64 * 1024 * 1024 };
/** The estimated bytes of a change in addition to its item. */
const overhead = 200;

/** The commit after which a container's history is complete, by the container's rid. */
const floorTable = "cosmos/versions-from";
const tableOf = (rid: string): string => `cosmos/versions/${rid}`;

interface Kept {
  version: Version;
  size: number;
}

/** Deletes the history of a container's changes. */
export function versionsRemoval(store: Store, rid: string): Change[] {
  const table = tableOf(rid);
  const changes = [...store.table(table).keys()].map((key): Change => ({ table, key, value: undefined }));
  if (store.table(floorTable).has(rid)) changes.push({ table: floorTable, key: rid, value: undefined });
  return changes;
}

/**
 * The history of a container's changes, for the retention period. They are written in the same commit as the items, so none is
 * missing after a crash, and the store's compaction keeps them like any record.
 */
export class Versions {
  readonly #rid: string;
  readonly #limits: VersionLimits;
  /** In commit order; those before `#first` were removed. */
  #kept: Kept[] = [];
  #first = 0;
  #bytes = 0;
  #floor: number;
  /** In milliseconds. */
  retention: number;

  /** Loads the history from the store. A container without one starts after its commit `lsn`. */
  constructor(store: Store, rid: string, lsn: number, retention: number, limits: VersionLimits = usual) {
    this.#rid = rid;
    this.#limits = limits;
    this.retention = retention;
    this.#floor = store.table<number>(floorTable).get(rid) ?? lsn;
    for (const version of store.table<Version>(tableOf(rid)).values()) this.#append(version);
    this.#kept.sort((a, b) => a.version.lsn - b.version.lsn || a.version.at - b.version.at);
  }

  /** The commit after which the history is complete. */
  get floor(): number {
    return this.#floor;
  }

  /** The floor at this time: changes that are too old are removed from the store with the next commit. */
  floorAt(now: number): number {
    return this.#tooOld(now) ?? this.#floor;
  }

  /** The change that stores the floor for the next start. */
  begin(): Change {
    return { table: floorTable, key: this.#rid, value: this.#floor };
  }

  /**
   * Records the steps of a transaction before they are applied; returns the changes to commit with them.
   * @param known the current item of an id, even an expired one
   */
  note(
    lsn: number,
    now: number,
    key: string,
    steps: Iterable<Step>,
    known: (id: string) => Known | undefined,
  ): Change[] {
    const crts = Math.floor(now / 1000);
    const before = new Map<string, number | undefined>();
    const versions: Version[] = [];
    const add = (id: string, operation: Version["operation"], more: Partial<Version>): void => {
      versions.push({ lsn, at: versions.length, crts, operation, id, key, ...more });
    };
    for (const { id, doc } of steps) {
      if (!before.has(id)) {
        const item = known(id);
        const expired = item !== undefined && item.expiresAt <= now;
        if (expired) add(id, "delete", { previous: item.lsn, expired: true });
        before.set(id, expired ? undefined : item?.lsn);
      }
      const last = before.get(id);
      const previous = last === undefined ? {} : { previous: last };
      if (doc === undefined) add(id, "delete", previous);
      else add(id, last === undefined ? "create" : "replace", { doc, ...previous });
      before.set(id, doc === undefined ? undefined : lsn);
    }
    return this.#take(versions, now);
  }

  /** Records the removal of expired items. */
  noteExpired(lsn: number, now: number, items: Iterable<Known>): Change[] {
    const crts = Math.floor(now / 1000);
    const versions = [...items].map((item, at): Version => {
      const { id, partition } = item;
      return { lsn, at, crts, operation: "delete", id, key: partition.text, previous: item.lsn, expired: true };
    });
    return this.#take(versions, now);
  }

  /**
   * The changes after a commit, oldest first: at most `max`, but a commit is never split.
   * @throws a 400 if some of them were already removed
   */
  read(after: number, now: number, end: number, max: number, wanted: (version: Version) => boolean): VersionPage {
    const floor = this.floorAt(now);
    if (after < floor) throw beyondRetention(after, floor);
    const versions: Version[] = [];
    let position = after;
    let size = 0;
    for (let at = this.#place(after + 1); at < this.#kept.length; at++) {
      const { version, size: own } = this.#kept[at] as Kept;
      if (!wanted(version)) continue;
      if (versions.length >= max && version.lsn !== position) return { versions, position, more: true, size };
      versions.push(version);
      position = version.lsn;
      size += own;
    }
    return { versions, position: Math.max(end, after), more: false, size };
  }

  #take(versions: Version[], now: number): Change[] {
    for (const version of versions) this.#append(version);
    const table = tableOf(this.#rid);
    const added = versions.map((version): Change => ({ table, key: keyOf(version), value: version }));
    return [...added, ...this.#prune(now)];
  }

  #append(version: Version): void {
    const size = overhead + (version.doc === undefined ? 0 : Buffer.byteLength(JSON.stringify(version.doc)));
    this.#kept.push({ version, size });
    this.#bytes += size;
  }

  /** Removes changes beyond the retention period or the limits. */
  #prune(now: number): Change[] {
    const oldest = now - this.retention;
    const changes: Change[] = [];
    for (;;) {
      const entry = this.#kept[this.#first];
      if (entry === undefined) break;
      const { version, size } = entry;
      const many = this.#kept.length - this.#first > this.#limits.changes || this.#bytes > this.#limits.bytes;
      if (!many && version.crts * 1000 >= oldest) break;
      this.#first++;
      this.#bytes -= size;
      this.#floor = version.lsn;
      changes.push({ table: tableOf(this.#rid), key: keyOf(version), value: undefined });
    }
    if (this.#first > 1000 && this.#first * 2 > this.#kept.length) {
      this.#kept = this.#kept.slice(this.#first);
      this.#first = 0;
    }
    return changes.length === 0 ? [] : [...changes, this.begin()];
  }

  /** The last commit with a change beyond the retention period, if any is still in the list. */
  #tooOld(now: number): number | undefined {
    const oldest = now - this.retention;
    let found: number | undefined;
    for (let at = this.#first; at < this.#kept.length; at++) {
      const { version } = this.#kept[at] as Kept;
      if (version.crts * 1000 >= oldest) break;
      found = version.lsn;
    }
    return found;
  }

  #place(lsn: number): number {
    let low = this.#first;
    let high = this.#kept.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#kept[middle]?.version.lsn ?? 0) < lsn) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** A change in the format of the change feed. */
export function answeredVersion(version: Version, paths: readonly string[]): object {
  const { lsn, crts, operation, id, key, doc, previous, expired } = version;
  const metadata = {
    operationType: operation,
    lsn,
    crts,
    ...(previous === undefined ? {} : { previousImageLSN: previous }),
    ...(expired === undefined ? {} : { timeToLiveExpired: true }),
    ...(doc === undefined ? { id, partitionKey: namedKey(key, paths) } : {}),
  };
  return doc === undefined ? { metadata } : { current: doc, metadata };
}

function namedKey(key: string, paths: readonly string[]): object {
  const components = JSON.parse(key) as Json[];
  const named = paths.map((path, at) => [path.replace(/^\//, ""), components[at]] as const);
  return Object.fromEntries(named.filter(([, value]) => typeof value !== "object" || value === null));
}

const keyOf = ({ lsn, at }: Version): string => `${lsn}.${at}`;

const beyondRetention = (after: number, floor: number) =>
  badRequest(
    `Some changes after commit ${after} are no longer available: changes are kept from commit ${floor} on (for the retention of the continuous backup, and at most ${usual.changes} changes or 64 MB for a container). Start from now, and read the current items to find what was missed.`,
  );
