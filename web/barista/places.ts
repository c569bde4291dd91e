/** The columns of tickets with actions, in reading order. */
export const columnNames = ["queue", "making", "ready"] as const;
export type ColumnName = (typeof columnNames)[number];

/** The ids of the tickets in each column, in order. */
export type Columns = Record<ColumnName, readonly string[]>;

/** A ticket in its column. */
export interface Spot {
  column: ColumnName;
  id: string;
}

/** How many tickets of a column have a key: 1 to 9, and 0 for the tenth. */
const placesInColumn = 10;

/** A ticket's place in its column, from 1; undefined beyond the last one with a key. */
export function placeOf(columns: Columns, { column, id }: Spot): number | undefined {
  const at = columns[column].indexOf(id);
  return at >= 0 && at < placesInColumn ? at + 1 : undefined;
}

/** The ticket at a place of a column, counted from 1, if there is one. */
export function atPlace(columns: Columns, column: ColumnName, place: number): Spot | undefined {
  const id = columns[column][place - 1];
  return id === undefined ? undefined : { column, id };
}

/** Whether a ticket is still in its column. */
export function stands(columns: Columns, { column, id }: Spot): boolean {
  return columns[column].includes(id);
}

/** The first ticket of the column or, if it is empty, of the next one with tickets, cyclically. */
export function firstFrom(columns: Columns, column: ColumnName): Spot | undefined {
  const at = columnNames.indexOf(column);
  for (const name of [...columnNames.slice(at), ...columnNames.slice(0, at)]) {
    const spot = atPlace(columns, name, 1);
    if (spot !== undefined) return spot;
  }
  return undefined;
}

/** The next or previous ticket in its column; the same one at the end. */
export function beside(columns: Columns, spot: Spot, step: 1 | -1): Spot {
  const ids = columns[spot.column];
  const id = ids[ids.indexOf(spot.id) + step];
  return id === undefined ? spot : { column: spot.column, id };
}

/**
 * The ticket to focus after one that may be gone: itself if it is still there; else the next one that stood after it in its column, the last before
 * it, or the first of another column. Undefined if there is no ticket at all.
 */
export function successor(before: Columns, after: Columns, spot: Spot): Spot | undefined {
  if (stands(after, spot)) return spot;
  const were = before[spot.column];
  const at = were.indexOf(spot.id);
  const near = at < 0 ? [] : [...were.slice(at + 1), ...were.slice(0, at).reverse()];
  const id = near.find((one) => after[spot.column].includes(one));
  return id === undefined ? firstFrom(after, spot.column) : { column: spot.column, id };
}

/** The position of something on the screen, in CSS pixels. */
export interface Box {
  id: string;
  x: number;
  y: number;
}

export type Direction = "up" | "down" | "left" | "right";

/** The nearest in that direction, preferring straight ahead over sideways. Undefined if there is none. */
export function towards(boxes: readonly Box[], from: Box, way: Direction): string | undefined {
  const upright = way === "up" || way === "down";
  const sign = way === "up" || way === "left" ? -1 : 1;
  let best: { id: string; far: number } | undefined;
  for (const box of boxes) {
    const [dx, dy] = [box.x - from.x, box.y - from.y];
    const along = (upright ? dy : dx) * sign;
    const aside = Math.abs(upright ? dx : dy);
    // What is more sideways than ahead is in another direction.
    if (box.id === from.id || along < 1 || aside > along * 2) continue;
    const far = along + aside * 2;
    if (best === undefined || far < best.far) best = { id: box.id, far };
  }
  return best?.id;
}
