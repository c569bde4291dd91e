/** Ranges of character codes. A look-up is a binary search, so it stays fast with many ranges. */
export class CharacterSet {
  #ranges: [low: number, high: number][] = [];
  #sorted = true;

  /** Adds the codes from `low` to `high`, both inclusive; they may already be in the set. */
  add(low: number, high: number): void {
    this.#ranges.push([low, high]);
    this.#sorted = false;
  }

  /** Whether a code is in one of the ranges. */
  has(code: number): boolean {
    if (!this.#sorted) this.#sort();
    let from = 0;
    let to = this.#ranges.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      const [low, high] = this.#ranges[middle] ?? [0, 0];
      if (code < low) to = middle;
      else if (code > high) from = middle + 1;
      else return true;
    }
    return false;
  }

  /** Sorts and merges the ranges. */
  #sort(): void {
    const merged: [low: number, high: number][] = [];
    for (const [low, high] of this.#ranges.toSorted((a, b) => a[0] - b[0])) {
      const last = merged.at(-1);
      if (last !== undefined && low <= last[1] + 1) last[1] = Math.max(last[1], high);
      else merged.push([low, high]);
    }
    this.#ranges = merged;
    this.#sorted = true;
  }
}
