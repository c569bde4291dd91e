/**
 * The layout of orders in the available space, whatever its shape: as large as possible; with drinks while these are legible beside large numbers,
 * then only numbers, then alternating pages. All lengths are in the board's `em`: 16 px on a screen of 1920 × 1080. Pure.
 */

export interface Room {
  width: number;
  height: number;
}

/** `tall`: the drink is below the number. `wide`: beside it. `bare`: only the number. */
type Form = "tall" | "wide" | "bare";

export interface Tiles {
  form: Form;
  columns: number;
  rows: number;
  /** Characters of the longest number, as written. */
  signs: number;
  /** Font size of the number. */
  size: number;
  /** Font size of the drink. */
  text: number;
  /** Height of a tile. */
  height: number;
  pages: number;
}

/** Orders that are shown together. */
export interface Group {
  count: number;
  /** Characters of the longest number, as written. */
  signs: number;
}

/** Space between two tiles. */
export const gap = 0.875;
/** Space between the two groups. */
const between = 2.25;
/** Height of the page indicator. */
export const footer = 2.75;
/** How long each page is shown, in ms. */
export const pageFor = 8_000;

/** Numbers are read from eight metres: at least 64 px, as long as one fits at all. */
const smallest = 4;
const largest = 20;
/** Width of the widest character, relative to the font size. */
const sign = 0.64;

const textOf = (form: Form, size: number): number =>
  form === "tall" ? Math.min(3.5, Math.max(1.75, size * 0.22)) : Math.min(3, Math.max(1.5, size * 0.28));

/** The space that an order needs in a form: two lines for its drink, wide enough for a word such as "Cappuccino", and one for its note. */
function needs(form: Form, size: number, signs: number): Room {
  const number = signs * sign * size;
  const text = textOf(form, size);
  const lines = 2.3 * text + 1.3 * Math.max(1.5, 0.8 * text);
  if (form === "tall") return { width: Math.max(number, 6 * text) + 2.5, height: 1.1 * size + lines + 1.5 };
  if (form === "wide") return { width: number + 5.8 * text + 3.5, height: Math.max(1.15 * size, lines) + 0.7 };
  return { width: number + 1.5, height: 1.15 * size + 0.6 };
}

/** The largest size that fits a tile; 0 if even the smallest does not. */
function fitting(form: Form, signs: number, tile: Room): number {
  for (let size = largest; size >= 1; size -= 0.125) {
    const { width, height } = needs(form, size, signs);
    if (width <= tile.width && height <= tile.height) return size;
  }
  return 0;
}

/** The number of columns or rows of at least that length. */
const times = (room: number, length: number): number => Math.max(1, Math.floor((room + gap) / (length + gap)));
const part = (room: number, parts: number): number => (room - gap * (parts - 1)) / parts;

function tiles(form: Form, { signs }: Group, room: Room, columns: number, rows: number): Tiles {
  const tile = { width: part(room.width, columns), height: part(room.height, rows) };
  const size = fitting(form, signs, tile);
  const height = Math.min(tile.height, needs(form, size, signs).height * 1.6);
  return { form, columns, rows, signs, size, text: textOf(form, size), height, pages: 1 };
}

/** The layout with the largest size in some forms. */
function best(forms: readonly Form[], group: Group, room: Room): Tiles | undefined {
  let found: Tiles | undefined;
  for (const form of forms)
    for (let columns = 1; columns <= group.count; columns++) {
      const way = tiles(form, group, room, columns, Math.ceil(group.count / columns));
      if (way.size > (found?.size ?? 0)) found = way;
    }
  return found;
}

/** The layout of a group of orders in a space. */
export function layOut(group: Group, room: Room): Tiles {
  for (const forms of [["tall", "wide"], ["bare"]] as const) {
    const found = best(forms, group, room);
    if (found !== undefined && found.size >= smallest) return found;
  }
  const least = needs("bare", smallest, group.signs);
  const inner = { width: room.width, height: room.height - footer };
  const [columns, rows] = [times(inner.width, least.width), times(inner.height, least.height)];
  const pages = Math.max(1, Math.ceil(group.count / (columns * rows)));
  return { ...tiles("bare", group, inner, columns, rows), pages };
}

/** Minimum width of a group's title. */
const narrowest = 20;

/** Both groups side by side, and the first one's share of the width: one half, unless another share gives a better layout. */
export function share(room: Room, preparing: Group, ready: Group): { first: number; preparing: Tiles; ready: Tiles } {
  const width = Math.max(0, room.width - between);
  const ways = [1 / 2, 3 / 5, 2 / 5, 2 / 3, 1 / 3]
    .filter((first) => first === 1 / 2 || width * Math.min(first, 1 - first) >= narrowest)
    .map((first) => ({
      first,
      preparing: layOut(preparing, { width: width * first, height: room.height }),
      ready: layOut(ready, { width: width * (1 - first), height: room.height }),
    }));
  type Way = (typeof ways)[number];
  // An empty group needs no large size.
  const size = (way: Way) =>
    Math.min(preparing.count === 0 ? largest : way.preparing.size, ready.count === 0 ? largest : way.ready.size);
  const bare = ({ preparing: { form }, ready: other }: Way) =>
    Number(preparing.count > 0 && form === "bare") + Number(ready.count > 0 && other.form === "bare");
  const better = (one: Way, other: Way): boolean => {
    const [a, b] = [one, other].map((way) => [way.ready.pages, way.preparing.pages, bare(way)]);
    const at = a?.findIndex((value, n) => value !== b?.[n]) ?? -1;
    return at === -1 ? size(one) > size(other) * 1.3 : (a?.[at] ?? 0) < (b?.[at] ?? 0);
  };
  return ways.reduce((found, way) => (better(way, found) ? way : found));
}

/** The orders of the page that is shown at a moment, and the number of that page, from 1. All displays of a store change pages together. */
export function pageAt<T>(
  orders: readonly T[],
  { columns, rows, pages }: Tiles,
  now: number,
): { page: number; shown: readonly T[] } {
  const page = Math.floor(now / pageFor) % pages;
  const most = columns * rows;
  return { page: page + 1, shown: orders.slice(page * most, (page + 1) * most) };
}
