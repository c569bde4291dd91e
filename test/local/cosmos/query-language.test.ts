import { describe, expect, test } from "vitest";
import { compileQuery } from "../../../local/cosmos/query/compile-query.ts";
import { execute } from "../../../local/cosmos/query/execute.ts";
import { functionGroups } from "../../../local/cosmos/query/function-list.ts";
import { planQuery } from "../../../local/cosmos/query/plan.ts";
import type { Json } from "../../../local/cosmos/query/values.ts";
import { queryReference } from "../../../tools/query-reference.ts";
import { noon } from "./stack.ts";

/** The rows of a query over documents, without a server. */
function rows(text: string, docs: Json[] = [{}], parameters: Record<string, Json> = {}): Json[] {
  const stored = docs.map((doc, number) => ({ doc, number, size: 1 }));
  const scan = (from: number) => stored.slice(from);
  const run = {
    scan,
    parameters: new Map(Object.entries(parameters)),
    ambient: { now: noon, random: () => 0.5 },
    max: 1000,
    continuation: undefined,
  };
  return execute(compileQuery(text), run).rows;
}

interface Refusal {
  severity: string;
  code: string | number;
  message: string;
  location?: { start: number; end: number };
}

/** What a query is refused for, with the part of its text that each place names. */
function refusals(text: string, run: (text: string) => unknown = rows): (Refusal & { at: string | undefined })[] {
  try {
    run(text);
  } catch (error) {
    const { status, message } = error as { status?: number; message: string };
    expect([status, message]).toEqual([400, expect.any(String)]);
    const { errors } = JSON.parse(message.replace(/^Message: /, "")) as { errors: Refusal[] };
    return errors.map((each) => ({ ...each, at: each.location && text.slice(each.location.start, each.location.end) }));
  }
  return [];
}

describe("numbers that JSON cannot say", () => {
  const said = (text: string, docs?: Json[]) => {
    try {
      return JSON.stringify(rows(text, docs));
    } catch (error) {
      return `${(error as { status?: number }).status} ${(error as Error).message}`;
    }
  };

  test.each([
    "SELECT VALUE 1 / 0",
    "SELECT VALUE NaN",
    "SELECT VALUE {'a': [SQRT(-1)]}",
    "SELECT LOG(0) AS x",
    "SELECT VALUE SUM(c.big) FROM c",
    "SELECT VALUE AVG(1 / c.n) FROM c",
    "SELECT VALUE MAX(1 / c.n) FROM c",
    "SELECT VALUE MAKELIST(1 / c.n) FROM c",
    "SELECT c.n / 0 AS x, COUNT(1) AS c FROM c GROUP BY c.n / 0",
    "SELECT DISTINCT VALUE 1 / c.n FROM c",
    "SELECT VALUE ARRAY_SUM([1e308, 1e308])",
  ])("are not written: %s", (text) => {
    expect(
      said(text, [
        { n: 0, big: 1e308 },
        { n: 1, big: 1e308 },
      ]),
    ).toMatch(/^400 A result has a number that is infinite or NaN/);
  });

  test.each([
    "SELECT VALUE c.n > SQRT(-1) FROM c",
    "SELECT VALUE c.n != 0 / 0 FROM c",
    "SELECT VALUE SQRT(-1) IN (1, c.n) FROM c",
    "SELECT VALUE SQRT(-1) IN (1, 2) FROM c",
    "SELECT VALUE c.n BETWEEN 0 AND 0 / 0 FROM c",
    "SELECT VALUE ARRAY_CONTAINS([0 / 0], 1) FROM c",
    "SELECT VALUE SetUnion([0 / 0], [1]) FROM c",
    "SELECT VALUE MIN(c.n / c.n) FROM c",
    "SELECT VALUE 1 FROM c WHERE [c.n / c.n] = [1]",
  ])("are compared, but for NaN: %s", (text) => {
    expect(said(text, [{ n: 0 }, { n: 1 }])).toMatch(/^400 The query compares NaN/);
  });

  test("are left out by IS_FINITE_NUMBER, and found by a comparison", () => {
    const docs = [{ n: 0 }, { n: 2 }];
    expect(said("SELECT VALUE 1 / c.n FROM c WHERE IS_FINITE_NUMBER(1 / c.n)", docs)).toBe("[0.5]");
    expect(said("SELECT VALUE c.n FROM c WHERE IS_FINITE_NUMBER(SQRT(c.n - 1)) AND SQRT(c.n - 1) > 0", docs)).toBe(
      "[2]",
    );
    expect(said("SELECT VALUE c.n FROM c WHERE 1 / c.n > 5", docs)).toBe("[0]");
  });

  test("given to whichever function are no error of ours", () => {
    for (const { here } of functionGroups)
      for (const [name, { least, most }] of Object.entries(here))
        for (const strange of ["1 / 0", "-1 / 0", "0 / 0"])
          for (const other of ["1", "'2026-01-01'", "[1]", "'dd'", strange])
            for (let count = least; count <= Math.min(most, 7); count++)
              for (let at = 0; at < count; at++) {
                const args = Array.from({ length: count }, (_, place) => (place === at ? strange : other)).join(", ");
                expect(said(`SELECT VALUE TOSTRING([${name}(${args})])`)).toMatch(/^(\[|400 )/);
              }
  });
});

describe("functions of the public reference", () => {
  const absent = Symbol("undefined");
  const cases: [expression: string, value: Json | typeof absent][] = [
    ["ROUND(DEGREES(ACOS(0)))", 90],
    ["ROUND(DEGREES(ASIN(1)) + DEGREES(ATAN(0)))", 90],
    ["[IS_NUMBER(ACOS(2)), IS_FINITE_NUMBER(ACOS(2))]", [true, false]],
    ["[IS_FINITE_NUMBER(1234.567), IS_FINITE_NUMBER(8.9 / 0.0), IS_FINITE_NUMBER(SQRT(-1.0))]", [true, false, false]],
    [
      "[8.9 / 0 > 5, -1 / 0 < LOG(0), LOG(0) = -1 / 0, 1 / 0 = null, [1 / 0] = [2 / 0]]",
      [true, false, true, false, true],
    ],
    ["[ToString(0 / 0), ToString(1 / 0), ToString(LOG(0))]", ["NaN", "Infinity", "-Infinity"]],
    ["1 / 0 + undefined", absent],
    ["[ROUND(1 / 0) > 5, IS_FINITE_NUMBER(ROUND(0 / 0)), ROUND(-1 / 0, 2) = -1 / 0]", [true, false, true]],
    ["['x' = 0 / 0, 0 / 0 != null, ARRAY_CONTAINS(['x'], 0 / 0), [0 / 0] = {}]", [false, true, false, false]],
    ["[5 % 0 ?? 'x', 5 & 3 % 0][1]", 0],
    ["IIF(IS_FINITE_NUMBER(1 / 0), 1 / 0, undefined)", absent],
    ["ATN2(0, 1)", 0],
    ["COS(0) + SIN(0) + TAN(0)", 1],
    ["ROUND(COT(RADIANS(45)))", 1],
    ["LOG(8, 2)", 3],
    ["LOG(1000, 10)", 3],
    ["LOG('8')", absent],
    ["RAND() < 1", true],
    ["NumberBin(47.3, 10)", 40],
    ["NumberBin(-1, 10)", -10],
    ["NumberBin(5.67, 0.1)", 5.6],
    ["NumberBin(5, 0)", absent],
    ["IntBitAnd(12, 10)", 8],
    ["IntBitOr(12, 10)", 14],
    ["IntBitXor(12, 10)", 6],
    ["IntBitNot(0)", -1],
    ["IntBitLeftShift(3, 4)", 48],
    ["IntBitRightShift(-16, 2)", -4],
    ["IntAdd(1.5, 1)", absent],
    ["IntDiv(7, 0)", absent],
    ["IntMod(-7, 3)", -1],
    ["DateTimeFromParts(2026, 2, 28, 23, 59, 58, 1234567)", "2026-02-28T23:59:58.1234567Z"],
    ["DateTimeFromParts(2026, 2, 29)", absent],
    ["DateTimeToTicks('1970-01-01T00:00:01Z')", 10_000_000],
    ["TicksToDateTime(-10000000)", "1969-12-31T23:59:59.0000000Z"],
    ["DateTimeBin('2026-03-05T17:45:10.5Z', 'hh', 6)", "2026-03-05T12:00:00.0000000Z"],
    ["DateTimeBin('2026-03-05T17:45:10Z', 'dd', 7, '2026-03-01')", "2026-03-01T00:00:00.0000000Z"],
    ["DateTimeBin('2026-03-05T17:45:10Z', 'mm')", absent],
    ["DateTimeAdd('mm', 1, '2028-01-31')", "2028-02-29T00:00:00.0000000Z"],
    ["DateTimeAdd('mcs', 5, '2026-01-01T00:00:00.0000001Z')", "2026-01-01T00:00:00.0000051Z"],
    ["DateTimeDiff('dd', '2026-01-01T23:00:00Z', '2026-01-02T01:00:00Z')", 1],
    ["DateTimePart('ns', '2026-01-01T00:00:00.0000012Z')", 1200],
    ["[Year('2026-04-05'), Month('2026-04-05'), Day('2026-04-05')]", [2026, 4, 5]],
    ["GetCurrentTicks()", noon * 10_000],
    ["Ago('hh', 12)", "2026-01-15T00:00:00.0000000Z"],
    ["[IS_DATETIME('2026-03-06 15:29:00Z'), IS_DATETIME('2026-3-6')]", [true, false]],
    ["CHOOSE(2, 'a', 'b')", "b"],
    ["CHOOSE(3, 'a', 'b')", absent],
    ["TRIM('--x-', '-')", "x"],
    ["LTRIM('-_x_', '_-')", "x_"],
    ["RTRIM('x  ')", "x"],
    ["StringJoin(['a', 'b'], '+')", "a+b"],
    ["StringSplit('a,b', ',')", ["a", "b"]],
    ["LASTINDEXOF('abcabc', 'b')", 4],
    ["CONTAINS_ALL_CI('Flat White', 'flat', 'WHITE')", true],
    ["CONTAINS_ANY_CS('Flat White', 'flat', 'x')", false],
    ["SUBSTRING('espresso', 2)", "presso"],
    ["ARRAY_SUM([1, 2, 3]) + ARRAY_AVG([1, 3]) + ARRAY_MEDIAN([9, 1, 5])", 13],
    ["[ARRAY_MIN(['b', 2, null]), ARRAY_MAX(['b', 2, null])]", [null, "b"]],
    ["ARRAY_SUM([1, 'x'])", absent],
    ["SetDifference([1, 2, 2, 3], [3])", [1, 2]],
    ["SetEqual([1, 2], [2, 1, 1])", true],
    ["ObjectToArray({'a': 1}, 'key')", [{ key: "a", v: 1 }]],
    ["ToString(NaN)", "NaN"],
    ["ToString(2049537175849502700)", "2.0495371758495027e+018"],
    ["[ToString(1e17), ToString(-1.5e300), ToString(1e16)]", ["1e+017", "-1.5e+300", "10000000000000000"]],
    ["[ToString(0.00001), ToString(-2.5e-7), ToString(0.0001)]", ["1e-005", "-2.5e-007", "0.0001"]],
    ["[ToString(0), ToString(0.1 + 0.2), ToString(1.50)]", ["0", "0.30000000000000004", "1.5"]],
    ["ToString({'a': [1e20, 'x', null, {'b': 1e-9}]})", '{"a":[1e+020,"x",null,{"b":1e-009}]}'],
    ["StringToNumber('1e400')", absent],
    ["StringToNumber('-1.79769e+308')", -1.79769e308],
    ["[StringToNumber(' 60 '), StringToNumber('2.0495371758495027e+018')]", [60, 2049537175849502700]],
    ["StringToArray('[1, {\"a\": 1e400}]')", absent],
    ["StringToObject('{\"a\": 1e400}')", absent],
    ["INDEX_OF('abcabc', 'b', 'x')", absent],
    ["LASTINDEXOF('abcabc', 'b', null)", absent],
    ["[INDEX_OF('abcabc', 'b', 2), LASTINDEXOF('abcabc', 'b', 3)]", [4, 1]],
    ["CONTAINS('ABC', 'b', 1)", absent],
    ["[CONTAINS('ABC', 'b', true), STARTSWITH('ABC', 'a', undefined)]", [true, false]],
    ["StringToArray('[[1]]')", [[1]]],
    ["IIF(1, 'yes', 'no')", "no"],
    ["ARRAY_CONTAINS('abc', 'a')", absent],
    ["NOT ARRAY_CONTAINS(undefined, 1)", absent],
    ["ARRAY_CONTAINS([{'a': 1, 'b': 2}], {'a': 1}, 1)", absent],
    ["ARRAY_CONTAINS([{'a': 1}], {'a': 1}, undefined)", true],
    ["ARRAY_CONTAINS_ANY('abc', 'a')", absent],
    ["ARRAY_CONTAINS_ALL(null, 'a')", absent],
    ["ARRAY_SLICE([1, 2, 3], 0.5)", absent],
    ["ARRAY_SLICE([1, 2, 3], 1, undefined)", absent],
    ["ARRAY_SLICE([1, 2, 3], -2, 1)", [2]],
    ["REPLACE('abc', '', 'x')", absent],
    ["SUBSTRING('abc', -1, 2)", ""],
    ["SUBSTRING('abc', 1.5, 1)", absent],
    ["LEFT('abc', 1.5)", absent],
    ["RIGHT('abc', 1.5)", absent],
    [
      "[LEFT('abc', 9), LEFT('abc', -1), RIGHT('abc', 2), RIGHT('abc', 9), RIGHT('abc', -1)]",
      ["abc", "", "bc", "abc", ""],
    ],
  ];
  test.each(cases)("%s", (expression, value) => {
    expect(rows(`SELECT VALUE ${expression}`)).toEqual(value === absent ? [] : [value]);
  });

  test("COUNTIF, MAKELIST and MAKESET gather; DOCUMENTID is the number in the rid", () => {
    const docs = [{ n: 1 }, { n: 2 }, { n: 2 }, {}];
    expect(rows("SELECT VALUE COUNTIF(c.n > 1) FROM c", docs)).toEqual([2]);
    expect(rows("SELECT MAKELIST(c.n) AS all, MAKESET(c.n) AS each FROM c", docs)).toEqual([
      { all: [1, 2, 2], each: [1, 2] },
    ]);
    expect(rows("SELECT VALUE DOCUMENTID(c) FROM c", [{ _rid: "AAAAAQAAAAEHAAAAAAAAAA==" }])).toEqual([7]);
  });

  test("the table on the page is what the engine knows", async () => {
    const { committed, generated } = await queryReference();
    expect(committed, "run: node tools/run.mjs query-reference").toBe(generated);
  });

  test("each function that is left out is refused at its place by name, and can be planned all the same", () => {
    for (const [name, { least }] of functionGroups.flatMap((group) => Object.entries(group.missing))) {
      const call = `${name}(${Array.from({ length: least }, (_, at) => `c.p${at}`).join(", ")})`;
      const text = `SELECT * FROM c WHERE c.n = 1 AND ${call} > 1`;
      const [only, ...others] = refusals(text);
      expect(others).toEqual([]);
      expect(only).toMatchObject({ at: name, message: expect.stringMatching(/is not emulated here/) });
      expect(planQuery(compileQuery(text), new Map()).queryInfo).toMatchObject({ distinctType: "None" });
    }
  });

  test("unknown functions and wrong numbers of arguments are refused as by the service", () => {
    expect(refusals("SELECT NoSuch(c.n) FROM c")).toMatchObject([
      { code: "SC2005", at: "NoSuch", message: "'NoSuch' is not a recognized built-in function name." },
    ]);
    expect(refusals("SELECT ARRAY_CONTAINS_ANY(c.n) FROM c")).toMatchObject([
      { code: "SC2050", at: "ARRAY_CONTAINS_ANY(c.n)", message: expect.stringContaining("at least 2 argument(s)") },
    ]);
    expect(refusals("SELECT VALUE udf.tax(c.price) FROM c")).toMatchObject([{ at: "udf.tax" }]);
    expect(refusals("SELECT * FROM c ORDER BY RANK FullTextScore(c.text, 'x')")).toMatchObject([
      { at: "FullTextScore", message: expect.stringContaining("not emulated here") },
      { message: expect.stringContaining("ORDER BY RANK is not emulated here") },
    ]);
  });
});

describe("names", () => {
  test("unnamed columns are numbered among themselves", () => {
    expect(
      rows("SELECT c.name, UPPER(c.name), c['p'], 1 + 1, c.tags[0] FROM c", [{ name: "a", p: 0, tags: [9] }]),
    ).toEqual([{ name: "a", $1: "A", p: 0, $2: 2, $3: 9 }]);
  });

  const reserved: [text: string, near: string][] = [
    ["SELECT c.id AS value FROM c", "value"],
    ["SELECT c.Order FROM c", "Order"],
    ["SELECT * FROM c WHERE c.deep.group = 3", "group"],
    ["SELECT c.x, c.from FROM c", "from"],
    ["SELECT value.id FROM value", "."],
    ["SELECT * FROM c JOIN top IN c.tags", "top"],
    ["SELECT c.left FROM c", "left"],
    ["SELECT c.a.undefined FROM c", "undefined"],
    ["SELECT VALUE limit FROM c", "limit"],
  ];
  test.each(reserved)("%s: a word of the language is no name", (text, near) => {
    expect(refusals(text)).toMatchObject([
      { severity: "Error", code: "SC1001", at: near, message: `Syntax error, incorrect syntax near '${near}'.` },
    ]);
  });

  test("in brackets every name can be used; LEFT and RIGHT are functions; other words are names", () => {
    expect(rows('SELECT VALUE c["order"].value2 FROM c', [{ order: { value2: 1 } }])).toEqual([1]);
    expect(rows("SELECT LEFT(c.a, 1) AS l, RIGHT(c.a, 1) AS r FROM c", [{ a: "xyz" }])).toEqual([{ l: "x", r: "z" }]);
    expect(rows("SELECT c.count, c.first, c.rank, c.case AS all FROM c", [{ count: 1, rank: 2, case: 3 }])).toEqual([
      { count: 1, rank: 2, all: 3 },
    ]);
  });
});

describe("subqueries", () => {
  const docs = [
    { id: "a", age: 1, tags: ["x", "y"] },
    { id: "b", age: 1, tags: [] },
    { id: "c", age: 2, tags: ["y"] },
  ];
  const cases: [text: string, result: Json[]][] = [
    ["SELECT VALUE COUNT(1) FROM (SELECT DISTINCT c.age FROM c)", [2]],
    ["SELECT VALUE x.id FROM (SELECT VALUE c FROM root c WHERE c.age = 1) AS x WHERE x.id != 'a'", ["b"]],
    ["SELECT VALUE t FROM (SELECT VALUE c.tags FROM c) AS list JOIN t IN list", ["x", "y", "y"]],
    [
      "SELECT g.age, g.n FROM (SELECT c.age, COUNT(1) AS n FROM c GROUP BY c.age) AS g WHERE g.n > 1",
      [{ age: 1, n: 2 }],
    ],
    ["SELECT VALUE t FROM t IN (SELECT VALUE c.tags FROM c)", ["x", "y", "y"]],
    ["SELECT VALUE n FROM (SELECT VALUE MAX(x.age) FROM (SELECT DISTINCT c.age FROM c) AS x) AS n", [2]],
    [
      "SELECT c.id, n FROM c JOIN (SELECT VALUE COUNT(1) FROM c JOIN t IN c.tags) AS n WHERE n > 1",
      [{ id: "a", n: 2 }],
    ],
    ["SELECT VALUE c.id FROM c WHERE EXISTS(SELECT VALUE t FROM t IN c.tags WHERE t = 'y')", ["a", "c"]],
    ["SELECT VALUE ARRAY(SELECT VALUE UPPER(t) FROM t IN c.tags) FROM c WHERE c.id = 'a'", [["X", "Y"]]],
  ];
  test.each(cases)("%s", (text, result) => {
    expect(rows(text, docs)).toEqual(result);
  });

  test("what only the outermost query may have is told for each subquery, the inner ones first", () => {
    const text =
      "SELECT VALUE r FROM (SELECT TOP 5 VALUE s FROM (SELECT VALUE c FROM c OFFSET 1 LIMIT 2) AS s ORDER BY s.a) AS r";
    expect(refusals(text)).toMatchObject([
      { code: "SC2204", at: "OFFSET 1 LIMIT 2", message: "'OFFSET LIMIT' clause is not supported in subqueries." },
      { code: "SC2202", at: "ORDER BY s.a", message: "'ORDER BY' is not supported in subqueries." },
      { code: "SC2203", at: "TOP 5", message: "'TOP' is not supported in subqueries." },
    ]);
  });
});

describe("what the service does not run", () => {
  const cases: [text: string, code: string | number, at: string | undefined][] = [
    ["SELECT c.a, c.b.d, COUNT(1) FROM c GROUP BY c.a", "SC2102", "c.b.d"],
    ["SELECT * FROM c GROUP BY c.a", "SC2041", "*"],
    ["SELECT VALUE SUM(MAX(c.a)) FROM c", "SC2101", "SUM(MAX(c.a))"],
    ["SELECT VALUE c.list[c.n + 1] FROM c", "SC2990", "c.list[c.n + 1]"],
    ["SELECT * FROM c ORDER BY LOWER(c.a)", 2206, undefined],
    ["SELECT VALUE t FROM c JOIN t IN c.tags ORDER BY t.a", 2207, undefined],
    ["SELECT TOP 1.5 * FROM c", "SC2060", "1.5"],
    ["SELECT * FROM c OFFSET 4294967296 LIMIT 1", "SC2062", "4294967296"],
    ["SELECT * FROM c OFFSET 1 LIMIT 4294967296", "SC2061", "4294967296"],
    ["SELECT * FROM c OFFSET -1 LIMIT 1", "SC1001", "-"],
    ["SELECT c.a, FROM c", "SC1001", "FROM"],
    ["SELECT * FROM null", "SC1001", "null"],
    ["SELECT VALUE x FROM x IN [1, 2]", "SC1001", "["],
    ["SELECT VALUE x FROM c JOIN x IN UPPER(c.a)", "SC1001", "UPPER"],
    ["SELECT VALUE x FROM c JOIN x IN c[c.b]", "SC1001", "c"],
    ["SELECT * FROM c WHERE FIRST(SELECT VALUE t FROM t IN c.tags)", "SC2990", "FIRST"],
  ];
  test.each(cases)("%s", (text, code, at) => {
    expect(refusals(text)[0]).toMatchObject({ code, ...(at === undefined ? {} : { at }) });
  });

  test("a subquery that stands for one value must not be able to have several", () => {
    const message = "The cardinality of a scalar subquery result set cannot be greater than one.";
    for (const at of [
      "(SELECT VALUE t FROM t IN c.tags)",
      "(SELECT VALUE t FROM c JOIN t IN c.tags WHERE t = 'x')",
      "(SELECT VALUE y FROM (SELECT VALUE t FROM t IN c.tags) AS y)",
      "(SELECT t, COUNT(1) AS n FROM t IN c.tags GROUP BY t)",
    ]) {
      expect(refusals(`SELECT VALUE UPPER(${at}) FROM c`)).toMatchObject([{ message, at }]);
      expect(refusals(`SELECT * FROM c WHERE EXISTS(SELECT VALUE 1 FROM c WHERE c.a = ${at})`)).toMatchObject([{ at }]);
    }
    const docs = [{ id: "a", tags: ["x", "y"], o: { p: 1 } }];
    expect(
      rows("SELECT VALUE [(SELECT VALUE MAX(t) FROM t IN c.tags), (SELECT VALUE o.p FROM c.o)] FROM c", docs),
    ).toEqual([["y", 1]]);
  });

  test("a part of a GROUP BY key's value may be selected", () => {
    const docs = [{ shop: { name: "n" }, x: 1 }];
    expect(rows("SELECT c.shop.name, SUM(c.x) AS sum FROM c GROUP BY c.shop", docs)).toEqual([{ name: "n", sum: 1 }]);
  });
});
