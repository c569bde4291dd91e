import fc from "fast-check";
import { expect, test } from "vitest";
import { parseFilter } from "../../../local/webpubsub/filter.ts";

const ann = { id: "c1", userId: "ann", groups: new Set(["g", "it's"]) };

test.each([
  ["userId eq 'ann'", true],
  ["userId ne 'ann'", false],
  ["userId eq null", false],
  ["null ne userId", true],
  ["connectionId eq 'c1'", true],
  ["'g' in groups", true],
  ["'it''s' in groups", true],
  ["not ('g' in groups)", false],
  ["not 'h' in groups", true],
  ["userId eq 'bob' or 'g' in groups and connectionId eq 'c1'", true],
  ["(userId eq 'bob' or 'g' in groups) and connectionId eq 'c2'", false],
])("%s is %s for ann", (text, expected) => {
  expect(parseFilter(text)(ann)).toBe(expected);
});

test.each([
  "",
  "userId",
  "userId eq",
  "userId eq ann",
  "userId eq 'ann",
  "'g' in",
  "(userId eq 'a'",
  "userId eq 'a')",
  "a b",
])("%j is refused", (text) => {
  expect(() => parseFilter(text)).toThrow(/^The filter .* has .* where .* should be\.$/);
});

test("any nesting of not, and, or means what its parentheses say", () => {
  const { tree } = fc.letrec<{ tree: [string, boolean] }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom<[string, boolean]>(
        ["userId eq 'ann'", true],
        ["'h' in groups", false],
        ["connectionId ne 'c1'", false],
      ),
      tie("tree").map(([text, value]): [string, boolean] => [`not (${text})`, !value]),
      fc.tuple(tie("tree"), tie("tree")).map(([[a, x], [b, y]]): [string, boolean] => [`(${a}) and (${b})`, x && y]),
      fc.tuple(tie("tree"), tie("tree")).map(([[a, x], [b, y]]): [string, boolean] => [`(${a}) or (${b})`, x || y]),
    ),
  }));
  fc.assert(
    fc.property(tree, ([text, value]) => {
      expect(parseFilter(text)(ann)).toBe(value);
    }),
  );
});
