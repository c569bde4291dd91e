import { Duplex, Readable } from "node:stream";
import type { Piece } from "./pieces.ts";

/**
 * A Duplex of which Node constructs only the readable half. The constructor of the writable half assigns a closure (`this.onwrite = (er) => …`),
 * which V8 allocates in the old generation at once: it would keep a request and its response alive past each collection of young objects.
 */
const HalfMade = (() => {
  class Half extends Readable {}
  Object.setPrototypeOf(Half.prototype, Duplex.prototype);
  return Half as unknown as typeof Duplex;
})();

/** The state that Node reads of the missing writable half, as in a new one. */
const { _writableState: unwritten } = new Duplex({ autoDestroy: false, emitClose: false }) as unknown as {
  _writableState: object;
};

/**
 * Node's HTTP takes this for a connection to this machine. It only collects what is written, for the caller that carries it over. It has the
 * properties of a socket, and can time out and be destroyed as one.
 */
export class NoSocket extends HalfMade {
  readonly pieces: Piece[] = [];
  /** Node reads the state under this name. */
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

  /** As in `net.Socket`: emits `timeout` once, after this number of ms of the machine's time; 0 cancels it. */
  setTimeout(milliseconds: number, listener?: () => void): this {
    clearTimeout(this.#timer);
    if (milliseconds > 0) {
      if (listener) this.once("timeout", listener);
      this.#timer = setTimeout(() => this.emit("timeout"), milliseconds).unref();
    } else if (listener) this.removeListener("timeout", listener);
    return this;
  }

  /** As in `net.Socket`: the local end. */
  address(): object {
    return { address: this.localAddress, family: this.localFamily, port: this.localPort };
  }

  /** As in `net.Socket`; there are no pending writes to wait for. */
  destroySoon(): void {
    this.destroy();
  }

  /** Has no effect: nothing is delayed. */
  setNoDelay(): this {
    return this;
  }

  /** Has no effect: there is no network connection to be lost. */
  setKeepAlive(): this {
    return this;
  }

  /** Has no effect: it never keeps the process alive. */
  ref(): this {
    return this;
  }

  /** Has no effect: it never keeps the process alive. */
  unref(): this {
    return this;
  }
}
