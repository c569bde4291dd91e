import fc from "fast-check";
import { expect, test } from "vitest";
import { type Head, HeadReader, type ReadHead } from "../../../local/cosmos/item-head.ts";
import { readText } from "../../../local/kernel/text-bytes.ts";

const readable = ({ bytes, idStart, idEnd, ...head }: ReadHead) => ({ ...head, id: readText(bytes, idStart, idEnd) });

test("whatever a head says, reading it where it is kept gives what parsing it gives", () => {
  const head = fc.tuple(
    fc.oneof(fc.uuid(), fc.string(), fc.string({ unit: "grapheme" })),
    fc
      .array(fc.oneof(fc.string(), fc.integer(), fc.constant(null)), { maxLength: 3 })
      .map((key) => JSON.stringify(key)),
    ...[
      fc.nat(),
      fc.nat(),
      fc.nat(),
      fc.oneof(fc.nat(), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })),
    ],
    fc.oneof(fc.constant(null), fc.constant(-1), fc.nat()),
    fc.array(fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.constant([]), fc.constant([1])), {
      maxLength: 4,
    }),
  );
  const reader = new HeadReader((known) => known);
  fc.assert(
    fc.property(fc.array(head), (heads) => {
      for (const [id, key, lsn, at, size, ts, ttl, known] of heads) {
        const text = JSON.stringify([id, key, lsn, at, size, ts, ttl, ...known]);
        // As it stands in a pack: among others.
        const bytes = Buffer.from(`"],1${text}"9,[`);
        const [start, end] = [4, bytes.length - 4];
        expect(readable(reader.read(bytes, start, end))).toEqual(readable(reader.taken(JSON.parse(text) as Head)));
      }
    }),
    // More digits than a number has.
    { examples: [[[["a", "[]", 0, 0, 0, 111425338347070930, null, []]]]] },
  );
});
