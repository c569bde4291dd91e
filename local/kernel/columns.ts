import { letGo } from "./let-go.ts";

/** An array of numbers in a block of memory. */
export type Column = Uint16Array | Uint32Array | Int32Array | Float64Array;

const columnOf = <C extends Column>(like: C, length: number): C =>
  new (like.constructor as new (of: number) => C)(length);

/** The same numbers in a column of another length; the one before is not there any more. */
export function resized<C extends Column>(column: C, length: number): C {
  const other = columnOf(column, length);
  other.set(length < column.length ? column.subarray(0, length) : column);
  letGo(column);
  return other;
}

/** Puts the numbers of the rows in `order` at the beginning of the column, by way of `scratch`: nothing is made anew that somebody would have to let go of. */
export function reorder(column: Column | Numbers, order: Uint32Array, scratch: Float64Array): void {
  const array = column instanceof Numbers ? column.array : column;
  for (let at = 0; at < order.length; at++) scratch[at] = array[order[at] as number] as number;
  array.set(scratch.subarray(0, order.length));
}

/** A column of numbers that are mostly whole, not negative and below 2³²: four bytes for each as long as all are, and eight from then on. */
export class Numbers {
  #array: Uint32Array | Float64Array;

  constructor(length: number) {
    this.#array = new Uint32Array(length);
  }

  get array(): Uint32Array | Float64Array {
    return this.#array;
  }

  /** The number of a row. */
  get(row: number): number {
    return this.#array[row] as number;
  }

  /** Gives a row a number, of any kind: the column is made wider where it has to be. */
  set(row: number, value: number): void {
    if (value >>> 0 !== value && this.#array instanceof Uint32Array) {
      const wider = new Float64Array(this.#array);
      letGo(this.#array);
      this.#array = wider;
    }
    this.#array[row] = value;
  }

  /** Makes room for so many rows, or lets go of those beyond. */
  resize(length: number): void {
    this.#array = resized(this.#array, length);
  }
}

/** Rows are put in order by so many values of a part of their numbers at once. */
const values = 2048;

/** The rows up to `count` in the order of a number of each, which is whole and not negative; those of the same number in that of another. */
export function sortedRows(
  count: number,
  by: (row: number) => number,
  then: (row: number) => number = () => 0,
): Uint32Array {
  let rows = new Uint32Array(count);
  let sorted = true;
  for (let row = 0; row < count; row++) {
    rows[row] = row;
    if (row > 0 && (by(row - 1) - by(row) || then(row - 1) - then(row)) > 0) sorted = false;
  }
  if (sorted) return rows;
  let other = new Uint32Array(count);
  for (const numberOf of [then, by]) {
    let most = 0;
    for (let row = 0; row < count; row++) most = Math.max(most, numberOf(row));
    for (let unit = 1; unit <= most; unit *= values) {
      distribute(rows, other, (row) => Math.floor(numberOf(row) / unit) % values);
      [rows, other] = [other, rows];
    }
  }
  letGo(other);
  return rows;
}

/** Writes rows into `to` by their value; those of the same one stay in their order. */
function distribute(rows: Uint32Array, to: Uint32Array, partOf: (row: number) => number): void {
  const places = new Uint32Array(values + 1);
  for (const row of rows) (places[partOf(row) + 1] as number)++;
  for (let value = 0; value < values; value++)
    places[value + 1] = (places[value + 1] as number) + (places[value] as number);
  for (const row of rows) to[(places[partOf(row)] as number)++] = row;
}

/** How long a column becomes that has no room for one more: a long one by less, for what is not used of it is memory all the same. */
export const longerThan = (length: number): number => (length < 4096 ? length * 2 + 8 : length + (length >> 3));
