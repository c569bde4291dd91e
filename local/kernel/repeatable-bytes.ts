import { createCipheriv, createHash } from "node:crypto";

/** So many are made at once: few cost as much. */
const block = Buffer.alloc(4096);

/** Bytes without end that are the same again for the same seed. Two seeds have nothing in common. */
export class RepeatableBytes {
  readonly #cipher: ReturnType<typeof createCipheriv>;
  #made = Buffer.alloc(0);
  #given = 0;

  constructor(seed: string) {
    const key = createHash("sha256").update(seed).digest().subarray(16);
    this.#cipher = createCipheriv("aes-128-ctr", key, Buffer.alloc(16));
  }

  /** The next ones, which are the caller's own. */
  next(count: number): Buffer {
    while (this.#made.length - this.#given < count) {
      this.#made = Buffer.concat([this.#made.subarray(this.#given), this.#cipher.update(block)]);
      this.#given = 0;
    }
    this.#given += count;
    return Buffer.from(this.#made.subarray(this.#given - count, this.#given));
  }

  /** Fills what bytes are seen through with the next ones, and returns it. */
  fill<T extends NodeJS.ArrayBufferView>(view: T): T {
    new Uint8Array(view.buffer, view.byteOffset, view.byteLength).set(this.next(view.byteLength));
    return view;
  }

  /** From 0 to 1. */
  random(): number {
    return this.next(6).readUIntBE(0, 6) / 2 ** 48;
  }

  /** Of version 4, as `randomUUID` makes them. */
  uuid(): string {
    const hex = this.next(16).toString("hex");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  }
}
