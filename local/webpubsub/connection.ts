import type { WebSocket } from "ws";
import type { Timer } from "../kernel/clock.ts";
import type { Parts } from "../kernel/parts.ts";
import type { Origin, Reply } from "./frames.ts";
import { Cookies } from "./handler-cookies.ts";
import { messageFrame as jsonMessageFrame } from "./json-frames.ts";
import type { Message } from "./message.ts";
import type { Meters } from "./meters.ts";
import { messageFrame as protobufMessageFrame, replyFrame as protobufReplyFrame } from "./protobuf-frames.ts";
import { fitsPattern } from "./role-patterns.ts";
import { type Subprotocol, subprotocolNamed } from "./subprotocols.ts";

/** How long a connection whose socket broke can be taken up again. */
const recoveryWindow = 30_000;
/** What is kept for a client that does not acknowledge; beyond that it has lost too much to go on. */
const mostKept = 1000;
const mostKeptBytes = 16 * 1024 * 1024;

type Frame = string | Buffer;

interface Kept {
  sequenceId: number;
  frame: Frame;
  /** Not sent again after this time, in ms since the epoch. */
  until: number;
}

export interface ConnectionOptions {
  id: string;
  hub: string;
  userId: string | undefined;
  /** What was agreed to in the handshake: one of the service's, or one of an event handler's. */
  subprotocol: string | undefined;
  groups: Iterable<string>;
  permissions: Iterable<string>;
  reconnectionToken: string;
  upstream: Upstream;
  /** Told once, when the connection is over and cannot be taken up again; with the reason, when it was given one. */
  ended(connection: Connection, reason: string | undefined): void;
}

/** What event handlers are told of a connection, and what they keep with it. */
export interface Upstream {
  /** How many events there have been: 0 is `connect`, whether anybody heard it or not. */
  events: number;
  /** As the last handler that set it wrote it. */
  state: string | undefined;
  readonly cookies: Cookies;
  /** What is recorded of the connection, as the cause of its events; 0 for nothing. */
  cause: number;
}

export const newUpstream = (): Upstream => ({ events: 0, state: undefined, cookies: new Cookies(), cause: 0 });

/** A client's connection. With a reliable protocol it outlives its socket for half a minute and keeps what is not acknowledged. */
export class Connection {
  readonly id: string;
  readonly hub: string;
  readonly userId: string | undefined;
  readonly subprotocol: string | undefined;
  readonly upstream: Upstream;
  readonly groups: Set<string>;
  readonly permissions: Set<string>;
  readonly reconnectionToken: string;
  readonly #parts: Parts;
  readonly #meters: Meters;
  readonly #spoken: Subprotocol | undefined;
  readonly #ended: ConnectionOptions["ended"];
  #socket: WebSocket | undefined;
  #over = false;
  #recovery: Timer | undefined;
  #sequenceId = 0;
  #kept: Kept[] = [];
  #keptBytes = 0;
  readonly #ackIds = new Set<number>();
  /** Frames that wait for the answer to an event; missing while none is awaited. */
  #waiting: (() => Promise<void> | undefined)[] | undefined;

  constructor(parts: Parts, meters: Meters, options: ConnectionOptions) {
    this.#parts = parts;
    this.#meters = meters;
    this.id = options.id;
    this.hub = options.hub;
    this.userId = options.userId;
    this.subprotocol = options.subprotocol;
    this.#spoken = subprotocolNamed(options.subprotocol);
    this.upstream = options.upstream;
    this.groups = new Set(options.groups);
    this.permissions = new Set(options.permissions);
    this.reconnectionToken = options.reconnectionToken;
    this.#ended = options.ended;
  }

  /** How its frames are written; a client without a subprotocol of the service gets bare data. */
  get wire(): Subprotocol["wire"] | "none" {
    return this.#spoken?.wire ?? "none";
  }

  get reliable(): boolean {
    return this.#spoken?.reliable ?? false;
  }

  /** Whether it is over and cannot be taken up again. */
  get over(): boolean {
    return this.#over;
  }

  /** Takes a socket, the first or one that recovers: greets, and sends again whatever was not acknowledged. */
  attach(socket: WebSocket): void {
    const old = this.#socket;
    this.#socket = socket;
    old?.terminate();
    this.#recovery?.cancel();
    const { id: connectionId, userId, reconnectionToken } = this;
    const reliable = this.reliable ? { reconnectionToken } : {};
    this.reply({ type: "system", event: "connected", userId, connectionId, ...reliable });
    const now = this.#parts.clock.now();
    for (const { frame, until } of this.#kept) if (until > now) this.#write(frame);
  }

  /** Acts on a frame, after the answer to the event before it, if one is awaited: a client's frames are taken in their order. */
  take(act: () => Promise<void> | undefined): void {
    if (this.#waiting !== undefined) {
      this.#waiting.push(act);
      return;
    }
    const answered = act();
    if (answered === undefined) return;
    this.#waiting = [];
    void answered.finally(() => this.#goOn());
  }

  #goOn(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    if (!this.#over) for (const act of waiting) this.take(act);
  }

  /** Told that a socket is gone. Only the present one counts: a replaced one closes later. */
  detached(socket: WebSocket, code: number, reason = ""): void {
    if (socket !== this.#socket) return;
    this.#socket = undefined;
    // 1000, 1001 and 1005 mean that the client wanted to go.
    if (!this.reliable || code === 1000 || code === 1001 || code === 1005)
      this.#end(reason === "" ? undefined : reason);
    else this.#recovery = this.#parts.clock.after(recoveryWindow, () => this.#end());
  }

  /** Sends a message now, or when the client comes back. */
  deliver(message: Message, origin: Origin, ttlSeconds?: number): void {
    if (this.#over) return;
    this.#meters.messagesOut += Math.max(1, Math.ceil(message.data.length / 2048));
    if (this.#spoken === undefined) {
      this.#write(message.raw);
      return;
    }
    const sequenceId = this.reliable ? ++this.#sequenceId : undefined;
    const write = this.#spoken.wire === "json" ? jsonMessageFrame : protobufMessageFrame;
    const frame = write(message, origin, sequenceId);
    if (sequenceId !== undefined && !this.#keep(frame, ttlSeconds)) return;
    this.#write(frame);
  }

  /** Sends a frame that is not a message: an acknowledgement, a pong. A client without a subprotocol is sent none. */
  reply(reply: Reply): void {
    if (this.#spoken === undefined) return;
    this.#write(this.#spoken.wire === "json" ? JSON.stringify(reply) : protobufReplyFrame(reply));
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
    this.reply({ type: "system", event: "disconnected", message: reason });
    this.#socket = undefined;
    this.#end(reason);
    socket?.close(code, reasonOf(reason));
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

  #keep(frame: Frame, ttlSeconds: number | undefined): boolean {
    const until = ttlSeconds ? this.#parts.clock.now() + ttlSeconds * 1000 : Number.POSITIVE_INFINITY;
    this.#kept.push({ sequenceId: this.#sequenceId, frame, until });
    this.#keptBytes += frame.length;
    if (this.#kept.length <= mostKept && this.#keptBytes <= mostKeptBytes) return true;
    this.close("Too many messages were not acknowledged.");
    return false;
  }

  #write(frame: Frame): void {
    if (this.#socket === undefined) return;
    const end = this.#parts.work.begin("web pubsub send");
    // An error means that the socket is gone; its `close` event follows and says what becomes of the connection.
    this.#socket.send(frame, { binary: typeof frame !== "string" }, () => end());
  }

  #end(reason?: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#recovery?.cancel();
    this.#kept = [];
    this.#ended(this, reason);
  }
}

/** What fits into a close frame, which holds 123 bytes of reason: no character is cut in two. */
function reasonOf(reason: string): string {
  const bytes = Buffer.from(reason);
  if (bytes.length <= 123) return reason;
  let end = 123;
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end).toString();
}
