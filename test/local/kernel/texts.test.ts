import fc from "fast-check";
import { expect, test } from "vitest";
import { Numbers, reorder, sortedRows } from "../../../local/kernel/columns.ts";
import { intoScratch, longBytes, scratch, shorten } from "../../../local/kernel/text-bytes.ts";
import { Texts } from "../../../local/kernel/texts.ts";

const text = fc.oneof(
  fc.uuid(),
  fc.tuple(fc.string(), fc.uuid(), fc.string()).map((parts) => parts.join("")),
  fc.uuid().map((id) => id.slice(1)),
  fc.uuid().map((id) => id.toUpperCase()),
  fc.uuid().map((id) => id + id),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom("", "\ud800", "\udfff", "a\ud800", "þÿ", "x".repeat(5000)),
);

test("whatever texts come and go, each is found in its row and reads as it was, and no other is taken for it", () => {
  fc.assert(
    fc.property(fc.uniqueArray(text, { maxLength: 60 }), fc.array(fc.nat(9)), (all, removals) => {
      const texts = new Texts();
      const find = (one: string) => texts.find(scratch.bytes, 0, intoScratch(one));
      let there: string[] = [];
      for (const [at, one] of all.entries()) {
        expect(find(one)).toBe(-1);
        texts.enter(scratch.bytes, 0, intoScratch(one));
        // As a pack of an earlier version has it.
        const long = longBytes(one);
        const into = Buffer.alloc(long.length + 3);
        const end = shorten(long, 0, long.length, into, 3);
        expect(into.subarray(3, end).equals(scratch.bytes.subarray(0, intoScratch(one)))).toBe(true);
        there.push(one);
        if (removals[at] !== 0) continue;
        const gone = there.splice(at % there.length, 1)[0] as string;
        texts.remove(find(gone));
        expect(find(gone)).toBe(-1);
      }
      for (const one of there) expect(texts.textOf(find(one))).toBe(one);
      there = there.reverse();
      texts.reorder(new Uint32Array(there.map(find)));
      expect(there.map(find)).toEqual([...there.keys()]);
      expect(there.map((_, row) => texts.textOf(row))).toEqual(there);
    }),
    { numRuns: 200 },
  );
});

test("numbers stay what they are when one comes that four bytes do not hold, and rows are put in their order", () => {
  const number = fc.oneof(fc.nat(20), fc.nat(), fc.maxSafeNat());
  fc.assert(
    fc.property(fc.array(fc.tuple(number, fc.nat(3))), (rows) => {
      const column = new Numbers(rows.length);
      for (const [row, [value]] of rows.entries()) column.set(row, value);
      const order = sortedRows(
        rows.length,
        (row) => column.get(row),
        (row) => rows[row]?.[1] ?? 0,
      );
      const sorted = rows.toSorted(([a, then], [b, before]) => a - b || then - before);
      expect([...order].map((row) => rows[row])).toEqual(sorted);
      reorder(column, order, new Float64Array(rows.length));
      expect(rows.map((_, row) => column.get(row))).toEqual(sorted.map(([value]) => value));
    }),
  );
  for (const odd of [-1, 0.5, 2 ** 32, Number.NaN]) {
    const column = new Numbers(2);
    column.set(0, 7);
    column.set(1, odd);
    column.resize(3);
    expect([0, 1, 2].map((row) => column.get(row))).toEqual([7, odd, 0]);
  }
});
