import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseFilter } from "../../../local/webpubsub/filter.ts";
import { FilterRefusal } from "../../../local/webpubsub/refusal.ts";

const ann = { id: "c1", userId: "ann", groups: new Set(["g", "it's"]) };
const nobody = { id: "c2", userId: undefined, groups: new Set<string>() };

test.each([
  ["userId eq 'ann'", true],
  ["userId ne 'ann'", false],
  ["userId eq null", false],
  ["null ne userId", true],
  ["connectionId eq 'c1'", true],
  ["USERID eq 'ann' and ConnectionId eq 'c1'", true],
  ["userId eq 'ANN'", false],
  ["'g' in groups", true],
  ["'g' in (groups)", true],
  ["'it''s' in groups", true],
  ["userId in groups", false],
  ["userId in ('bob', 'ann')", true],
  ["not (userId in ('ann'))", false],
  ["not ('g' in groups)", false],
  ["not('h' in groups)", true],
  ["not 'h' in groups", true],
  ["userId eq 'bob' or 'g' in groups and connectionId eq 'c1'", true],
  ["(userId eq 'bob' or 'g' in groups) and connectionId eq 'c2'", false],
  ["true", true],
  ["false or true", true],
  ["startswith(userId, 'an') and endswith(userId,'nn')", true],
  ["startswith(userId, 'an') eq true", true],
  ["contains(connectionId, '1')", true],
  ["tolower('ANN') eq userId and toupper(userId) eq 'ANN'", true],
  ["trim(' ann ') eq userId", true],
  ["concat(userId, connectionId) eq 'annc1'", true],
  ["substring(userId, 1) eq 'nn' and substring(userId, 1, 1) eq 'n'", true],
  ["substring(userId, 3) eq ''", true],
  ["substring(userId, 7) eq ''", false],
  ["substring(userId, 7) eq null and substring(userId, 1, 3) eq null and substring(userId, -1) eq null", true],
  ["userId eq 5 or groups eq 'g' or true eq 'ann'", false],
  ["userId ne 5", true],
  ["indexof(userId, 'n') eq 1 and indexof(userId, 'x') lt 0", true],
  ["length(userId) gt 2 and length(userId) le 3 and length(groups) ge 2", true],
  ["length(userId) eq -1", false],
])("%s is %s for ann", (text, expected) => {
  expect(parseFilter(text)(ann)).toBe(expected);
});

test("a filter may ask for the subprotocol", () => {
  const filter = parseFilter("protocol eq 'json.reliable.webpubsub.azure.v1'");
  const speaks = (subprotocol?: string) => filter({ ...ann, subprotocol });
  expect([speaks("json.reliable.webpubsub.azure.v1"), speaks("json.webpubsub.azure.v1")]).toEqual([true, false]);
  expect(parseFilter("protocol eq null")(ann)).toBe(true);
});

test.each([
  ["userId eq null", true],
  ["userId ne 'ann'", true],
  ["userId eq 'ann'", false],
  ["length(userId) lt 5", false],
  ["tolower(userId) eq null", true],
  ["indexof(userId, 'a') eq -1", true],
  ["concat(userId, 'x') eq 'x' and concat(userId, null) eq null", true],
  ["startswith(userId, 'a')", false],
  ["not startswith(userId, 'a')", true],
  ["userId in groups", false],
])("%s is %s for a connection without a user", (text, expected) => {
  expect(parseFilter(text)(nobody)).toBe(expected);
});

describe("a filter is refused in the service's words:", () => {
  const refusal = (text: string) => {
    try {
      parseFilter(text);
    } catch (error) {
      expect(error).toBeInstanceOf(FilterRefusal);
      return (error as Error).message;
    }
    throw new Error(`${text} was taken`);
  };

  // The first two are the service's own: recorded by the SDK's tests, and from the documentation.
  test.each([
    ["invalid filter", "Syntax error at position 14 in 'invalid filter'."],
    ["userId like 'a'", "Syntax error at position 11 in 'userId like 'a''."],
    ["userId eq 'a')", "Syntax error at position 14 in 'userId eq 'a')'."],
    ["userId eq 'a' eq true", "Syntax error at position 16 in 'userId eq 'a' eq true'."],
    ["", "Expression expected at position 0 in ''."],
    ["userId eq", "Expression expected at position 9 in 'userId eq'."],
    ["'g' in", "Expression expected at position 6 in ''g' in'."],
    ["(userId eq 'a'", "')' or operator expected at position 14 in '(userId eq 'a''."],
    ["userId in ('a'", "')' or ',' expected at position 14 in 'userId in ('a''."],
    ["startswith(userId, 'a'", "')' or ',' expected at position 22 in 'startswith(userId, 'a''."],
    ["userId eq 'ann", "There is an unterminated string literal at position 14 in 'userId eq 'ann'."],
    ["userId = 'ann'", "The character '=' is not valid at position 7 in 'userId = 'ann''."],
    ["userId eq ann", "Token 'ann' is not supported. There are userId, connectionId, groups and protocol."],
    ["matches(userId, 'a')", /Token 'matches\(userId, 'a'\)' is not supported\. There are tolower, /],
    ["invalid(ab,c)", /Token 'invalid\(ab,c\)' is not supported\. /],
    ["length() gt 1", "The function 'length' takes 1 arguments, not 0."],
    ["substring(userId) eq ''", "The function 'substring' takes 2 or 3 arguments, not 1."],
    ["constructor(userId)", /Token 'constructor\(userId\)' is not supported/],
    ["__proto__ eq null", /Token '__proto__' is not supported/],
  ])("%s", (text, why) => {
    const message = refusal(text);
    expect(message).toMatch(/^Invalid syntax for '.*': .* \(Parameter 'filter'\)$/s);
    if (typeof why === "string") expect(message).toContain(`': ${why} (`);
    else expect(message).toMatch(why);
  });

  test.each([
    ["not length(userId) gt 5", "not length(userId)", "null", "bool"],
    ["userId", "userId", "string", "bool"],
    ["userId lt 1", "userId lt 1", "string", "int"],
    ["userId gt 'a'", "userId gt 'a'", "string", "int"],
    ["5 le connectionId", "5 le connectionId", "string", "int"],
    ["connectionId", "connectionId", "string", "bool"],
    ["length(userId) gt '5'", "length(userId) gt '5'", "string", "int"],
    ["startswith(userId, 5)", "5", "int", "string"],
    ["'a' in 'b'", "'b'", "string", "collection"],
    ["'a' in groups and 5", "5", "int", "bool"],
  ])("%s has the wrong type at %s", (text, part, found, expected) => {
    expect(refusal(text)).toBe(
      `Invalid syntax for '${part}': Type '${found}', expect '${expected}'. (Parameter 'filter')`,
    );
  });

  test.each([
    ["parentheses", (n: number) => `${"(".repeat(n)}true${")".repeat(n)}`],
    ["open parentheses", (n: number) => "(".repeat(n)],
    ["nots", (n: number) => `${"not ".repeat(n)}true`],
    ["calls", (n: number) => `${"trim(".repeat(n)}userId${")".repeat(n)} eq 'a'`],
    ["parentheses in a list", (n: number) => `'a' in ${"(".repeat(n)}'a'${")".repeat(n)}`],
  ])("%s that go too deep", (_, filter) => {
    for (const depth of [3000, 30_000]) {
      expect(refusal(filter(depth))).toContain("Recursion depth exceeded allowed limit.");
      expect(refusal(filter(depth)).length).toBeLessThan(1000);
    }
  });
});

test("a filter of any length is read and judged without getting deeper", () => {
  const many = (word: string, part: string) => Array.from({ length: 50_000 }, () => part).join(` ${word} `);
  expect(parseFilter(many("or", "userId eq 'bob'"))(ann)).toBe(false);
  expect(parseFilter(many("and", "userId eq 'ann'"))(ann)).toBe(true);
  expect(parseFilter(`userId in (${many(",", "'bob'")})`)(ann)).toBe(false);
  expect(parseFilter(`userId ne '${"''".repeat(200_000)}'`)(ann)).toBe(true);
  expect(() => parseFilter(`userId ne '${"''".repeat(200_000)}`)).toThrow("unterminated");
  expect(() => parseFilter(`${"true eq ".repeat(50_000)}true`)).toThrow("Syntax error");
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

test("any text is either read or refused as a filter", () => {
  const pieces = fc.constantFrom(
    "userId",
    "groups",
    "'a'",
    "(",
    ")",
    ",",
    "not",
    "and",
    "eq",
    "in",
    "5",
    "length",
    "-",
    "'",
    " ",
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), (texts) => {
      try {
        parseFilter(texts.join(" "))(ann);
      } catch (error) {
        expect(error).toBeInstanceOf(FilterRefusal);
      }
    }),
  );
});
