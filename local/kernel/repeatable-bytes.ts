import { createCipheriv, createHash } from "node:crypto";

/** Generates this number of bytes at once: fewer cost as much. */
const block = Buffer.alloc(4096);

/** An endless sequence of bytes that is the same for the same seed. The sequences of two seeds have nothing in common. */
export class RepeatableBytes {
  readonly #cipher: ReturnType<typeof createCipheriv>;
  #made = Buffer.alloc(0);
  #given = 0;

  constructor(seed: string) {
    const key = createHash("sha256").update(seed).digest().subarray(16);
    this.#cipher = createCipheriv("aes-128-ctr", key, Buffer.alloc(16));
  }

  /** The next bytes, in a buffer that belongs to the caller. */
  next(count: number): Buffer {
    while (this.#made.length - this.#given < count) {
      this.#made = Buffer.concat([this.#made.subarray(this.#given), this.#cipher.update(block)]);
      this.#given = 0;
    }
    this.#given += count;
    return Buffer.from(this.#made.subarray(this.#given - count, this.#given));
  }

  /** Fills a view with the next bytes, and returns it. */
  fill<T extends NodeJS.ArrayBufferView>(view: T): T {
    new Uint8Array(view.buffer, view.byteOffset, view.byteLength).set(this.next(view.byteLength));
    return view;
  }

  /** A number from 0 to 1. */
  random(): number {
    return this.next(6).readUIntBE(0, 6) / 2 ** 48;
  }

  /** A UUID of version 4, as from `randomUUID`. */
  uuid(): string {
    const hex = this.next(16).toString("hex");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  }
}
