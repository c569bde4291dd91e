import { chanceFor, oneOf } from "../robots/chance.ts";

/** What is decided by chance for one request: the same number of the same seed is the same request. */
export class Draw {
  readonly chance: () => number;

  constructor(seed: number, ...names: (string | number)[]) {
    this.chance = chanceFor(seed, ...names);
  }

  /** True so often, from 0 to 1. */
  maybe(share: number): boolean {
    return this.chance() < share;
  }

  /** @throws RangeError for an empty list */
  one<T>(list: readonly T[]): T {
    return oneOf(this.chance(), list);
  }

  /** A whole number from 0 up to, and without, `below`. */
  below(below: number): number {
    return Math.floor(this.chance() * below);
  }

  /** Each of the list, or none of it, so often. */
  some<T>(list: readonly T[], share: number): T[] {
    return list.filter(() => this.maybe(share));
  }
}
