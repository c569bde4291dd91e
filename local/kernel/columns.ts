import { letGo } from "./let-go.ts";

/** An array of numbers in a block of memory. */
export type Column = Uint16Array | Uint32Array | Int32Array | Float64Array;

const columnOf = <C extends Column>(like: C, length: number): C =>
  new (like.constructor as new (of: number) => C)(length);

/** The same numbers in a longer column; the one before is not there any more. */
export function grown<C extends Column>(column: C, length: number): C {
  const longer = columnOf(column, length);
  longer.set(column);
  letGo(column);
  return longer;
}

/** Puts the numbers of the rows in `order` at the beginning of the column, by way of `scratch`: nothing is made anew that somebody would have to let go of. */
export function reorder(column: Column, order: Uint32Array, scratch: Float64Array): void {
  for (let at = 0; at < order.length; at++) scratch[at] = column[order[at] as number] as number;
  column.set(scratch.subarray(0, order.length));
}

/** The rows up to `count` in the order of a number of each, those of the same number in that of another. */
export function sortedRows(
  count: number,
  by: (row: number) => number,
  then: (row: number) => number = () => 0,
): Uint32Array {
  const rows = new Uint32Array(count);
  const compare = (a: number, b: number): number => by(a) - by(b) || then(a) - then(b);
  let sorted = true;
  for (let row = 0; row < count; row++) {
    rows[row] = row;
    if (row > 0 && compare(row - 1, row) > 0) sorted = false;
  }
  return sorted ? rows : rows.sort(compare);
}

/** How long a column becomes that has no room for one more: a long one by less, for what is not used of it is memory all the same. */
export const longerThan = (length: number): number => (length < 4096 ? length * 2 + 8 : length + (length >> 3));
