import { letGo } from "./let-go.ts";

/** A typed array of numbers. */
export type Column = Uint16Array | Uint32Array | Int32Array | Float64Array;

const columnOf = <C extends Column>(like: C, length: number): C =>
  new (like.constructor as new (of: number) => C)(length);

/** The same numbers in a column of another length. The memory of the old one may be released. */
export function resized<C extends Column>(column: C, length: number): C {
  const other = columnOf(column, length);
  other.set(length < column.length ? column.subarray(0, length) : column);
  letGo(column);
  return other;
}

/** Moves the rows in `order` to the beginning of the column, in that order. Uses `scratch`, so that nothing new is allocated. */
export function reorder(column: Column | Numbers, order: Uint32Array, scratch: Float64Array): void {
  const array = column instanceof Numbers ? column.array : column;
  for (let at = 0; at < order.length; at++) scratch[at] = array[order[at] as number] as number;
  array.set(scratch.subarray(0, order.length));
}

/**
 * A column of numbers that are mostly whole, not negative and below 2³². It takes four bytes for each number as long as all are, and eight from then
 * on.
 */
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

  /** Sets the number of a row. The column is widened if the number requires it. */
  set(row: number, value: number): void {
    if (value >>> 0 !== value && this.#array instanceof Uint32Array) {
      const wider = new Float64Array(this.#array);
      letGo(this.#array);
      this.#array = wider;
    }
    this.#array[row] = value;
  }

  /** Changes the number of rows; drops those beyond. */
  resize(length: number): void {
    this.#array = resized(this.#array, length);
  }
}

/** The radix of the sort: the number of values of one digit. */
const values = 2048;

/** The rows up to `count`, sorted by a whole number that is not negative; rows with equal numbers are sorted by a second one. */
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

/** Writes rows into `to` by their value. The sort is stable. */
function distribute(rows: Uint32Array, to: Uint32Array, partOf: (row: number) => number): void {
  const places = new Uint32Array(values + 1);
  for (const row of rows) (places[partOf(row) + 1] as number)++;
  for (let value = 0; value < values; value++)
    places[value + 1] = (places[value + 1] as number) + (places[value] as number);
  for (const row of rows) to[(places[partOf(row)] as number)++] = row;
}

/** The new length of a full column. A long one grows by less, since unused rows take memory as well. */
export const longerThan = (length: number): number => (length < 4096 ? length * 2 + 8 : length + (length >> 3));
