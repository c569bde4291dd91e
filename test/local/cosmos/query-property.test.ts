import fc from "fast-check";
import { expect, test } from "vitest";
import { compileQuery } from "../../../local/cosmos/query/compile-query.ts";
import { execute } from "../../../local/cosmos/query/execute.ts";
import type { Json } from "../../../local/cosmos/query/values.ts";

type Value = Json | undefined;
type Doc = { [name: string]: Json };
/** An expression as text, and its plain meaning. */
interface Pair {
  text: string;
  value: (doc: Doc) => Value;
}

const scalar = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom<Json>("a", "b", "", true, false, null));
const doc = fc.dictionary(fc.constantFrom("p", "q", "r"), scalar, { maxKeys: 3 });
const rank = (value: Value): string => (value === null ? "null" : typeof value);

const leaf: fc.Arbitrary<Pair> = fc.oneof(
  scalar.map((value) => ({ text: JSON.stringify(value), value: () => value })),
  fc.constantFrom("p", "q", "r").map((name) => ({ text: `c.${name}`, value: (item: Doc) => item[name] })),
);

const compare: Record<string, (a: Json, b: Json) => Value> = {
  "=": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  "<": (a, b) => (rank(a) === rank(b) ? a !== null && b !== null && a < b : undefined),
  ">=": (a, b) => (rank(a) === rank(b) ? a === null || (b !== null && a >= b) : undefined),
  "+": (a, b) => (typeof a === "number" && typeof b === "number" ? a + b : undefined),
  "||": (a, b) => (typeof a === "string" && typeof b === "string" ? a + b : undefined),
};

function both(a: Value, b: Value, and: boolean): Value {
  const decisive = !and;
  if (a === decisive || b === decisive) return decisive;
  return typeof a === "boolean" && typeof b === "boolean" ? and : undefined;
}

const { expression } = fc.letrec<{ expression: Pair }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc
      .tuple(fc.constantFrom(...Object.keys(compare)), tie("expression"), tie("expression"))
      .map(([operator, a, b]) => ({
        text: `(${a.text} ${operator} ${b.text})`,
        value: (item: Doc) => {
          const [left, right] = [a.value(item), b.value(item)];
          return left === undefined || right === undefined ? undefined : compare[operator]?.(left, right);
        },
      })),
    fc.tuple(fc.boolean(), tie("expression"), tie("expression")).map(([and, a, b]) => ({
      text: `(${a.text} ${and ? "AND" : "or"} ${b.text})`,
      value: (item: Doc) => both(a.value(item), b.value(item), and),
    })),
    tie("expression")
      .map((a) => ({
        text: `NOT (${a.text})`,
        value: (item: Doc) => {
          const value = a.value(item);
          return typeof value === "boolean" ? !value : undefined;
        },
      }))
      .map((a) => ({ ...a, text: `(${a.text})` })),
    fc.tuple(tie("expression"), tie("expression")).map(([a, b]) => ({
      text: `(${a.text} ?? ${b.text})`,
      value: (item: Doc) => a.value(item) ?? (a.value(item) === null ? null : b.value(item)),
    })),
    fc.tuple(tie("expression"), tie("expression"), tie("expression")).map(([a, b, c]) => ({
      text: `(${a.text} ? ${b.text} : ${c.text})`,
      value: (item: Doc) => (a.value(item) === true ? b.value(item) : c.value(item)),
    })),
    fc.tuple(tie("expression"), fc.array(leaf, { minLength: 1, maxLength: 3 }), fc.boolean()).map(([a, list, not]) => ({
      text: `(${a.text} ${not ? "NOT " : ""}IN (${list.map((each) => each.text).join(", ")}))`,
      value: (item: Doc) => {
        const value = a.value(item);
        if (value === undefined) return undefined;
        return list.some((each) => each.value(item) === value) !== not;
      },
    })),
    tie("expression").map((a) => ({
      text: `IS_DEFINED(${a.text})`,
      value: (item: Doc) => a.value(item) !== undefined,
    })),
  ),
}));

function run(text: string, docs: Doc[]): Json[] {
  const stored = docs.map((each, number) => ({ doc: each, number, size: 1 }));
  return execute(compileQuery(text), {
    scan: (from) => stored.slice(from),
    parameters: new Map(),
    ambient: { now: 0, random: () => 0.5 },
    max: 1000,
    continuation: undefined,
  }).rows;
}

test("random WHERE conditions choose what a plain reading of them chooses", () => {
  fc.assert(
    fc.property(expression, fc.array(doc, { maxLength: 6 }), ({ text, value }, docs) => {
      const expected = docs.filter((item) => value(item) === true);
      expect(run(`SELECT * FROM c WHERE ${text}`, docs)).toEqual(expected);
    }),
    { numRuns: 1500 },
  );
});

test("random expressions have the value that a plain reading of them has", () => {
  fc.assert(
    fc.property(expression, doc, ({ text, value }, item) => {
      const expected = value(item);
      expect(run(`SELECT VALUE ${text} FROM c`, [item])).toEqual(expected === undefined ? [] : [expected]);
    }),
    { numRuns: 1500 },
  );
});

test("operators without parentheses bind as documented", () => {
  const cases: [string, Json][] = [
    ["1 + 2 * 3 - 4 / 2", 5],
    ["1 = 1 AND 2 = 3 OR true", true],
    ["false AND true OR true", true],
    ["true OR false AND false", true],
    ["1 + 1 = 2 AND 'a' || 'b' = 'ab'", true],
    ["2 BETWEEN 1 AND 3 AND false", false],
    ["-2 + 3", 1],
    ["c.no ?? false ? 1 : 2", 2],
    ["5 IN (1 + 4, 2) = true", true],
  ];
  for (const [text, expected] of cases)
    expect([text, run(`SELECT VALUE ${text} FROM c`, [{}])]).toEqual([text, [expected]]);
});
