import { type Cipheriv, createCipheriv, createHash } from "node:crypto";
import type { Ids } from "../../local/kernel/ids.ts";

/** Ids and chance that are the same again, begun anew by a seed: what one day draws depends on nothing that another drew. */
export class RepeatableIds implements Ids {
  #stream: Cipheriv;
  /** Of its own: an application that is there anew asks a little more than one that was there the day before, each time under another id, and nobody is to try again at another time for that. */
  #chance: Cipheriv;

  constructor(seed: number) {
    this.#stream = streamOf(seed);
    this.#chance = streamOf(seed, "chance");
  }

  begin(seed: number): void {
    this.#stream = streamOf(seed);
    this.#chance = streamOf(seed, "chance");
  }

  bytes(count: number): Buffer {
    return this.#stream.update(Buffer.alloc(count));
  }

  random(): number {
    return this.#chance.update(Buffer.alloc(6)).readUIntBE(0, 6) / 2 ** 48;
  }

  uuid(): string {
    const hex = this.bytes(16).toString("hex");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  }
}

/** Two seeds have nothing in common. */
const streamOf = (seed: number, of = ""): Cipheriv =>
  createCipheriv("aes-128-ctr", createHash("sha256").update(`${seed}${of}`).digest().subarray(16), Buffer.alloc(16));
