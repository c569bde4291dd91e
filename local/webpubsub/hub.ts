import type { Connection } from "./connection.ts";
import type { Origin } from "./frames.ts";
import type { Journal, Unacknowledged } from "./journal.ts";
import type { Message } from "./message.ts";

/** Narrows the targets of a send or close. */
export interface Selection {
  excluded?: ReadonlySet<string>;
  matches?: (connection: Connection) => boolean;
  ttlSeconds?: number | undefined;
}

/** The connections of one hub, by id, user and group. Groups and users exist as long as they have connections. */
export class Hub {
  readonly connections = new Map<string, Connection>();
  readonly #groups = new Map<string, Set<Connection>>();
  readonly #users = new Map<string, Set<Connection>>();
  readonly #journal: Journal;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** Adds a connection with its user and groups. */
  add(connection: Connection): void {
    this.connections.set(connection.id, connection);
    if (connection.userId !== undefined) put(this.#users, connection.userId, connection);
    for (const group of connection.groups) put(this.#groups, group, connection);
  }

  /** Removes an ended connection from its groups without notifying it. */
  remove(connection: Connection): void {
    this.connections.delete(connection.id);
    if (connection.userId !== undefined) take(this.#users, connection.userId, connection);
    for (const group of connection.groups) take(this.#groups, group, connection);
  }

  /** Adds a connection to a group, and stores that; does nothing if it is already a member. */
  join(connection: Connection, group: string): void {
    if (connection.groups.has(group)) return;
    connection.groups.add(group);
    put(this.#groups, group, connection);
    connection.changed();
  }

  /** Removes a connection from a group, and stores that; does nothing if it is not a member. */
  leave(connection: Connection, group: string): void {
    if (!connection.groups.delete(group)) return;
    take(this.#groups, group, connection);
    connection.changed();
  }

  /** Removes a connection from all its groups. */
  leaveAll(connection: Connection): void {
    for (const group of [...connection.groups]) this.leave(connection, group);
  }

  /** Connections in the order in which they joined. */
  ofGroup(group: string): Connection[] {
    return [...(this.#groups.get(group) ?? [])];
  }

  /** The connections of a user. */
  ofUser(userId: string): Connection[] {
    return [...(this.#users.get(userId) ?? [])];
  }

  /** Sends a message to the selected connections, and stores it until they acknowledge it. */
  send(to: Iterable<Connection>, message: Message, origin: Origin, selection: Selection = {}): void {
    const kept: [number, Unacknowledged][] = [];
    for (const connection of selected(to, selection)) {
      const unacknowledged = connection.deliver(message, origin, selection.ttlSeconds);
      if (unacknowledged !== undefined) kept.push([connection.number, unacknowledged]);
    }
    this.#journal.send(message, origin, kept);
  }

  /** Closes the selected connections for the application, with a reason for their clients. */
  close(which: Iterable<Connection>, reason: string, selection: Selection = {}): void {
    for (const connection of [...selected(which, selection)]) connection.closeForApplication(reason);
  }
}

/** The connections that match a selection. */
export function* selected(connections: Iterable<Connection>, { excluded, matches }: Selection): Generator<Connection> {
  for (const connection of connections) {
    if (!excluded?.has(connection.id) && (matches === undefined || matches(connection))) yield connection;
  }
}

function put(index: Map<string, Set<Connection>>, key: string, connection: Connection): void {
  const set = index.get(key);
  if (set) set.add(connection);
  else index.set(key, new Set([connection]));
}

function take(index: Map<string, Set<Connection>>, key: string, connection: Connection): void {
  const set = index.get(key);
  set?.delete(connection);
  if (set?.size === 0) index.delete(key);
}
