import type { Connection } from "./connection.ts";
import type { Origin } from "./frames.ts";
import type { Journal, Unacknowledged } from "./journal.ts";
import type { Message } from "./message.ts";

/** How a send or close narrows whom it reaches. */
export interface Selection {
  excluded?: ReadonlySet<string>;
  matches?: (connection: Connection) => boolean;
  ttlSeconds?: number | undefined;
}

/** The connections of one hub, by id, user and group. Groups and users exist while they have a connection. */
export class Hub {
  readonly connections = new Map<string, Connection>();
  readonly #groups = new Map<string, Set<Connection>>();
  readonly #users = new Map<string, Set<Connection>>();
  readonly #journal: Journal;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** Takes in a connection, with the user and the groups that it has. */
  add(connection: Connection): void {
    this.connections.set(connection.id, connection);
    if (connection.userId !== undefined) put(this.#users, connection.userId, connection);
    for (const group of connection.groups) put(this.#groups, group, connection);
  }

  /** Lets go of a connection that is over. Its groups are left without a word to it. */
  remove(connection: Connection): void {
    this.connections.delete(connection.id);
    if (connection.userId !== undefined) take(this.#users, connection.userId, connection);
    for (const group of connection.groups) take(this.#groups, group, connection);
  }

  /** Puts a connection into a group, which is kept with it; nothing when it is there already. */
  join(connection: Connection, group: string): void {
    if (connection.groups.has(group)) return;
    connection.groups.add(group);
    put(this.#groups, group, connection);
    connection.changed();
  }

  /** Takes a connection out of a group, which is kept with it; nothing when it is not there. */
  leave(connection: Connection, group: string): void {
    if (!connection.groups.delete(group)) return;
    take(this.#groups, group, connection);
    connection.changed();
  }

  /** Takes a connection out of all its groups. */
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

  /** Sends a message to those that the selection leaves, and has it kept for who does not acknowledge it. */
  send(to: Iterable<Connection>, message: Message, origin: Origin, selection: Selection = {}): void {
    const kept: [number, Unacknowledged][] = [];
    for (const connection of selected(to, selection)) {
      const unacknowledged = connection.deliver(message, origin, selection.ttlSeconds);
      if (unacknowledged !== undefined) kept.push([connection.number, unacknowledged]);
    }
    this.#journal.send(message, origin, kept);
  }

  /** Closes those that the selection leaves, for a reason that their clients are told. */
  close(which: Iterable<Connection>, reason: string, selection: Selection = {}): void {
    for (const connection of [...selected(which, selection)]) connection.close(reason);
  }
}

/** Those of the connections that a call reaches. */
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
