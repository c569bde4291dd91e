import type { WebSocket } from "ws";
import type { Timer } from "../kernel/clock.ts";
import type { Parts } from "../kernel/parts.ts";
import type { Message } from "./message.ts";
import type { Meters } from "./meters.ts";
import { fitsPattern } from "./role-patterns.ts";

export type Protocol = "json" | "reliable" | "none";

/** How long a connection whose socket broke can be taken up again. */
const recoveryWindow = 60_000;
/** What is kept for a client that does not acknowledge; beyond that it has lost too much to go on. */
const mostKept = 1000;
const mostKeptBytes = 16 * 1024 * 1024;

interface Kept {
  sequenceId: number;
  frame: string;
  /** Not sent again after this time, in ms since the epoch. */
  until: number;
}

/** Where a message comes from, as the frame says it. */
export type Origin = { from: "server" } | { from: "group"; group: string; fromUserId?: string | undefined };

export interface ConnectionOptions {
  id: string;
  hub: string;
  userId: string | undefined;
  protocol: Protocol;
  groups: Iterable<string>;
  permissions: Iterable<string>;
  reconnectionToken: string;
  /** Told once, when the connection is over and cannot be taken up again. */
  ended(connection: Connection): void;
}

/** A client's connection. With the reliable protocol it outlives its socket for a minute and keeps what is not acknowledged. */
export class Connection {
  readonly id: string;
  readonly hub: string;
  readonly userId: string | undefined;
  readonly protocol: Protocol;
  readonly groups: Set<string>;
  readonly permissions: Set<string>;
  readonly reconnectionToken: string;
  readonly #parts: Parts;
  readonly #meters: Meters;
  readonly #ended: (connection: Connection) => void;
  #socket: WebSocket | undefined;
  #over = false;
  #recovery: Timer | undefined;
  #sequenceId = 0;
  #kept: Kept[] = [];
  #keptBytes = 0;
  readonly #ackIds = new Set<number>();

  constructor(parts: Parts, meters: Meters, options: ConnectionOptions) {
    this.#parts = parts;
    this.#meters = meters;
    this.id = options.id;
    this.hub = options.hub;
    this.userId = options.userId;
    this.protocol = options.protocol;
    this.groups = new Set(options.groups);
    this.permissions = new Set(options.permissions);
    this.reconnectionToken = options.reconnectionToken;
    this.#ended = options.ended;
  }

  /** Takes a socket, the first or one that recovers: greets, and sends again whatever was not acknowledged. */
  attach(socket: WebSocket): void {
    const old = this.#socket;
    this.#socket = socket;
    old?.terminate();
    this.#recovery?.cancel();
    if (this.protocol !== "none") {
      const { id: connectionId, userId } = this;
      const reliable = this.protocol === "reliable" ? { reconnectionToken: this.reconnectionToken } : {};
      this.#write(JSON.stringify({ type: "system", event: "connected", userId, connectionId, ...reliable }));
    }
    const now = this.#parts.clock.now();
    for (const { frame, until } of this.#kept) if (until > now) this.#write(frame);
  }

  /** Told that a socket is gone. Only the present one counts: a replaced one closes later. */
  detached(socket: WebSocket, code: number): void {
    if (socket !== this.#socket) return;
    this.#socket = undefined;
    // 1000, 1001 and 1005 mean that the client wanted to go.
    if (this.protocol !== "reliable" || code === 1000 || code === 1001 || code === 1005) this.#end();
    else this.#recovery = this.#parts.clock.after(recoveryWindow, () => this.#end());
  }

  /** Sends a message now, or when the client comes back. */
  deliver(message: Message, origin: Origin, ttlSeconds?: number): void {
    if (this.#over) return;
    this.#meters.messagesOut += Math.max(1, Math.ceil(message.data.length / 2048));
    if (this.protocol === "none") {
      this.#write(message.raw);
      return;
    }
    const sequence = this.protocol === "reliable" ? `,"sequenceId":${++this.#sequenceId}` : "";
    const head = JSON.stringify({ type: "message", ...origin, dataType: message.dataType });
    const frame = `${head.slice(0, -1)}${sequence},"data":${message.data}}`;
    if (this.protocol === "reliable" && !this.#keep(frame, ttlSeconds)) return;
    this.#write(frame);
  }

  /** Sends a frame that is not a message: an acknowledgement, a pong. */
  reply(frame: Record<string, unknown>): void {
    this.#write(JSON.stringify(frame));
  }

  /** The client has everything up to `sequenceId`. */
  acknowledged(sequenceId: number): void {
    while (this.#kept[0] !== undefined && this.#kept[0].sequenceId <= sequenceId) {
      this.#keptBytes -= this.#kept.shift()?.frame.length ?? 0;
    }
  }

  /** Whether an `ackId` is new on this connection; the last thousand are remembered. */
  isNewAckId(ackId: number): boolean {
    if (this.#ackIds.has(ackId)) return false;
    this.#ackIds.add(ackId);
    const [oldest] = this.#ackIds;
    if (this.#ackIds.size > 1000 && oldest !== undefined) this.#ackIds.delete(oldest);
    return true;
  }

  /** Whether the client may do this to a group: in general, for this one, or for those that a pattern fits. */
  may(permission: "sendToGroup" | "joinLeaveGroup", group: string): boolean {
    const role = `webpubsub.${permission}`;
    if (this.permissions.has(role) || this.permissions.has(`${role}.${group}`)) return true;
    const patterns = `${role}s.`;
    for (const each of this.permissions) {
      if (each.startsWith(patterns) && fitsPattern(each.slice(patterns.length), group)) return true;
    }
    return false;
  }

  /**
   * Ends the connection as the service does: says why, then closes. The client may connect anew but not recover.
   * @param code of the close frame; 1008 says that the client may not, 1011 that the service could not.
   */
  close(reason: string, code: 1008 | 1011 = 1008): void {
    const socket = this.#socket;
    if (this.protocol !== "none")
      this.#write(JSON.stringify({ type: "system", event: "disconnected", message: reason }));
    this.#socket = undefined;
    this.#end();
    // A close frame holds 123 bytes of reason.
    socket?.close(code, Buffer.from(reason).subarray(0, 123).toString());
  }

  /** Breaks the socket without a word, as a lost network does. */
  drop(): void {
    this.#socket?.terminate();
  }

  /** Ends everything at once, without recovery: the service goes down. */
  abandon(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#end();
    socket?.terminate();
  }

  #keep(frame: string, ttlSeconds: number | undefined): boolean {
    const until = ttlSeconds ? this.#parts.clock.now() + ttlSeconds * 1000 : Number.POSITIVE_INFINITY;
    this.#kept.push({ sequenceId: this.#sequenceId, frame, until });
    this.#keptBytes += frame.length;
    if (this.#kept.length <= mostKept && this.#keptBytes <= mostKeptBytes) return true;
    this.close("Too many messages were not acknowledged.");
    return false;
  }

  #write(frame: string | Buffer): void {
    if (this.#socket === undefined) return;
    const end = this.#parts.work.begin("web pubsub send");
    // An error means that the socket is gone; its `close` event follows and says what becomes of the connection.
    this.#socket.send(frame, { binary: typeof frame !== "string" }, () => end());
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#recovery?.cancel();
    this.#kept = [];
    this.#ended(this);
  }
}
