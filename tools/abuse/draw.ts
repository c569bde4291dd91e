import { chanceFor, oneOf } from "../robots/chance.ts";

/** The random decisions for one request: the same number and seed give the same request. */
export class Draw {
  readonly chance: () => number;

  constructor(seed: number, ...names: (string | number)[]) {
    this.chance = chanceFor(seed, ...names);
  }

  /** True with this probability, from 0 to 1. */
  maybe(share: number): boolean {
    return this.chance() < share;
  }

  /** @throws RangeError for an empty list */
  one<T>(list: readonly T[]): T {
    return oneOf(this.chance(), list);
  }

  /** A whole number from 0, below `below`. */
  below(below: number): number {
    return Math.floor(this.chance() * below);
  }

  /** Each element with this probability. */
  some<T>(list: readonly T[], share: number): T[] {
    return list.filter(() => this.maybe(share));
  }
}
