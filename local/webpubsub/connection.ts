import type { WebSocket } from "ws";
import type { Timer } from "../kernel/clock.ts";
import type { Parts } from "../kernel/parts.ts";
import type { Origin, Reply } from "./frames.ts";
import { Cookies } from "./handler-cookies.ts";
import type { Journal, KeptConnection, LeftMessage, Unacknowledged } from "./journal.ts";
import { messageFrame as jsonMessageFrame } from "./json-frames.ts";
import { type Message, messageOfKept } from "./message.ts";
import type { Meters } from "./meters.ts";
import type { Permissions } from "./permissions.ts";
import { messageFrame as protobufMessageFrame, replyFrame as protobufReplyFrame } from "./protobuf-frames.ts";
import { type Subprotocol, subprotocolNamed } from "./subprotocols.ts";

/** How long a connection can be recovered after its socket broke. */
const recoveryWindow = 30_000;
/** The limits of unacknowledged messages. A client beyond them has lost too much to recover. */
const mostKept = 1000;
const mostKeptBytes = 16 * 1024 * 1024;

type Frame = string | Buffer;

export interface ConnectionOptions {
  id: string;
  /** The connection's number in the journal. */
  number: number;
  hub: string;
  userId: string | undefined;
  /** The negotiated subprotocol: one of the service's, or one chosen by an event handler. */
  subprotocol: string | undefined;
  groups: Iterable<string>;
  permissions: Permissions;
  reconnectionToken: string;
  upstream: Upstream;
  journal: Journal;
  /** Whether it is from before a restart: it has no socket, but can be recovered. */
  left?: boolean;
  /** Called once, when the connection has ended and cannot be recovered, with the reason if there is one. */
  ended(connection: Connection, reason: string | undefined): void;
}

/** A connection's state towards event handlers. */
export interface Upstream {
  /** The number of events so far: 0 is `connect`, whether or not it had a handler. */
  events: number;
  /** The state that a handler set last. */
  state: string | undefined;
  readonly cookies: Cookies;
  /** The connection's recorded span, as the cause of its events; 0 for none. */
  cause: number;
}

/** The state of a connection without any events. */
export const newUpstream = (): Upstream => ({ events: 0, state: undefined, cookies: new Cookies(), cause: 0 });

/** A client connection. With a reliable subprotocol it outlives its socket for half a minute and keeps unacknowledged messages. */
export class Connection {
  readonly id: string;
  readonly number: number;
  readonly hub: string;
  readonly userId: string | undefined;
  readonly subprotocol: string | undefined;
  readonly upstream: Upstream;
  readonly groups: Set<string>;
  readonly permissions: Permissions;
  readonly reconnectionToken: string;
  readonly #parts: Parts;
  readonly #meters: Meters;
  readonly #spoken: Subprotocol | undefined;
  readonly #ended: ConnectionOptions["ended"];
  readonly #journal: Journal;
  #socket: WebSocket | undefined;
  /** Whether the client has received the connected message. The service need not repeat it after a recovery. */
  #greeted = false;
  #over = false;
  #recovery: Timer | undefined;
  #sequenceId = 0;
  #kept: Unacknowledged[] = [];
  #keptBytes = 0;
  readonly #ackIds = new Set<number>();
  /** Frames that wait for the response to an event; undefined if none is pending. */
  #waiting: (() => Promise<void> | undefined)[] | undefined;

  constructor(parts: Parts, meters: Meters, options: ConnectionOptions) {
    this.#parts = parts;
    this.#meters = meters;
    this.id = options.id;
    this.number = options.number;
    this.hub = options.hub;
    this.userId = options.userId;
    this.subprotocol = options.subprotocol;
    this.#spoken = subprotocolNamed(options.subprotocol);
    this.upstream = options.upstream;
    this.groups = new Set(options.groups);
    this.permissions = options.permissions;
    this.reconnectionToken = options.reconnectionToken;
    this.#ended = options.ended;
    this.#journal = options.journal;
    this.#greeted = options.left ?? false;
    if (options.left) this.#goOnFrom(options.journal.left(options.number), options.journal.newest);
    else this.#keep();
  }

  /** The wire format of its frames; a client without one of the service's subprotocols gets bare data. */
  get wire(): Subprotocol["wire"] | "none" {
    return this.#spoken?.wire ?? "none";
  }

  get reliable(): boolean {
    return this.#spoken?.reliable ?? false;
  }

  /** Whether it has ended and cannot be recovered. */
  get over(): boolean {
    return this.#over;
  }

  /** Attaches the first socket, and sends the connected message; or a recovering one, and sends all unacknowledged messages. */
  attach(socket: WebSocket): void {
    const old = this.#socket;
    this.#socket = socket;
    old?.terminate();
    this.#recovery?.cancel();
    if (!this.#greeted) this.#greet();
    const now = this.#parts.clock.now();
    for (const { frame, until } of this.#kept) if (until > now) this.#write(frame);
  }

  #greet(): void {
    this.#greeted = true;
    const { id: connectionId, userId = null, reconnectionToken } = this;
    const reliable = this.reliable ? { reconnectionToken } : {};
    this.reply({ type: "system", event: "connected", userId, connectionId, ...reliable });
  }

  /** Handles a frame after the pending response to the previous event, if any, so that a client's frames are handled in order. */
  take(act: () => Promise<void> | undefined): void {
    // A socket that is closing still reads what the client had sent.
    if (this.#over) return;
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

  /** Called when a socket closes. Only the current one counts: a replaced socket closes later. */
  detached(socket: WebSocket, code: number, reason = ""): void {
    if (socket !== this.#socket) return;
    this.#socket = undefined;
    // 1000, 1001 and 1005 mean that the client closed on purpose.
    if (!this.reliable || code === 1000 || code === 1001 || code === 1005)
      this.#end(reason === "" ? undefined : reason);
    else this.#awaitRecovery();
  }

  /** Sends a message now or after recovery, and stores it for recovery. */
  send(message: Message, origin: Origin): void {
    const unacknowledged = this.deliver(message, origin);
    if (unacknowledged !== undefined) this.#journal.send(message, origin, [[this.number, unacknowledged]]);
  }

  /** Sends a message now or after recovery; returns what the journal must store for it. */
  deliver(message: Message, origin: Origin, ttlSeconds?: number): Unacknowledged | undefined {
    if (this.#over) return undefined;
    this.#meters.messagesOut += Math.max(1, Math.ceil(message.data.length / 2048));
    if (this.#spoken === undefined) {
      this.#write(message.raw);
      return undefined;
    }
    const sequenceId = this.reliable ? ++this.#sequenceId : undefined;
    const frame = this.#frameOf(message, origin, sequenceId);
    const unacknowledged = sequenceId === undefined ? undefined : this.#remember(sequenceId, frame, ttlSeconds);
    if (sequenceId === undefined || unacknowledged !== undefined) this.#write(frame);
    return unacknowledged;
  }

  /** Sends a frame that is not a message: an acknowledgement, a pong. A client without a subprotocol gets none. */
  reply(reply: Reply): void {
    if (this.#spoken === undefined) return;
    this.#write(this.#spoken.wire === "json" ? JSON.stringify(reply) : protobufReplyFrame(reply));
  }

  /** Acknowledges an operation once it is on disk. */
  replyOnceWritten(reply: Reply): void {
    void this.#parts.work.track("web pubsub send", this.#journal.written()).then(
      () => this.reply(reply),
      (error: Error) => this.close(error.message, 1011),
    );
  }

  /** Stores the connection again after a change of its groups, permissions or state. */
  changed(): void {
    if (!this.#over) this.#keep();
  }

  /** The client has received everything up to `sequenceId`. */
  acknowledged(sequenceId: number): void {
    const up = this.#kept.findIndex((each) => each.sequenceId > sequenceId);
    const done = this.#kept.splice(0, up === -1 ? this.#kept.length : up);
    if (done.length === 0) return;
    for (const { frame } of done) this.#keptBytes -= frame.length;
    this.#journal.acknowledged(this.number, sequenceId, done);
  }

  /** Whether the operation with this `ackId` has succeeded on this connection; the last thousand are remembered. */
  hasDone(ackId: number): boolean {
    return this.#ackIds.has(ackId);
  }

  /** Remembers the `ackId` of an operation that has succeeded. */
  done(ackId: number): void {
    this.#ackIds.add(ackId);
    const [oldest] = this.#ackIds;
    if (this.#ackIds.size > 1000 && oldest !== undefined) this.#ackIds.delete(oldest);
  }

  /**
   * Closes the connection as the service does for its own reasons: sends the reason, then closes. The client may connect again but not recover.
   * @param code the close code; 1003, 1007 or 1008 if the client is at fault, 1011 if the service is.
   */
  close(reason: string, code: 1003 | 1007 | 1008 | 1011 = 1008): void {
    this.#close(reason, code, reasonOf(reason));
  }

  /** Closes the connection because the application wants it: the reason is in the `disconnected` message and not in the close frame. */
  closeForApplication(reason: string): void {
    this.#close(`Application server closed the connection.${reason === "" ? "" : ` Reason: ${reason}`}`, 1000, "");
  }

  #close(reason: string, code: number, closeReason: string): void {
    const socket = this.#socket;
    this.reply({ type: "system", event: "disconnected", message: reason });
    this.#socket = undefined;
    this.#end(reason);
    socket?.close(code, closeReason);
  }

  /** Terminates the socket without a close frame, like a lost network. */
  drop(): void {
    this.#socket?.terminate();
  }

  /** Ends everything at once, without recovery: the service is shutting down. */
  abandon(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#end();
    socket?.terminate();
  }

  #frameOf(message: Message, origin: Origin, sequenceId: number | undefined): Frame {
    const write = this.#spoken?.wire === "json" ? jsonMessageFrame : protobufMessageFrame;
    return write(message, origin, sequenceId);
  }

  /** Keeps a message until it is acknowledged. If there are too many, ends the connection and returns nothing. */
  #remember(sequenceId: number, frame: Frame, ttlSeconds: number | undefined): Unacknowledged | undefined {
    const until = ttlSeconds ? this.#parts.clock.now() + ttlSeconds * 1000 : Number.POSITIVE_INFINITY;
    const unacknowledged = { sequenceId, frame, until, record: 0 };
    this.#kept.push(unacknowledged);
    this.#keptBytes += frame.length;
    if (this.#kept.length <= mostKept && this.#keptBytes <= mostKeptBytes) return unacknowledged;
    this.close("Too many messages were not acknowledged.");
    return undefined;
  }

  /** Continues after a restart: with the unacknowledged messages, and with sequence ids that were certainly not used before. */
  #goOnFrom(left: readonly LeftMessage[], newest: number): void {
    for (const { message, origin, sequenceId, until, record } of left) {
      const frame = this.#frameOf(messageOfKept(message), origin, sequenceId);
      this.#kept.push({ sequenceId, frame, until, record });
      this.#keptBytes += frame.length;
    }
    this.#sequenceId = newest;
    this.#awaitRecovery();
  }

  #awaitRecovery(): void {
    this.#recovery = this.#parts.clock.after(recoveryWindow, () => this.#end());
  }

  #keep(): void {
    const { number, hub, userId, subprotocol, upstream, reconnectionToken } = this;
    this.#journal.keep(this.id, {
      ...{ number, hub, events: upstream.events },
      ...(userId === undefined ? {} : { userId }),
      ...(subprotocol === undefined ? {} : { subprotocol }),
      ...(upstream.state === undefined ? {} : { state: upstream.state }),
      ...(this.reliable ? { groups: [...this.groups], ...this.#keptPermissions(), reconnectionToken } : {}),
    });
  }

  #keptPermissions(): Pick<KeptConnection, "permissions" | "revoked"> {
    const { roles, revoked } = this.permissions.kept();
    return { permissions: roles, ...(revoked.length === 0 ? {} : { revoked }) };
  }

  #write(frame: Frame): void {
    if (this.#socket === undefined) return;
    const end = this.#parts.work.begin("web pubsub send");
    // An error means that the socket is closed. Its `close` event follows and decides about the connection.
    this.#socket.send(frame, { binary: typeof frame !== "string" }, () => end());
  }

  #end(reason?: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#recovery?.cancel();
    this.#journal.forget(this.id, this.number, this.#kept);
    this.#kept = [];
    this.#ended(this, reason);
  }
}

/** A reason that fits into a close frame, which holds 123 bytes; no character is split. */
function reasonOf(reason: string): string {
  const bytes = Buffer.from(reason);
  if (bytes.length <= 123) return reason;
  let end = 123;
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end).toString();
}
