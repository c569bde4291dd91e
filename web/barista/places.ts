/** The columns of tickets that can be acted on, as they are read. */
export const columnNames = ["queue", "making", "ready"] as const;
export type ColumnName = (typeof columnNames)[number];

/** The ids of the tickets in each column, as they stand. */
export type Columns = Record<ColumnName, readonly string[]>;

/** A ticket where it stands. */
export interface Spot {
  column: ColumnName;
  id: string;
}

/** So many tickets of a column have a place of their own: 1 to 9, and 0 for the tenth. */
const placesInColumn = 10;

/** Which place of its column a ticket has, from 1; undefined beyond the last. */
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

/** The first ticket of the column, or of the first after it that has one, in turn. */
export function firstFrom(columns: Columns, column: ColumnName): Spot | undefined {
  const at = columnNames.indexOf(column);
  for (const name of [...columnNames.slice(at), ...columnNames.slice(0, at)]) {
    const spot = atPlace(columns, name, 1);
    if (spot !== undefined) return spot;
  }
  return undefined;
}

/** The ticket after or before one in its column; itself at the end. */
export function beside(columns: Columns, spot: Spot, step: 1 | -1): Spot {
  const ids = columns[spot.column];
  const id = ids[ids.indexOf(spot.id) + step];
  return id === undefined ? spot : { column: spot.column, id };
}

/**
 * Which ticket comes after one that may be gone: itself while it stands; else the next that stood after it in its column and still does, the last
 * before it, or the first of another column. Undefined when there is no ticket at all.
 */
export function successor(before: Columns, after: Columns, spot: Spot): Spot | undefined {
  if (stands(after, spot)) return spot;
  const were = before[spot.column];
  const at = were.indexOf(spot.id);
  const near = at < 0 ? [] : [...were.slice(at + 1), ...were.slice(0, at).reverse()];
  const id = near.find((one) => after[spot.column].includes(one));
  return id === undefined ? firstFrom(after, spot.column) : { column: spot.column, id };
}

/** Where something stands on the screen, in CSS pixels. */
export interface Box {
  id: string;
  x: number;
  y: number;
}

export type Direction = "up" | "down" | "left" | "right";

/** The nearest that way, as the eye would go: straight on rather than aside. Undefined when there is none. */
export function towards(boxes: readonly Box[], from: Box, way: Direction): string | undefined {
  const upright = way === "up" || way === "down";
  const sign = way === "up" || way === "left" ? -1 : 1;
  let best: { id: string; far: number } | undefined;
  for (const box of boxes) {
    const [dx, dy] = [box.x - from.x, box.y - from.y];
    const along = (upright ? dy : dx) * sign;
    const aside = Math.abs(upright ? dx : dy);
    // What stands more aside than ahead is another way.
    if (box.id === from.id || along < 1 || aside > along * 2) continue;
    const far = along + aside * 2;
    if (best === undefined || far < best.far) best = { id: box.id, far };
  }
  return best?.id;
}
