import { type Container, CosmosClient, type FeedOptions, type JSONValue } from "@azure/cosmos";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cosmos, startCosmos } from "../../../local/cosmos/index.ts";
import { ServiceClock } from "../../../local/kernel/clock.ts";
import { secureIds } from "../../../local/kernel/ids.ts";
import { silentLog } from "../../../local/kernel/log.ts";
import { Work } from "../../../local/kernel/work.ts";
import { Recorder } from "../../../local/recorder/recorder.ts";
import { openMemoryStore } from "../../../local/store/memory-store.ts";
import { noon, refusal, request, startStack } from "./stack.ts";

let cosmos: Cosmos;
let client: CosmosClient;
let container: Container;

beforeAll(async () => {
  const clock = new ServiceClock({ heldAt: noon });
  const recorder = new Recorder(clock);
  const parts = { clock, recorder, ids: secureIds, log: silentLog, work: new Work(), store: openMemoryStore() };
  cosmos = await startCosmos(parts);
  const compositeIndexes = [[{ path: "/kind" }, { path: "/n", order: "descending" }]];
  const excludedPaths = [{ path: "/secret/*" }];
  const indexingPolicy = { compositeIndexes, excludedPaths };
  await cosmos.declare("crema", [{ id: "menu", partitionKey: "/storeId", indexingPolicy }]);
  client = new CosmosClient({ endpoint: cosmos.endpoint, key: cosmos.key });
  container = client.database("crema").container("menu");
  const items = [
    { id: "a", n: 1, kind: "x", name: "Flat White", tags: ["hot", "milk"], deep: { p: 1 } },
    {
      id: "b",
      n: 2,
      kind: "y",
      name: "Latte",
      tags: ["milk"],
      options: [
        { size: "S", price: 2 },
        { size: "L", price: 3 },
      ],
    },
    { id: "c", n: 3, kind: "x", name: "espresso", tags: [], gone: null },
    { id: "d", n: 4.5, kind: "y", name: "50% off_", flag: true },
    { id: "e", n: "five", kind: "x", name: "It's", flag: false },
  ];
  for (const item of items) await container.items.create({ storeId: "s1", ...item });
  await container.items.create({ id: "z", storeId: "s2", n: 1 });
});

afterAll(async () => {
  client.dispose();
  await cosmos.close();
});

async function rows(
  query: string,
  values: Record<string, JSONValue> = {},
  options: FeedOptions = {},
): Promise<unknown[]> {
  const parameters = Object.entries(values).map(([name, value]) => ({ name, value }));
  const answer = await container.items.query({ query, parameters }, { partitionKey: "s1", ...options }).fetchAll();
  return answer.resources;
}

const where = (condition: string, values: Record<string, JSONValue> = {}): Promise<unknown[]> =>
  rows(`SELECT VALUE c.id FROM c WHERE ${condition}`, values);

describe("WHERE", () => {
  const conditions: [string, string][] = [
    ["c.n = 1", "a"],
    ["c.n != 1", "bcde"],
    ["c.n <> 1 AND c.n < 4", "bc"],
    ["c.n >= 2 AND c.n <= 4.5", "bcd"],
    ["c.n > 'a'", "e"],
    ["NOT (c.n > 1)", "a"],
    ["NOT IS_DEFINED(c.flag)", "abc"],
    ["c.flag", "d"],
    ["c.flag = true OR c.n = 1", "ad"],
    ["c.flag = false", "e"],
    ["c.missing = 1 OR c.kind = 'y'", "bd"],
    ["c.missing != 1", ""],
    ["c.gone = null", "c"],
    ["c.gone != null", ""],
    ["c.name != null", "abcde"],
    ["c.n IN (1, 'five', 9)", "ae"],
    ["c.n NOT IN (1, 2)", "cde"],
    ["c.missing NOT IN (1)", ""],
    ["c.n BETWEEN 2 AND 3", "bc"],
    ["c.n NOT BETWEEN 2 AND 3", "ad"],
    ["c.name LIKE '%atte'", "b"],
    ["c.name LIKE 'F%W_ite'", "a"],
    ["c.name NOT LIKE '%t%'", "cd"],
    ["c.name LIKE '50!% off!_' ESCAPE '!'", "d"],
    ["c.name LIKE '[EL]%'", "b"],
    ['c.name = "It\'s"', "e"],
    ["c.name = 'It\\'s'", "e"],
    ["c.deep.p = 1", "a"],
    ["c['deep']['p'] = 1", "a"],
    ["c.tags[0] = 'milk'", "b"],
    ["c.tags = ['milk']", "b"],
    ["c.deep = {'p': 1}", "a"],
    ["c.n + 1 = 3", "b"],
    ["c.n * 2 - 1 = 3 AND c.n % 2 = 0", "b"],
    ["-c.n < -4", "d"],
    ["c.n / 0 = 1", ""],
    ["(c.n | 1) = 3", "bc"],
    ["c.name || '!' = 'Latte!'", "b"],
    ["(c.missing ?? 7) = 7", "abcde"],
    ["(c.flag ? 'yes' : 'no') = 'yes'", "d"],
    ["STARTSWITH(c.name, 'Fl')", "a"],
    ["STARTSWITH(c.name, 'ESP', true)", "c"],
    ["ENDSWITH(c.name, 'te') AND CONTAINS(c.name, 'att')", "b"],
    ["CONTAINS(c.name, 'WHITE', true)", "a"],
    ["LOWER(c.name) = 'latte' OR UPPER(c.name) = 'ESPRESSO'", "bc"],
    ["LENGTH(c.name) = 5", "b"],
    ["SUBSTRING(c.name, 1, 2) = 'at'", "b"],
    ["ARRAY_CONTAINS(c.tags, 'hot')", "a"],
    ["ARRAY_CONTAINS(c.options, {'size': 'L'}, true)", "b"],
    ["ARRAY_CONTAINS(c.options, {'size': 'L'})", ""],
    ["ARRAY_LENGTH(c.tags) = 0", "c"],
    ["IS_NULL(c.gone) OR IS_BOOL(c.flag)", "cde"],
    ["IS_STRING(c.n)", "e"],
    ["IS_NUMBER(c.n) AND IS_ARRAY(c.tags) AND IS_OBJECT(c.deep)", "a"],
    ["FLOOR(c.n) = 4 AND CEILING(c.n) = 5 AND ROUND(c.n) = 5 AND ABS(-c.n) = 4.5", "d"],
    ["CONCAT(c.kind, '-', ToString(c.n)) = 'x-1'", "a"],
    ["EXISTS(SELECT VALUE t FROM t IN c.tags WHERE t = 'hot')", "a"],
    ["EXISTS(SELECT VALUE o FROM o IN c.options WHERE o.price > c.n)", "b"],
    ["(SELECT VALUE COUNT(1) FROM t IN c.tags) = 2", "a"],
    ["ARRAY_LENGTH(ARRAY(SELECT VALUE o.price FROM o IN c.options)) = 2", "b"],
    ["c.kind = 'x' AND NOT c.flag", "e"],
    ["/* all */ true -- really", "abcde"],
  ];
  test.each(conditions)("%s", async (condition, expected) => {
    expect((await where(condition)).join("")).toBe(expected);
  });

  test("parameters, also lists and objects", async () => {
    expect(await where("ARRAY_CONTAINS(@ids, c.id) AND c.n > @n", { "@ids": ["a", "b", "c"], "@n": 1 })).toEqual([
      "b",
      "c",
    ]);
    expect(await where("c.deep = @deep", { "@deep": { p: 1 } })).toEqual(["a"]);
    expect((await refusal(where("c.n = @missing"))).message).toContain("@missing");
  });
});

describe("SELECT", () => {
  test("projections, aliases, constants, objects and arrays; undefined is left out", async () => {
    const query =
      "SELECT c.id, c.deep.p AS p, 1 + 1, {'name': c.name, 'no': c.nothing} AS o, [c.n, c.nothing] list FROM c WHERE c.n < 3";
    expect(await rows(query)).toEqual([
      { id: "a", p: 1, $1: 2, o: { name: "Flat White" }, list: [1] },
      { id: "b", $1: 2, o: { name: "Latte" }, list: [2] },
    ]);
  });

  test("SELECT * gives whole items, VALUE leaves out undefined rows", async () => {
    expect(await rows("SELECT * FROM c WHERE c.id = 'a'")).toMatchObject([{ id: "a", _rid: expect.any(String) }]);
    expect(await rows("SELECT VALUE c.flag FROM c")).toEqual([true, false]);
    expect(await rows("SELECT VALUE 1 + 2")).toEqual([3]);
  });

  test("the alias may be anything, FROM may go into an item", async () => {
    expect(await rows("SELECT m.id FROM menu m WHERE m.n = 2")).toEqual([{ id: "b" }]);
    expect(await rows("SELECT VALUE root.id FROM root WHERE root.n = 2")).toEqual(["b"]);
    expect(await rows("SELECT VALUE deep.p FROM c.deep")).toEqual([1]);
    expect(await rows("SELECT VALUE t FROM t IN c.tags")).toEqual(["hot", "milk", "milk"]);
  });

  test("JOIN unrolls arrays, also those of a subquery", async () => {
    const query = "SELECT c.id, o.size FROM c JOIN o IN c.options WHERE o.price > 1";
    expect(await rows(query)).toEqual([
      { id: "b", size: "S" },
      { id: "b", size: "L" },
    ]);
    const inner = "SELECT VALUE s FROM c JOIN (SELECT VALUE o.size FROM o IN c.options WHERE o.price = 3) AS s";
    expect(await rows(inner)).toEqual(["L"]);
    expect(await rows("SELECT VALUE {t: t, u: u} FROM c JOIN t IN c.tags JOIN u IN c.tags WHERE c.id = 'b'")).toEqual([
      { t: "milk", u: "milk" },
    ]);
  });

  test("DISTINCT, TOP, OFFSET LIMIT", async () => {
    expect(await rows("SELECT DISTINCT VALUE c.kind FROM c")).toEqual(["x", "y"]);
    expect(await rows("SELECT DISTINCT c.kind FROM c")).toEqual([{ kind: "x" }, { kind: "y" }]);
    expect(await rows("SELECT TOP 2 VALUE c.id FROM c")).toEqual(["a", "b"]);
    expect(await rows("SELECT TOP @n VALUE c.id FROM c", { "@n": 1 })).toEqual(["a"]);
    expect(await rows("SELECT VALUE c.id FROM c OFFSET 1 LIMIT 2")).toEqual(["b", "c"]);
    expect(await rows("SELECT VALUE c.id FROM c ORDER BY c.id DESC OFFSET @o LIMIT @l", { "@o": 1, "@l": 2 })).toEqual([
      "d",
      "c",
    ]);
  });

  test("dates follow the clock", async () => {
    expect(await rows("SELECT VALUE [GetCurrentTimestamp(), GetCurrentDateTime()]")).toEqual([
      [noon, "2026-01-15T12:00:00.0000000Z"],
    ]);
    expect(await rows("SELECT VALUE DateTimeDiff('minute', '2026-01-15T11:58:30Z', GetCurrentDateTime())")).toEqual([
      2,
    ]);
    expect(await rows("SELECT VALUE DateTimeAdd('mm', 1, '2026-01-31T00:00:00Z')")).toEqual([
      "2026-02-28T00:00:00.0000000Z",
    ]);
  });
});

describe("ORDER BY, GROUP BY and aggregates", () => {
  test("values of different types are ordered by type, absent ones first", async () => {
    expect(await rows("SELECT VALUE c.id FROM c ORDER BY c.n")).toEqual(["a", "b", "c", "d", "e"]);
    expect(await rows("SELECT VALUE c.id FROM c ORDER BY c.flag DESC")).toEqual(["d", "e", "c", "b", "a"]);
  });

  test("several properties need a composite index, in its order or exactly reversed", async () => {
    expect(await rows("SELECT VALUE c.id FROM c ORDER BY c.kind, c.n DESC")).toEqual(["e", "c", "a", "d", "b"]);
    expect(await rows("SELECT VALUE c.id FROM c ORDER BY c.kind DESC, c.n")).toEqual(["b", "d", "a", "c", "e"]);
    for (const order of ["c.kind, c.n", "c.n DESC, c.kind", "c.kind, c.name"]) {
      const outcome = await refusal(rows(`SELECT * FROM c ORDER BY ${order}`));
      expect(outcome.code).toBe(400);
      expect(outcome.message).toContain("composite index");
    }
  });

  test("ordering by an excluded path or by an expression is a 400", async () => {
    expect((await refusal(rows("SELECT * FROM c ORDER BY c.secret"))).message).toContain("/secret");
    expect((await refusal(rows("SELECT * FROM c ORDER BY LOWER(c.name)"))).code).toBe(400);
  });

  test("aggregates count defined values, and are undefined over what they cannot add", async () => {
    expect(await rows("SELECT VALUE COUNT(1) FROM c")).toEqual([5]);
    expect(await rows("SELECT VALUE COUNT(c.flag) FROM c")).toEqual([2]);
    expect(await rows("SELECT VALUE SUM(c.n) FROM c WHERE c.n < 4")).toEqual([6]);
    expect(await rows("SELECT VALUE SUM(c.n) FROM c")).toEqual([]);
    expect(await rows("SELECT VALUE AVG(c.n) FROM c WHERE c.n < 3")).toEqual([1.5]);
    expect(await rows("SELECT MIN(c.n) AS least, MAX(c.n) AS most, COUNT(1) AS n FROM c")).toEqual([
      { least: 1, most: "five", n: 5 },
    ]);
    expect(await rows("SELECT VALUE COUNT(1) FROM c WHERE false")).toEqual([0]);
  });

  test("groups", async () => {
    const query = "SELECT c.kind, COUNT(1) AS n, MAX(c.id) AS last FROM c GROUP BY c.kind";
    expect(await rows(query)).toEqual([
      { kind: "x", n: 3, last: "e" },
      { kind: "y", n: 2, last: "d" },
    ]);
    expect(await rows("SELECT COUNT(1) AS n, LENGTH(c.kind) AS l FROM c GROUP BY LENGTH(c.kind)")).toEqual([
      { n: 5, l: 1 },
    ]);
    expect(await rows("SELECT VALUE COUNT(1) FROM c JOIN t IN c.tags GROUP BY t")).toEqual([1, 2]);
  });
});

describe("paging", () => {
  const queries = [
    "SELECT VALUE c.id FROM c",
    "SELECT VALUE c.id FROM c ORDER BY c.kind DESC",
    "SELECT DISTINCT VALUE c.n FROM c",
    "SELECT VALUE t FROM c JOIN t IN c.tags",
    "SELECT TOP 3 VALUE c.id FROM c",
    "SELECT VALUE c.id FROM c ORDER BY c.flag OFFSET 1 LIMIT 3",
    "SELECT VALUE c.id FROM c OFFSET 1 LIMIT 3",
    "SELECT c.n, COUNT(1) AS k FROM c GROUP BY c.n",
  ];
  test.each(queries)("%s: pages of any size make up the whole", async (query) => {
    const whole = await rows(query);
    for (const maxItemCount of [1, 2, 3]) {
      const paged: unknown[] = [];
      let continuationToken: string | undefined;
      do {
        const options = {
          partitionKey: "s1",
          maxItemCount,
          ...(continuationToken === undefined ? {} : { continuationToken }),
        };
        const page = await container.items.query(query, options).fetchNext();
        expect(page.resources.length).toBeLessThanOrEqual(maxItemCount);
        paged.push(...page.resources);
        continuationToken = page.continuationToken;
      } while (continuationToken);
      expect(paged).toEqual(whole);
    }
  });

  test("a continuation that is none is a 400", async () => {
    const outcome = await refusal(rows("SELECT * FROM c", {}, { continuationToken: "nonsense" }));
    expect(outcome.code).toBe(400);
  });

  test("a continuation of another query is a 400: it would begin anywhere", async () => {
    const { container } = await startStack();
    for (const id of ["a", "b", "c"]) await container.items.create({ id, storeId: "one", n: 1 });
    const page = (query: string, continuationToken?: string) =>
      container.items
        .query(query, { partitionKey: "one", maxItemCount: 1, ...(continuationToken ? { continuationToken } : {}) })
        .fetchNext();
    const queries = [
      "SELECT * FROM c",
      "SELECT * FROM c ORDER BY c.id",
      "SELECT c.id, COUNT(1) AS n FROM c GROUP BY c.id",
      "SELECT DISTINCT c.id FROM c",
    ];
    const [plain, ordered, grouped, distinct] = await Promise.all(
      queries.map(async (query) => (await page(query)).continuationToken),
    );
    // The same in other words, and with a condition that only passes over some.
    expect((await page(queries[1] as string, ordered)).resources).toMatchObject([{ id: "b" }]);
    expect((await page("SELECT  c.id FROM c WHERE c.id != 'b' ORDER BY c.id", ordered)).resources).toEqual([
      { id: "c" },
    ]);
    for (const [query, token] of [
      [queries[0], ordered],
      [queries[0], grouped],
      [queries[1], plain],
      [queries[1], distinct],
      [queries[2], plain],
      [queries[3], ordered],
      ["SELECT * FROM c ORDER BY c.n", ordered],
      ["SELECT * FROM c ORDER BY c.id DESC", ordered],
      [queries[3], grouped],
      ["SELECT DISTINCT c.n FROM c", distinct],
    ])
      expect(await refusal(page(query as string, token))).toMatchObject({
        code: 400,
        message: expect.stringContaining("it belongs to a query with another ORDER BY"),
      });
  });
});

describe("refusals name the place", () => {
  const wrong: [string, string, number][] = [
    ["SELECT * FROM c WHERE c.n ==", "SC1001", 27],
    ["SELEC * FROM c", "SC1001", 0],
    ["SELECT * FROM c WHERE FOO(c.n)", "SC2005", 22],
    ["SELECT * FROM c WHERE LENGTH(c.n, 1)", "SC2050", 22],
    ["SELECT * FROM c WHERE d.n = 1", "SC2001", 22],
    ["SELECT * FROM c WHERE c.name = 'open", "SC1010", 31],
    ["SELECT c.id, COUNT(1) AS n FROM c", "SC2102", 7],
    ["SELECT * FROM c WHERE COUNT(1) > 1", "SC2053", 22],
    ["SELECT * FROM c JOIN t IN c.tags", "SC2040", 7],
    ["SELECT c.id, d.id FROM c", "SC2022", 13],
    ["SELECT * FROM c WHERE NOT c.n = 1", "SC1001", 22],
    ["SELECT COUNT(*) FROM c", "SC1001", 13],
    ["SELECT * FROM c OFFSET 1", "SC1001", 24],
  ];
  test.each(wrong)("%s", async (query, code, start) => {
    const outcome = await refusal(rows(query));
    expect(outcome.code).toBe(400);
    const { errors } = JSON.parse(outcome.message.replace(/^Message: /, "")) as {
      errors: { code: string; location: { start: number } }[];
    };
    expect(errors[0]).toMatchObject({ code, location: { start } });
  });

  test("a body that is no JSON, and a missing partition key header, are told apart", async () => {
    const docs = "/dbs/crema/colls/menu/docs";
    const key = { "x-ms-documentdb-partitionkey": '["s1"]' };
    expect((await request(cosmos, "POST", docs, "{", key)).body.message).toContain("not JSON");
    expect((await request(cosmos, "POST", docs, "{}")).body.message).toContain("x-ms-documentdb-partitionkey");
    expect((await request(cosmos, "POST", docs, '{"storeId":"s1"}', key)).body.message).toContain("id");
  });
});
