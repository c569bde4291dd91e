import { Duplex, Readable } from "node:stream";
import type { Piece } from "./pieces.ts";

/**
 * A Duplex of which Node makes the readable half only. The other half holds a closure that Node assigns where it makes it (`this.onwrite = (er) => …`), and such V8 puts
 * among old objects at once: it would keep a request and its answer past each collection of young ones.
 */
const HalfMade = (() => {
  class Half extends Readable {}
  Object.setPrototypeOf(Half.prototype, Duplex.prototype);
  return Half as unknown as typeof Duplex;
})();

/** Of the half that is not made: what Node notes down of it, as in one that is new. */
const { _writableState: unwritten } = new Duplex({ autoDestroy: false, emitClose: false }) as unknown as {
  _writableState: object;
};

/**
 * What Node's HTTP takes for a connection to this machine, and is none: it keeps what is written for whoever carries it over. It can be looked at, timed
 * and destroyed as a socket can.
 */
export class NoSocket extends HalfMade {
  readonly pieces: Piece[] = [];
  /** Node asks for it by this name. */
  readonly _writableState: object = Object.assign(Object.create(Object.getPrototypeOf(unwritten)), unwritten);
  readonly connecting = false;
  readonly remoteAddress = "127.0.0.1";
  readonly remoteFamily = "IPv4";
  readonly remotePort: number;
  readonly localAddress = "127.0.0.1";
  readonly localFamily = "IPv4";
  readonly localPort: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(ports: { remote: number; local: number }) {
    super({ autoDestroy: false, emitClose: false });
    this.remotePort = ports.remote;
    this.localPort = ports.local;
  }

  override write(data: string | Uint8Array, encoding?: unknown, done?: unknown): boolean {
    const encoded = typeof encoding === "string" ? (encoding as BufferEncoding) : undefined;
    if (data.length > 0) this.pieces.push({ data, encoding: encoded });
    const callback = typeof encoding === "function" ? encoding : done;
    if (typeof callback === "function") process.nextTick(callback as () => void);
    return true;
  }

  override cork(): void {}

  override uncork(): void {}

  override _read(): void {}

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    clearTimeout(this.#timer);
    callback(error);
    // A handle closes in a turn of its own.
    setImmediate(() => this.emit("close", error !== null));
  }

  /** As that of `net.Socket`: emits `timeout` once, after so many ms of the machine's time; 0 ends that. */
  setTimeout(milliseconds: number, listener?: () => void): this {
    clearTimeout(this.#timer);
    if (milliseconds > 0) {
      if (listener) this.once("timeout", listener);
      this.#timer = setTimeout(() => this.emit("timeout"), milliseconds).unref();
    } else if (listener) this.removeListener("timeout", listener);
    return this;
  }

  /** As that of `net.Socket`: the local end. */
  address(): object {
    return { address: this.localAddress, family: this.localFamily, port: this.localPort };
  }

  /** As that of `net.Socket`; nothing is under way that could be waited for. */
  destroySoon(): void {
    this.destroy();
  }

  /** Makes no difference: nothing is delayed. */
  setNoDelay(): this {
    return this;
  }

  /** Makes no difference: there is no network that could be lost. */
  setKeepAlive(): this {
    return this;
  }

  /** Makes no difference: it keeps no process alive. */
  ref(): this {
    return this;
  }

  /** Makes no difference: it keeps no process alive. */
  unref(): this {
    return this;
  }
}
