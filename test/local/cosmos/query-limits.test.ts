import { describe, expect, test } from "vitest";
import { compileQuery } from "../../../local/cosmos/query/compile-query.ts";
import { execute } from "../../../local/cosmos/query/execute.ts";
import { planQuery } from "../../../local/cosmos/query/plan.ts";
import type { Json } from "../../../local/cosmos/query/values.ts";
import { refusal, startStack } from "./stack.ts";

/** The rows of a query over one document, or the status and words with which it is refused. */
function answer(text: string, doc: Json = {}, continuation?: string): Json[] | { status: unknown; message: string } {
  try {
    const compiled = compileQuery(text);
    planQuery(compiled, new Map());
    const scan = () => [{ doc, number: 1, size: 1 }];
    return execute(compiled, {
      scan,
      parameters: new Map(),
      ambient: { now: 0, random: () => 0.5 },
      max: 10,
      continuation,
    }).rows;
  } catch (error) {
    const { status, message } = error as { status?: unknown; message: string };
    return { status, message };
  }
}

const refused = (words: string) => ({ status: 400, message: expect.stringContaining(words) });
const many = (part: string, times: number): string => part.repeat(times);

describe("patterns take a time that grows with text times pattern", () => {
  const text = many("a", 5000);
  const cases: [expression: string, value: Json][] = [
    [`c.t LIKE '${many("%a", 500)}%b'`, false],
    [`c.t LIKE '${many("%a", 500)}%'`, true],
    [`c.t LIKE '%[^b]%[a-c]_%[bz-]'`, false],
    [`RegexMatch(c.t, '^(a+)+$')`, true],
    [`RegexMatch(c.t, '(a|aa)+b')`, false],
    [`RegexMatch(c.t, '(a*)*b')`, false],
    [`RegexMatch(c.t, 'a{100}{2}')`, "none"],
    [`RegexMatch(c.t, '[z-a]')`, "none"],
    [`RegexMatch('x', 'x', 'q')`, "none"],
    [`RegexMatch('a1_ B', '^[a-f]\\\\d\\\\w\\\\s\\\\x42$')`, true],
    [`RegexMatch('one\\ntwo', '^two$')`, false],
    [`RegexMatch('one\\ntwo', '^TWO$', 'mi')`, true],
    [`RegexMatch('a\\nb', 'a.b')`, false],
    [`RegexMatch('a\\nb', 'a . b # any', 'sx')`, true],
    [`RegexMatch('cat concat', '\\\\bcat\\\\b')`, true],
    [`RegexMatch('aXc', '^(?:a|b)[[:upper:]][^d-z]{1,2}?$')`, true],
  ];
  test.each(cases)("%s", (expression, value) => {
    expect(answer(`SELECT VALUE ${expression} ?? 'none' FROM c`, { t: text })).toEqual([value]);
  });

  test("what cannot be matched so, and what is too large, is refused by name", () => {
    const regex = (pattern: string) => answer(`SELECT VALUE RegexMatch('a', '${pattern}')`);
    expect(regex("(a)\\\\1")).toEqual(refused("reference to a group is not emulated here"));
    expect(regex("a(?!b)")).toEqual(refused("lookaround"));
    expect(regex("a++")).toEqual(refused("possessive"));
    expect(regex("((a{999}){999}){999}")).toEqual(refused("not emulated here"));
    expect(regex("((){9999}){9999}")).toEqual(refused("not emulated here"));
    expect(regex(many("(", 3000) + many(")", 3000))).toEqual(refused("not emulated here"));
    expect(answer("SELECT VALUE 'x' LIKE '[z-a]'")).toEqual(refused("'z-a'"));
    const heavy = answer(`SELECT VALUE c.t LIKE '%${many("a", 9000)}b' FROM c`, { t: many("a", 90_000) });
    expect(heavy).toEqual(refused("steps for one page"));
  });
});

describe("a query is bounded in depth, length and numbers, and always answered in words", () => {
  const n = 2000;
  const deep: [what: string, text: string][] = [
    ["parentheses", `SELECT VALUE ${many("(", n)}1${many(")", n)}`],
    ["parentheses that are never closed", `SELECT VALUE ${many("(", n)}`],
    ["arrays", `SELECT VALUE ${many("[", n)}${many("]", n)}`],
    ["objects", `SELECT VALUE ${many('{"a":', n)}1${many("}", n)}`],
    ["functions", `SELECT VALUE ${many("LOWER(", n)}'a'${many(")", n)}`],
    ["signs", `SELECT VALUE ${many("- ", n)}1`],
    ["NOT", `SELECT VALUE ${many("NOT ", n)}true`],
    ["sums", `SELECT VALUE 1${many(" + 1", n)}`],
    ["conditions", `SELECT VALUE ${many("true ? 1 : ", n)}2`],
    ["paths", `SELECT VALUE c${many(".a", n)} FROM c`],
    ["scalar subqueries", `SELECT VALUE ${many("(SELECT VALUE ", n)}1${many(")", n)}`],
    ["subqueries in FROM", `SELECT VALUE 1 FROM ${many("(SELECT VALUE 1 FROM ", n)}c${many(")", n)}`],
  ];
  test.each(deep)("2,000 %s in each other", (_, text) => {
    expect(answer(text)).toEqual(refused("levels deep"));
  });

  test("what the service takes is taken: 100 levels, 2,000 ANDs, 6,000 values", () => {
    expect(answer(`SELECT VALUE ${many("(", 100)}1${many(")", 100)}`)).toEqual([1]);
    expect(answer(`SELECT VALUE true${many(" AND true", 2000)}`)).toEqual([true]);
    expect(answer(`SELECT VALUE 7 IN (${Array.from({ length: 6000 }, (_, at) => at).join()})`)).toEqual([true]);
  });

  test("more than the documented limits is refused", () => {
    expect(answer(`SELECT VALUE true${many(" OR true", 2001)}`)).toEqual(refused("2000 OR"));
    expect(answer(`SELECT VALUE 7 IN (1${many(", 1", 6000)})`)).toEqual(refused("6000"));
    expect(answer(`SELECT VALUE 1 FROM c ${many("JOIN x IN c.l ", 11)}`)).toEqual(refused("10 JOINs"));
    expect(answer(`SELECT VALUE '${many("x", 600_000)}'`)).toEqual(refused("524288"));
    expect(answer(`SELECT VALUE 1 ${many("/* ", 50_000)}`)).toEqual(refused("comment"));
    expect(answer("SELECT VALUE 1e999")).toEqual(refused("out of range"));
    expect(answer("SELECT VALUE '\\uZZZZ'")).toEqual(refused("hexadecimal"));
  });

  test("joins and values that grow without end are stopped", () => {
    const list = Array.from({ length: 100 }, (_, at) => at);
    const joins = Array.from({ length: 6 }, (_, at) => `JOIN x${at} IN c.l`).join(" ");
    expect(answer(`SELECT VALUE 1 FROM c ${joins} WHERE x0 < 0 OR x5 < 0`, { l: list })).toEqual(refused("steps"));
    const doubled = (one: string) =>
      `SELECT VALUE i FROM c JOIN (SELECT VALUE ${one.replaceAll("x", "c.t")}) AS a JOIN (SELECT VALUE ${one.replaceAll("x", "a")}) AS e ` +
      `JOIN (SELECT VALUE ${one.replaceAll("x", "e")}) AS g JOIN (SELECT VALUE ${one.replaceAll("x", "g")}) AS i`;
    const eight = Array.from({ length: 80 }, () => "x").join(", ");
    expect(answer(doubled(`[${eight}]`), { t: "t" })).toEqual(refused("4 MB"));
    expect(answer(doubled(`CONCAT(${eight})`), { t: "t" })).toEqual(refused("4 MB"));
    expect(answer(doubled(`ARRAY_CONCAT(${eight})`), { t: [1] })).toEqual(refused("4 MB"));
    expect(answer(doubled(`[1 / 0, ${eight}]`), { t: "t" })).toEqual(refused("4 MB"));
    expect(answer("SELECT VALUE REPLACE(REPLACE(c.t, 't', c.t), 't', c.t) FROM c", { t: many("t", 9999) })).toEqual(
      refused("4 MB"),
    );
  });

  test("names of the prototype are data, never functions or prototypes", () => {
    expect(answer("SELECT {'x': 1} AS __proto__")).toEqual([JSON.parse('{"__proto__":{"x":1}}')]);
    expect(answer("SELECT VALUE constructor(1)")).toEqual(refused("not a recognized"));
    expect(answer("SELECT VALUE c.constructor ?? 'none' FROM c", {})).toEqual(["none"]);
    expect(answer("SELECT VALUE RegexMatch('constructor', '\\\\constructor')")).toEqual(refused("\\c"));
  });

  test("a continuation of another shape is refused", () => {
    for (const token of [{ pass: 1, keys: 5 }, { pass: -1, left: null }, { pass: 0, left: "x" }, [], null]) {
      const text = Buffer.from(JSON.stringify(token)).toString("base64url");
      expect(answer("SELECT * FROM c ORDER BY c.a", {}, text)).toEqual(refused("Invalid Continuation Token"));
    }
  });
});

test("over HTTP too: 400 in words for a deep query and a deep parameter", async () => {
  const { container } = await startStack();
  const ask = (query: string, value: unknown) =>
    refusal(container.items.query({ query, parameters: [{ name: "@x", value: value as string }] }).fetchAll());
  const parentheses = await ask(`SELECT VALUE ${many("(", 2000)}1${many(")", 2000)} FROM c`, 1);
  expect(parentheses).toMatchObject({ code: 400, message: expect.stringContaining("levels deep") });
  const nested = JSON.parse(many("[", 500) + many("]", 500)) as unknown;
  expect(await ask("SELECT * FROM c WHERE c.a = @x", nested)).toMatchObject({
    code: 400,
    message: expect.stringContaining("@x"),
  });
});
