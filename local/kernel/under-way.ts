/**
 * What is under way, each piece under a number of its own until it is over.
 *
 * A Map or a Set would do, but V8 makes the table of one that is put into and taken out of anew every few times, and the table before leads to the next: once one of
 * them has grown old, all that was under way at any time since outlives each collection of young objects, up to the next of all objects. Of requests and answers that
 * was a sixth of all that was made. Here a place is cleared when it is given back.
 */
export class UnderWay<T> {
  /** By the lowest bits of their numbers; a number whose place is taken is passed over. */
  #pieces: (T | undefined)[] = [];
  /** 0 where there is none. */
  #numbers: number[] = [];
  #last = 0;
  #size = 0;

  constructor() {
    this.#grow(8);
  }

  get size(): number {
    return this.#size;
  }

  /** Adds a piece. @returns its number, which no other one has had or will have */
  add(piece: T): number {
    if (++this.#size * 2 > this.#numbers.length) this.#grow(this.#numbers.length * 2);
    let number = this.#last + 1;
    while (this.#numbers[this.#at(number)] !== 0) number++;
    this.#last = number;
    this.#put(number, piece);
    return number;
  }

  /** Adds a piece under a number that it has elsewhere, where others are under way at the same time. */
  addAs(number: number, piece: T): void {
    this.#size++;
    while (this.#numbers[this.#at(number)] !== 0) this.#grow(this.#numbers.length * 2);
    this.#put(number, piece);
  }

  /** Takes out the piece of a number, and gives it; nothing when it is over. */
  take(number: number): T | undefined {
    const at = this.#at(number);
    if (number === 0 || this.#numbers[at] !== number) return undefined;
    const piece = this.#pieces[at];
    this.#numbers[at] = 0;
    this.#pieces[at] = undefined;
    this.#size--;
    return piece;
  }

  /** All numbers with their pieces, in the order in which they were added. */
  entries(): (readonly [number: number, piece: T])[] {
    const all = this.#numbers.flatMap((number, at) => (number === 0 ? [] : [[number, this.#pieces[at] as T] as const]));
    return all.sort(([a], [b]) => a - b);
  }

  /** All pieces, in the order in which they were added. */
  pieces(): T[] {
    return this.entries().map(([, piece]) => piece);
  }

  #at(number: number): number {
    return number & (this.#numbers.length - 1);
  }

  #put(number: number, piece: T): void {
    const at = this.#at(number);
    this.#numbers[at] = number;
    this.#pieces[at] = piece;
  }

  #grow(places: number): void {
    const before = this.entries();
    this.#numbers = new Array<number>(places).fill(0);
    this.#pieces = new Array<T | undefined>(places).fill(undefined);
    for (const [number, piece] of before) this.#put(number, piece);
  }
}
