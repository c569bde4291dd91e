import fc from "fast-check";
import { expect, test } from "vitest";
import { footer, gap, layOut, pageAt, pageFor, type Room, share, type Tiles } from "../../web/display/layout.ts";

/** What the shapes of screens leave for orders, in the board's `em`. */
const rooms: Record<string, Room> = {
  "16:9": { width: 75, height: 54 },
  "4:3": { width: 75, height: 76 },
  upright: { width: 63, height: 77 },
  "21:9": { width: 115, height: 54 },
};
/** A pixel at 1080p. */
const px = 1 / 16;

/** The orders that each page shows, one turn after the other. */
function pagesOf(count: number, tiles: Tiles): number[][] {
  const orders = Array.from({ length: count }, (_, n) => n);
  return Array.from({ length: tiles.pages }, (_, turn) => [...pageAt(orders, tiles, turn * pageFor).shown]);
}

/** Nobody's number goes unseen, none is too small, and all lies within the room. */
function check(count: number, tiles: Tiles, room: Room): void {
  expect(pagesOf(count, tiles).flat()).toEqual(Array.from({ length: count }, (_, n) => n));
  expect(pagesOf(count, tiles).every((page) => page.length > 0 || count === 0)).toBe(true);
  expect(tiles.size).toBeGreaterThan(60 * px);
  expect(tiles.text).toBeGreaterThanOrEqual(24 * px);
  const height = tiles.rows * (tiles.height + gap) - gap + (tiles.pages > 1 ? footer : 0);
  expect(height).toBeLessThanOrEqual(room.height + 1e-9);
  expect(tiles.size).toBeLessThan(tiles.height);
}

test.each(Object.entries(rooms))(
  "at %s every number from 1 to 60 is shown, with 0 to 14 ready, over 60 px, in its room",
  (_, room) => {
    for (let preparing = 0; preparing <= 60; preparing++)
      for (const ready of [0, 1, 2, 5, 9, 14]) {
        const found = share(room, { count: preparing, signs: 2 }, { count: ready, signs: 3 });
        if (preparing > 0) check(preparing, found.preparing, room);
        if (ready > 0) check(ready, found.ready, room);
        // Who may fetch something sees it at once.
        expect(found.ready.pages).toBe(1);
      }
  },
);

test("in any room, with numbers of any length, pages show every order once and in turn", () => {
  const any = fc.record({
    count: fc.integer({ min: 1, max: 90 }),
    signs: fc.integer({ min: 1, max: 5 }),
    width: fc.double({ min: 16, max: 120, noNaN: true }),
    height: fc.double({ min: 9, max: 120, noNaN: true }),
  });
  fc.assert(fc.property(any, ({ count, signs, ...room }) => check(count, layOut({ count, signs }, room), room)));
});

test("fewer orders are never smaller, and what there is room for stays on one page", () => {
  for (const room of Object.values(rooms)) {
    const half = { ...room, width: room.width / 2 };
    const ways = Array.from({ length: 60 }, (_, n) => layOut({ count: n + 1, signs: 2 }, half));
    for (const form of [["tall", "wide"], ["bare"]]) {
      const sizes = ways.filter((way) => form.includes(way.form) && way.pages === 1).map(({ size }) => size);
      expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    }
    expect(ways[0]?.size).toBeGreaterThan(250 * px);
    expect(ways[11]?.form).not.toBe("bare");
    expect(ways[27]?.pages).toBe(1);
  }
});

test("a screen that is not measured yet breaks nothing", () => {
  expect(layOut({ count: 3, signs: 2 }, { width: 0, height: 0 }).pages).toBeGreaterThan(0);
  expect(share({ width: 0, height: 0 }, { count: 0, signs: 2 }, { count: 0, signs: 2 }).first).toBe(0.5);
});
