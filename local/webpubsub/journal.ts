import type { Change, Store, Table } from "../store/store.ts";
import type { Origin } from "./frames.ts";
import { type KeptMessage, keptMessage, type Message } from "./message.ts";

const tables = {
  connections: "webpubsub/connections",
  messages: "webpubsub/messages",
  acknowledged: "webpubsub/acknowledged",
  settings: "webpubsub/settings",
} as const;

/** Far more than there can be messages or events on their way when the process ends: the next run numbers its own behind them. */
export const ahead = 2 ** 20;

/** A connection as it is kept. What is missing in one that cannot be taken up again is not needed to say that it is gone. */
export interface KeptConnection {
  /** A short name, for the records of messages. */
  number: number;
  hub: string;
  userId?: string;
  subprotocol?: string;
  /** How many events there had been. */
  events: number;
  /** What handlers keep with it. */
  state?: string;
  groups?: string[];
  permissions?: string[];
  reconnectionToken?: string;
}

/** A message to a client that has not acknowledged it yet. */
export interface Unacknowledged {
  readonly sequenceId: number;
  readonly frame: string | Buffer;
  /** Not sent again after this time, in ms since the epoch. */
  readonly until: number;
  /** The number of its record; 0 before it has one. */
  record: number;
}

/** One message, for all whom it went to. */
interface MessageRecord {
  message: KeptMessage;
  origin: Origin;
  /** In ms since the epoch. */
  until?: number;
  /** Connections by their numbers, each with the sequence id that the message has there. */
  to: [connection: number, sequenceId: number][];
}

/** A message that the run before left behind for a connection. */
export interface LeftMessage extends Pick<Unacknowledged, "sequenceId" | "until" | "record"> {
  message: KeptMessage;
  origin: Origin;
}

/**
 * What the service has in the store: connections, and what clients of the reliable protocols have not acknowledged. A message is one record however
 * many it goes to, and what was acknowledged is written with whatever is written next: it never costs a commit.
 */
export class Journal {
  readonly #store: Store;
  /** How many of those whom a message went to have not acknowledged it, by its number. */
  readonly #waiting = new Map<number, number>();
  /** What the run before left behind, by the numbers of the connections. */
  readonly #left = new Map<number, LeftMessage[]>();
  /** How far connections have acknowledged since it was last written, by their numbers. */
  readonly #acknowledged = new Map<number, number>();
  /** Messages that nobody waits for any more and whose records are there still. */
  #done: number[] = [];
  #connections = 0;
  /** The number of the newest message. No connection's sequence ids are beyond it. */
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

  /** Connections as they are kept, by their ids. */
  get connections(): Table<KeptConnection> {
    return this.#store.table<KeptConnection>(tables.connections);
  }

  /** The number of the newest message: behind it connections of the run before go on with their sequence ids. */
  get newest(): number {
    return this.#messages;
  }

  /** What the run before left behind for a connection, in its order. */
  left(connection: number): readonly LeftMessage[] {
    return this.#left.get(connection) ?? [];
  }

  /** A number for a new connection. */
  number(): number {
    return ++this.#connections;
  }

  /** Keeps a connection as it is now. */
  keep(id: string, connection: KeptConnection): void {
    this.#commit([{ table: tables.connections, key: id, value: connection }]);
  }

  /** A connection is over: nothing of it is kept. */
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

  /** Keeps a message for those whom it went to, by the numbers of their connections. */
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

  /** A client has everything up to `sequenceId`, and so these. */
  acknowledged(connection: number, sequenceId: number, messages: readonly Unacknowledged[]): void {
    this.#release(messages);
    this.#acknowledged.set(connection, sequenceId);
  }

  /** Resolves once all that was kept so far is on disk. @throws Error when the disk refuses */
  written(): Promise<void> {
    return this.#written;
  }

  /** Leaves everything as it is, for the next run. */
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
    // Whoever waits for it hears of a disk that refuses.
    this.#written.catch(() => undefined);
  }

  /** What was acknowledged since it was last written. */
  #settled(): Change[] {
    if (this.#done.length === 0 && this.#acknowledged.size === 0) return [];
    const changes: Change[] = this.#done.map((number) => ({
      table: tables.messages,
      key: String(number),
      value: undefined,
    }));
    // With the records of the newest messages their numbers would go.
    if (changes.length > 0) changes.push({ table: tables.settings, key: "messages", value: this.#messages });
    for (const [number, value] of this.#acknowledged)
      changes.push({ table: tables.acknowledged, key: String(number), value });
    this.#done = [];
    this.#acknowledged.clear();
    return changes;
  }
}
