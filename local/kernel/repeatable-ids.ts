import type { Ids } from "./ids.ts";
import { RepeatableBytes } from "./repeatable-bytes.ts";

/** Ids and chance that are the same again for the same seed. Two seeds have nothing in common. */
export class RepeatableIds implements Ids {
  #stream!: RepeatableBytes;
  /** Of its own: who draws one more id is not to have all that is left to chance come out another way. */
  #chance!: RepeatableBytes;

  constructor(seed: number) {
    this.begin(seed);
  }

  /** Begins anew: whatever was drawn before. */
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
