import type { Change, Store, Table } from "../store/store.ts";
import type { Origin } from "./frames.ts";
import { type KeptMessage, keptMessage, type Message } from "./message.ts";

const tables = {
  connections: "webpubsub/connections",
  messages: "webpubsub/messages",
  acknowledged: "webpubsub/acknowledged",
  settings: "webpubsub/settings",
} as const;

/** A gap in the numbering after a restart, far larger than the number of messages or events that can be pending when the process ends. */
export const ahead = 2 ** 20;

/** A connection in the store. Members that are missing after it can no longer be recovered are not needed to report its end. */
export interface KeptConnection {
  /** A short identifier for the records of messages. */
  number: number;
  hub: string;
  userId?: string;
  subprotocol?: string;
  /** The number of events so far. */
  events: number;
  /** The state that handlers set. */
  state?: string;
  groups?: string[];
  /** Roles. */
  permissions?: string[];
  /** Groups that are forbidden although a role permits them, as `<permission>.<group>`. */
  revoked?: string[];
  reconnectionToken?: string;
}

/** A message that a client has not acknowledged yet. */
export interface Unacknowledged {
  readonly sequenceId: number;
  readonly frame: string | Buffer;
  /** When the message expires, in ms since the epoch. */
  readonly until: number;
  /** The number of its record; 0 if it has none yet. */
  record: number;
}

/** One message with all its recipients. */
interface MessageRecord {
  message: KeptMessage;
  origin: Origin;
  /** In ms since the epoch. */
  until?: number;
  /** The recipients by connection number, each with the message's sequence id there. */
  to: [connection: number, sequenceId: number][];
}

/** A message for a connection from before the restart. */
export interface LeftMessage extends Pick<Unacknowledged, "sequenceId" | "until" | "record"> {
  message: KeptMessage;
  origin: Origin;
}

/**
 * The service's state in the store: connections, and the unacknowledged messages of reliable subprotocols. A message is a single record regardless of
 * the number of
 * recipients. Acknowledgements are written with the next commit and never need their own.
 */
export class Journal {
  readonly #store: Store;
  /** The number of recipients that have not acknowledged a message, by its number. */
  readonly #waiting = new Map<number, number>();
  /** The messages from before the restart, by connection number. */
  readonly #left = new Map<number, LeftMessage[]>();
  /** The acknowledged sequence ids since the last write, by connection number. */
  readonly #acknowledged = new Map<number, number>();
  /** Messages that all recipients have acknowledged but whose records still exist. */
  #done: number[] = [];
  #connections = 0;
  /** The number of the latest message. No sequence id of a connection is greater. */
  #messages: number;
  #written: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(store: Store) {
    this.#store = store;
    const messages = store.table<MessageRecord>(tables.messages);
    this.#messages = store.table<number>(tables.settings).get("messages") ?? 0;
    for (const key of messages.keys()) this.#messages = Math.max(this.#messages, Number(key));
    const there = new Set<number>();
    for (const { number, reconnectionToken } of this.connections.values()) {
      this.#connections = Math.max(this.#connections, number);
      if (reconnectionToken !== undefined) there.add(number);
    }
    for (const [key, record] of messages) this.#restore(Number(key), record, there);
    if (there.size === 0) return;
    this.#messages += ahead;
    this.#commit([{ table: tables.settings, key: "messages", value: this.#messages }]);
  }

  /** The stored connections by id. */
  get connections(): Table<KeptConnection> {
    return this.#store.table<KeptConnection>(tables.connections);
  }

  /** The number of the latest message. Connections from before the restart continue their sequence ids after it. */
  get newest(): number {
    return this.#messages;
  }

  /** The messages for a connection from before the restart, in order. */
  left(connection: number): readonly LeftMessage[] {
    return this.#left.get(connection) ?? [];
  }

  /** A number for a new connection. */
  number(): number {
    return ++this.#connections;
  }

  /** Stores the current state of a connection. */
  keep(id: string, connection: KeptConnection): void {
    this.#commit([{ table: tables.connections, key: id, value: connection }]);
  }

  /** Deletes an ended connection and its messages. */
  forget(id: string, number: number, unacknowledged: readonly Pick<Unacknowledged, "record">[]): void {
    this.#release(unacknowledged);
    this.#acknowledged.delete(number);
    const key = String(number);
    const acknowledged = this.#store.table(tables.acknowledged).has(key);
    this.#commit([
      { table: tables.connections, key: id, value: undefined },
      ...(acknowledged ? [{ table: tables.acknowledged, key, value: undefined }] : []),
    ]);
  }

  /** Stores a message for its recipients, by connection number. */
  send(message: Message, origin: Origin, to: readonly (readonly [number, Unacknowledged])[]): void {
    const [first] = to;
    if (first === undefined) return;
    const number = ++this.#messages;
    for (const [, unacknowledged] of to) unacknowledged.record = number;
    this.#waiting.set(number, to.length);
    const { until } = first[1];
    const record: MessageRecord = {
      ...{ message: keptMessage(message), origin },
      ...(Number.isFinite(until) ? { until } : {}),
      to: to.map(([connection, { sequenceId }]) => [connection, sequenceId]),
    };
    this.#commit([{ table: tables.messages, key: String(number), value: record }]);
  }

  /** A client has received everything up to `sequenceId`, including these messages. */
  acknowledged(connection: number, sequenceId: number, messages: readonly Unacknowledged[]): void {
    this.#release(messages);
    this.#acknowledged.set(connection, sequenceId);
  }

  /** Resolves once everything so far is on disk. @throws Error if the disk fails */
  written(): Promise<void> {
    return this.#written;
  }

  /** Stops writing and leaves everything in place for the next run. */
  async close(): Promise<void> {
    this.#commit([]);
    this.#closed = true;
    await this.#written;
  }

  #restore(
    number: number,
    { message, origin, until = Number.POSITIVE_INFINITY, to }: MessageRecord,
    there: Set<number>,
  ) {
    const acknowledged = this.#store.table<number>(tables.acknowledged);
    for (const [connection, sequenceId] of to) {
      if (!there.has(connection) || sequenceId <= (acknowledged.get(String(connection)) ?? 0)) continue;
      const left = this.#left.get(connection) ?? [];
      left.push({ message, origin, until, sequenceId, record: number });
      this.#left.set(connection, left);
      this.#waiting.set(number, (this.#waiting.get(number) ?? 0) + 1);
    }
    if (!this.#waiting.has(number)) this.#done.push(number);
  }

  #release(messages: readonly Pick<Unacknowledged, "record">[]): void {
    for (const { record } of messages) {
      const left = (this.#waiting.get(record) ?? 0) - 1;
      if (left > 0) this.#waiting.set(record, left);
      else if (this.#waiting.delete(record)) this.#done.push(record);
    }
  }

  #commit(changes: readonly Change[]): void {
    if (this.#closed) return;
    const all = [...changes, ...this.#settled()];
    if (all.length === 0) return;
    this.#written = this.#store.commit(all);
    // A disk failure is reported to whoever awaits `written`.
    this.#written.catch(() => undefined);
  }

  /** The changes for the acknowledgements since the last write. */
  #settled(): Change[] {
    if (this.#done.length === 0 && this.#acknowledged.size === 0) return [];
    const changes: Change[] = this.#done.map((number) => ({
      table: tables.messages,
      key: String(number),
      value: undefined,
    }));
    // Deleting the latest messages' records would lose their numbers.
    if (changes.length > 0) changes.push({ table: tables.settings, key: "messages", value: this.#messages });
    for (const [number, value] of this.#acknowledged)
      changes.push({ table: tables.acknowledged, key: String(number), value });
    this.#done = [];
    this.#acknowledged.clear();
    return changes;
  }
}
