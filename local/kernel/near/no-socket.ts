import { Duplex } from "node:stream";
import type { Piece } from "./pieces.ts";

/**
 * What Node's HTTP takes for a connection to this machine, and is none: it keeps what is written for whoever carries it over. It can be looked at, timed
 * and destroyed as a socket can.
 */
export class NoSocket extends Duplex {
  readonly pieces: Piece[] = [];
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

  setTimeout(milliseconds: number, listener?: () => void): this {
    clearTimeout(this.#timer);
    if (milliseconds > 0) {
      if (listener) this.once("timeout", listener);
      this.#timer = setTimeout(() => this.emit("timeout"), milliseconds).unref();
    } else if (listener) this.removeListener("timeout", listener);
    return this;
  }

  address(): object {
    return { address: this.localAddress, family: this.localFamily, port: this.localPort };
  }

  destroySoon(): void {
    this.destroy();
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}
