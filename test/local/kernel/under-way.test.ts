import fc from "fast-check";
import { expect, test } from "vitest";
import { UnderWay } from "../../../local/kernel/under-way.ts";

test("gives out what was put in, once and in its order, however many there are and however long some take", () => {
  const step = fc.oneof(fc.constant("add" as const), fc.nat());
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const underWay = new UnderWay<string>();
      const known = new Map<number, string>();
      const over: number[] = [];
      for (const [n, what] of steps.entries()) {
        if (what === "add") known.set(underWay.add(`piece ${n}`), `piece ${n}`);
        else {
          // Mostly of the newest, as most that is under way is soon over.
          const number = [...known.keys()].at(-1 - Math.floor((what % known.size) / 2));
          if (number === undefined) continue;
          expect(underWay.take(number)).toBe(known.get(number));
          known.delete(number);
          over.push(number);
        }
        expect(underWay.size).toBe(known.size);
      }
      for (const number of [0, -1, ...over]) expect(underWay.take(number)).toBeUndefined();
      expect(underWay.entries()).toEqual([...known]);
      expect(underWay.pieces()).toEqual([...known.values()]);
      // The other end of a wire has the same numbers.
      const other = new UnderWay<string>();
      for (const [number, piece] of [...known].reverse()) other.addAs(number, piece);
      expect(other.entries()).toEqual([...known]);
    }),
  );
});
