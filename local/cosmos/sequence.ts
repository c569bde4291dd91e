/**
 * Values in the order of a number that only grows, with removal from anywhere.
 * Appending is O(1), removing and finding a place O(log n); removed places are closed once they are the greater part.
 */
export class Sequence<T> {
  #numbers: number[] = [];
  #values: (T | undefined)[] = [];
  #removed = 0;

  /** Takes values in the order of their numbers, all at once, where there are none yet. */
  fill(values: readonly T[], numberOf: (value: T) => number): void {
    this.#numbers = values.map(numberOf);
    this.#values = values.slice();
  }

  /** `number` must not be less than any before it. */
  append(number: number, value: T): void {
    this.#numbers.push(number);
    this.#values.push(value);
  }

  remove(number: number, value: T): void {
    for (let at = this.#place(number); this.#numbers[at] === number; at++) {
      if (this.#values[at] !== value) continue;
      this.#values[at] = undefined;
      this.#removed++;
      if (this.#removed > 32 && this.#removed * 2 > this.#values.length) this.#close();
      return;
    }
  }

  get size(): number {
    return this.#values.length - this.#removed;
  }

  /** The values whose number is at least `number`. The sequence must not change meanwhile. */
  *from(number: number): Generator<T> {
    for (let at = this.#place(number); at < this.#values.length; at++) {
      const value = this.#values[at];
      if (value !== undefined) yield value;
    }
  }

  /** The number of the value that has `count - 1` others behind it; of the first one when there are not so many. */
  fromEnd(count: number): number {
    let left = count;
    for (let at = this.#values.length - 1; at >= 0; at--) {
      if (this.#values[at] === undefined) continue;
      if (--left <= 0) return this.#numbers[at] ?? 0;
    }
    return this.#numbers[0] ?? 0;
  }

  #place(number: number): number {
    let low = 0;
    let high = this.#numbers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#numbers[middle] ?? 0) < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #close(): void {
    const numbers: number[] = [];
    const values: T[] = [];
    for (const [at, value] of this.#values.entries()) {
      if (value === undefined) continue;
      numbers.push(this.#numbers[at] ?? 0);
      values.push(value);
    }
    this.#numbers = numbers;
    this.#values = values;
    this.#removed = 0;
  }
}
