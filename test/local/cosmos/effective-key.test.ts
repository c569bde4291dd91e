import fc from "fast-check";
import { expect, test } from "vitest";
import { effectiveKey } from "../../../local/cosmos/effective-key.ts";
// The hash that the client itself uses to find an item's range; it is not part of the package's public surface.
import { hashV1PartitionKey } from "../../../node_modules/@azure/cosmos/dist/esm/utils/hashing/v1.js";
import { hashV2PartitionKey } from "../../../node_modules/@azure/cosmos/dist/esm/utils/hashing/v2.js";

test("the effective partition key is the one that the client computes", () => {
  const component = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.double({ noNaN: true }),
    fc.boolean(),
    fc.constant(null),
  );
  fc.assert(
    fc.property(component, (key) => {
      expect(effectiveKey([key], { paths: ["/a"], version: 2 })).toBe(hashV2PartitionKey([key]));
      expect(effectiveKey([key], { paths: ["/a"] })).toBe(hashV1PartitionKey([key]));
    }),
    { numRuns: 1000 },
  );
  expect(effectiveKey([undefined], { paths: ["/a"], version: 1 })).toBe(hashV1PartitionKey([undefined as never]));
  const long = "ä€x".repeat(60);
  expect(effectiveKey([long], { paths: ["/a"], version: 1 })).toBe(hashV1PartitionKey([long]));
  expect(effectiveKey([undefined], { paths: ["/a"], version: 2 })).toBe(hashV2PartitionKey([undefined as never]));
});
