import { describe, expect, test } from "vitest";
import { effectiveKey } from "../../../local/cosmos/effective-key.ts";
import { compileQuery } from "../../../local/cosmos/query/compile-query.ts";
import { type Planning, planQuery } from "../../../local/cosmos/query/plan.ts";
import type { Json } from "../../../local/cosmos/query/values.ts";

const hash = { paths: ["/shop"], kind: "Hash" as const, version: 2 };

function plan(text: string, parameters: Record<string, Json> = {}, planning: Planning = { partitionKey: hash }) {
  const { queryInfo, queryRanges } = planQuery(compileQuery(text), new Map(Object.entries(parameters)), planning);
  return { info: queryInfo, ranges: queryRanges, rewritten: String(queryInfo.rewrittenQuery) };
}

describe("what is sent to each range", () => {
  const cases: [text: string, rewritten: string][] = [
    ["SELECT * FROM c WHERE c.size > 2", ""],
    ["SELECT TOP 3 c.size FROM c", ""],
    ["SELECT DISTINCT c.size FROM c", ""],
    ["SELECT DISTINCT TOP 3 c.size FROM c", "SELECT DISTINCT c.size\nFROM c"],
    ["SELECT c.size FROM c OFFSET 2 LIMIT 5", "SELECT c.size\nFROM c\nOFFSET 0 LIMIT 7"],
    ["SELECT DISTINCT c.size FROM c OFFSET 2 LIMIT 5", "SELECT DISTINCT c.size\nFROM c"],
    [
      "SELECT COUNT(1), AVG(c.price) AS mean FROM c",
      'SELECT {"$1": {"item": COUNT(1)}, "mean": {"item": {"sum": SUM(c.price), "count": COUNT(c.price)}}} AS payload\nFROM c',
    ],
    [
      "SELECT VALUE MAX(c.price - 1) FROM c WHERE c.size = 'L' OFFSET 0 LIMIT 1",
      'SELECT VALUE [{"item": MAX((c.price - 1)), "item2": {"max": MAX((c.price - 1)), "count": COUNT((c.price - 1))}}]\nFROM c\nWHERE (c.size = "L")',
    ],
    [
      "SELECT TOP 9 c.size, Count(1) AS n FROM c GROUP BY c.size",
      'SELECT [{"item": c.size}] AS groupByItems, {"size": c.size, "n": {"item": Count(1)}} AS payload\nFROM c\nGROUP BY c.size',
    ],
    [
      "SELECT TOP 4 * FROM menu m WHERE m.hot = true AND m.size IN ('S', 'L') ORDER BY m.price DESC",
      'SELECT TOP 4 m._rid, [{"item": m.price}] AS orderByItems, m AS payload\nFROM menu AS m\nWHERE (((m.hot = true) AND (m.size IN ("S", "L"))) AND ({documentdb-formattableorderbyquery-filter}))\nORDER BY m.price DESC',
    ],
    [
      "SELECT DISTINCT TOP 2 VALUE c.size FROM c ORDER BY c.size",
      'SELECT c._rid, [{"item": c.size}] AS orderByItems, c.size AS payload\nFROM c\nWHERE (({documentdb-formattableorderbyquery-filter}) AND IS_DEFINED(c.size))\nORDER BY c.size',
    ],
    [
      "SELECT c.name, s FROM c JOIN (SELECT VALUE x FROM x IN c.sizes WHERE x LIKE 'a!%' ESCAPE '!') s ORDER BY c.name ASC OFFSET 1 LIMIT 2",
      'SELECT c._rid, [{"item": c.name}] AS orderByItems, {"name": c.name, "s": s} AS payload\nFROM c\nJOIN (\n    SELECT VALUE x\n    FROM x IN c.sizes\n    WHERE (x LIKE "a!%" ESCAPE "!")\n) AS s\nWHERE ({documentdb-formattableorderbyquery-filter})\nORDER BY c.name ASC\nOFFSET 0 LIMIT 3',
    ],
  ];
  test.each(cases)("%s", (text, rewritten) => {
    expect(plan(text).rewritten).toBe(rewritten);
    // Each range must be able to read what it is sent.
    if (rewritten !== "") compileQuery(rewritten.replace("{documentdb-formattableorderbyquery-filter}", "true"));
  });
});

describe("how the client merges", () => {
  test("aggregates without VALUE go by their names, those with VALUE by their place", () => {
    expect(plan("SELECT COUNT(1), 'x' AS y, MAX(c.n) FROM c").info).toMatchObject({
      aggregates: [],
      groupByAliases: ["$1", "y", "$2"],
      groupByAliasToAggregateType: { $1: "Count", y: null, $2: "Max" },
      hasSelectValue: false,
    });
    expect(plan("SELECT VALUE COUNT(1) FROM c").info).toMatchObject({
      aggregates: ["Count"],
      groupByAliases: [],
      groupByAliasToAggregateType: {},
      hasSelectValue: true,
    });
  });

  test("DISTINCT compares neighbours only where ORDER BY puts equal rows side by side", () => {
    expect(plan("SELECT DISTINCT c.a FROM c").info.distinctType).toBe("Unordered");
    expect(plan("SELECT DISTINCT c.a FROM c ORDER BY c.a").info.distinctType).toBe("Ordered");
    expect(plan("SELECT DISTINCT c.a FROM c ORDER BY c.b").info.distinctType).toBe("Unordered");
    expect(plan("SELECT DISTINCT c.a, c.b FROM c ORDER BY c.a").info.distinctType).toBe("Unordered");
  });

  test("counting distinct rows is left to a client that can", () => {
    const text = "SELECT VALUE COUNT(1) FROM (SELECT DISTINCT c.a FROM c)";
    const counting = plan(text, {}, { partitionKey: hash, countsDistinct: true });
    expect(counting.info).toMatchObject({ distinctType: "Unordered", dCountInfo: { dCountAlias: "" }, aggregates: [] });
    expect(counting.rewritten).toBe("SELECT DISTINCT c.a\nFROM c");
    expect(plan(text).info).toMatchObject({ aggregates: ["Count"] });
  });

  test("an aggregate inside another expression is refused; the places of TOP, OFFSET and LIMIT take parameters", () => {
    expect(() => plan("SELECT VALUE {'n': COUNT(1)} FROM c")).toThrow("Compositions of aggregates");
    const { info, rewritten } = plan("SELECT * FROM c OFFSET @o LIMIT @l", { "@o": 2, "@l": 3 });
    expect([info.offset, info.limit, rewritten]).toEqual([2, 3, "SELECT *\nFROM c\nOFFSET 0 LIMIT 5"]);
    expect(plan("SELECT TOP @n * FROM c", { "@n": 7 }).info.top).toBe(7);
  });
});

describe("which ranges are asked", () => {
  const point = (value: string | number | boolean | null | undefined) => {
    const key = effectiveKey([value], hash);
    return { min: key, max: key, isMinInclusive: true, isMaxInclusive: true };
  };
  const all = [{ min: "", max: "FF", isMinInclusive: true, isMaxInclusive: false }];
  const none = [{ min: "", max: "", isMinInclusive: true, isMaxInclusive: true }];
  const sorted = (ranges: { min: string }[]) => ranges.toSorted((a, b) => (a.min < b.min ? -1 : 1));

  const cases: [condition: string, ranges: { min: string }[]][] = [
    ["c.shop = 'a'", [point("a")]],
    ["'a' = c['shop'] AND c.n > 1", [point("a")]],
    ["c.shop = @shop", [point("p")]],
    ["c.shop IN ('a', 1, null, 1.0)", [point("a"), point(1), point(null)]],
    ["c.shop = 'a' OR c.shop = 'b'", [point("a"), point("b")]],
    ["c.shop = 'a' OR c.n = 1", all],
    ["c.shop = 'a' AND c.shop = 'b'", none],
    ["NOT (c.shop != 'a')", [point("a")]],
    ["c.shop", [point(true)]],
    ["NOT c.shop", [point(false)]],
    ["c.shop = []", [point(undefined)]],
    ["c.shop LIKE '50!%' ESCAPE '!'", [point("50%")]],
    ["c.shop LIKE '50%'", all],
    ["ARRAY_CONTAINS(['a', 'b'], c.shop) AND c.shop = 'b'", [point("b")]],
    ["ABS(c.shop) = 2", [point(2), point(-2)]],
    ["IS_NULL(c.shop)", [point(null)]],
    ["c.shop > 'a'", all],
    ["c.other = 'a'", all],
    ["1 = 2", none],
    ["UPPER('x') = 'X'", all],
  ];
  test.each(cases)("WHERE %s", (condition, ranges) => {
    expect(plan(`SELECT * FROM c WHERE ${condition}`, { "@shop": "p" }).ranges).toEqual(sorted(ranges));
  });

  test("without FROM none is asked; the rows of one partition key value are counted there", () => {
    expect(plan("SELECT 5").ranges).toEqual(none);
    const { info } = plan("SELECT * FROM c WHERE c.shop = 'a' OFFSET 3 LIMIT 2");
    expect(info).toMatchObject({ offset: null, limit: null, rewrittenQuery: "" });
  });

  test("the first levels of a hierarchical key leave a part of the space", () => {
    const partitionKey = { paths: ["/country", "/shop"], kind: "MultiHash" as const, version: 2 };
    const prefix = effectiveKey(["at"], partitionKey);
    const { ranges } = plan("SELECT * FROM c WHERE c.country = 'at'", {}, { partitionKey });
    expect(ranges).toEqual([{ min: prefix, max: `${prefix}FF`, isMinInclusive: true, isMaxInclusive: false }]);
    expect(plan("SELECT * FROM c WHERE c.shop = 'at'", {}, { partitionKey }).ranges).toEqual(all);
  });
});
