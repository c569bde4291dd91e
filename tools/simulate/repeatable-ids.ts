import type { Ids } from "../../local/kernel/ids.ts";
import { RepeatableBytes } from "../../local/kernel/repeatable-bytes.ts";

/** Ids and chance that are the same again, begun anew by a seed: what one day draws depends on nothing that another drew. */
export class RepeatableIds implements Ids {
  #stream: RepeatableBytes;
  /** Of its own: an application that is there anew asks a little more than one that was there the day before, each time under another id, and nobody is to try again at another time for that. */
  #chance: RepeatableBytes;

  constructor(seed: number) {
    this.#stream = new RepeatableBytes(`${seed}`);
    this.#chance = new RepeatableBytes(`${seed}chance`);
  }

  begin(seed: number): void {
    this.#stream = new RepeatableBytes(`${seed}`);
    this.#chance = new RepeatableBytes(`${seed}chance`);
  }

  bytes(count: number): Buffer {
    return this.#stream.next(count);
  }

  random(): number {
    return this.#chance.random();
  }

  uuid(): string {
    return this.#stream.uuid();
  }
}
