/** The most values in a part; a larger one is split in half. */
const mostInPart = 512;

/**
 * A sorted list in short parts: adding and removing only move the values of one part, and positions are found by binary search.
 * No two values may be equal by `compare`.
 */
export class SortedList<T> {
  readonly #compare: (a: T, b: T) => number;
  #parts: T[][] = [];
  #size = 0;

  /** Builds the list from `values` in any order. */
  constructor(compare: (a: T, b: T) => number, values: Iterable<T> = []) {
    this.#compare = compare;
    const sorted = [...values].sort(compare);
    this.#size = sorted.length;
    const half = mostInPart / 2;
    for (let at = 0; at < sorted.length; at += half) this.#parts.push(sorted.slice(at, at + half));
  }

  get size(): number {
    return this.#size;
  }

  /** Adds a value. No equal value may be in the list. */
  add(value: T): void {
    const at = Math.min(
      this.#partWith((one) => this.#compare(one, value) < 0),
      Math.max(this.#parts.length - 1, 0),
    );
    const part = this.#parts[at] ?? [];
    if (this.#parts.length === 0) this.#parts.push(part);
    part.splice(
      place(part, (one) => this.#compare(one, value) < 0),
      0,
      value,
    );
    this.#size++;
    if (part.length > mostInPart)
      this.#parts.splice(at, 1, part.slice(0, part.length >> 1), part.slice(part.length >> 1));
  }

  /** Removes the equal value. */
  remove(value: T): void {
    const at = this.#partWith((one) => this.#compare(one, value) < 0);
    const part = this.#parts[at];
    if (part === undefined) return;
    const index = place(part, (one) => this.#compare(one, value) < 0);
    const found = part[index];
    if (found === undefined || this.#compare(found, value) !== 0) return;
    part.splice(index, 1);
    this.#size--;
    if (part.length === 0) this.#parts.splice(at, 1);
  }

  /** The values from the first on that is not `before`. The list must start with all values that are `before`. */
  *from(before: (value: T) => boolean): Generator<T> {
    let index: number | undefined;
    for (let at = this.#partWith(before); at < this.#parts.length; at++) {
      const part = this.#parts[at] as T[];
      for (index ??= place(part, before); index < part.length; index++) yield part[index] as T;
      index = 0;
    }
  }

  /** The values that are `before`, in reverse order. */
  *backFrom(before: (value: T) => boolean): Generator<T> {
    const last = this.#partWith(before);
    for (let at = Math.min(last, this.#parts.length - 1); at >= 0; at--) {
      const part = this.#parts[at] as T[];
      for (let index = (at === last ? place(part, before) : part.length) - 1; index >= 0; index--)
        yield part[index] as T;
    }
  }

  /** The first part with a value that is not `before`. */
  #partWith(before: (value: T) => boolean): number {
    return place(this.#parts, (part) => before(part.at(-1) as T));
  }
}

/** The index of the first element that is not `before`. */
function place<T>(list: readonly T[], before: (value: T) => boolean): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (before(list[middle] as T)) low = middle + 1;
    else high = middle;
  }
  return low;
}
