import { createCipheriv, createHash } from "node:crypto";
import type { Ids } from "../../local/kernel/ids.ts";

/** Ids and chance that are the same again, begun anew by a seed: what one day draws depends on nothing that another drew. */
export class RepeatableIds implements Ids {
  #stream: Stream;
  /** Of its own: an application that is there anew asks a little more than one that was there the day before, each time under another id, and nobody is to try again at another time for that. */
  #chance: Stream;

  constructor(seed: number) {
    this.#stream = new Stream(seed);
    this.#chance = new Stream(seed, "chance");
  }

  begin(seed: number): void {
    this.#stream = new Stream(seed);
    this.#chance = new Stream(seed, "chance");
  }

  bytes(count: number): Buffer {
    return this.#stream.next(count);
  }

  random(): number {
    return this.#chance.next(6).readUIntBE(0, 6) / 2 ** 48;
  }

  uuid(): string {
    const hex = this.bytes(16).toString("hex");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  }
}

/** So many are made at once: few cost as much. */
const block = Buffer.alloc(4096);

/** Bytes without end. Two seeds have nothing in common. */
class Stream {
  readonly #cipher: ReturnType<typeof createCipheriv>;
  #made = Buffer.alloc(0);
  #given = 0;

  constructor(seed: number, of = "") {
    const key = createHash("sha256").update(`${seed}${of}`).digest().subarray(16);
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
}
