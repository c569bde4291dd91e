import fc from "fast-check";
import { expect, test } from "vitest";
import { axisOf } from "../../../local/console/lib/axis.ts";

const stretch = fc
  .tuple(fc.integer({ min: 0, max: 1_000_000 }), fc.integer({ min: 0, max: 500 }))
  .map(([from, length]) => ({ from, to: from + length }));

test("order is kept, everything lies between 0 and 1, and work takes at least half of what is drawn", () => {
  fc.assert(
    fc.property(fc.array(stretch, { minLength: 1, maxLength: 8 }), (stretches) => {
      const { place, pauses } = axisOf(stretches);
      const times = stretches.flatMap(({ from, to }) => [from, to]).sort((a, b) => a - b);
      const places = times.map(place);
      expect(places).toEqual([...places].sort((a, b) => a - b));
      for (const at of [...places, ...pauses.map(({ at }) => at)]) expect(at >= 0 && at <= 1).toBe(true);
      if (stretches.some(({ from, to }) => to > from)) expect(place(Math.max(...times))).toBe(1);
    }),
  );
});

test("a pause of minutes is drawn short and told as long as it was", () => {
  const { place, pauses } = axisOf([
    { from: 0, to: 50 },
    { from: 120_050, to: 120_100 },
  ]);
  expect(pauses).toEqual([{ at: expect.closeTo(0.5), length: 120_000 }]);
  expect(place(50)).toBeGreaterThan(0.4);
  expect(place(120_050)).toBeLessThan(0.6);
});
