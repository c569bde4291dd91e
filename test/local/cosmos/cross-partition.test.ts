import { ChangeFeedStartFrom } from "@azure/cosmos";
import { describe, expect, test } from "vitest";
import { openMemoryStore } from "../../../local/store/memory-store.ts";
import { refusal, request, type Stack, startStack } from "./stack.ts";

async function stackWithItems(ranges: 1 | 2): Promise<Stack> {
  const stack = await startStack({ ranges });
  for (let n = 0; n < 24; n++) {
    await stack.container.items.create({ id: `o${n}`, storeId: `s${n % 8}`, n: (n * 7) % 24, kind: 1 + (n % 3) });
  }
  return stack;
}

const numbers = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, at) => from + at);

describe.each([1, 2] as const)("over all partitions, in %i range(s), merged by the SDK", (ranges) => {
  test("order, page, aggregates, groups and distinct values are as for one partition", async () => {
    const { container } = await stackWithItems(ranges);
    const rows = async (query: string): Promise<unknown[]> => (await container.items.query(query).fetchAll()).resources;
    expect(await rows("SELECT VALUE c.n FROM c ORDER BY c.n")).toEqual(numbers(0, 24));
    expect(await rows("SELECT VALUE c.n FROM c ORDER BY c.n DESC")).toEqual(numbers(0, 24).reverse());
    expect(await rows("SELECT c.n FROM c WHERE c.n > 3 ORDER BY c.n OFFSET 2 LIMIT 2")).toEqual([{ n: 6 }, { n: 7 }]);
    expect(await rows("SELECT TOP 3 VALUE c.n FROM c ORDER BY c.n DESC")).toEqual([23, 22, 21]);
    expect(await rows("SELECT VALUE COUNT(1) FROM c")).toEqual([24]);
    expect(await rows("SELECT VALUE SUM(c.n) FROM c WHERE c.n < 4")).toEqual([6]);
    expect(await rows("SELECT VALUE AVG(c.n) FROM c")).toEqual([11.5]);
    expect(await rows("SELECT VALUE MIN(c.n) FROM c")).toEqual([0]);
    expect(await rows("SELECT VALUE MAX(c.n) FROM c WHERE c.kind = 2")).toEqual([22]);
    const groups = await rows(
      "SELECT c.kind, COUNT(1) AS n, AVG(c.n) AS mean, MIN(c.n) AS least FROM c GROUP BY c.kind",
    );
    expect(groups).toHaveLength(3);
    expect(groups).toContainEqual({ kind: 1, n: 8, mean: 10.5, least: 0 });
    expect((await rows("SELECT DISTINCT VALUE c.kind FROM c")).sort()).toEqual([1, 2, 3]);
    expect(await rows("SELECT DISTINCT VALUE c.kind FROM c ORDER BY c.kind")).toEqual([1, 2, 3]);
    expect(await rows("SELECT VALUE c.id FROM c WHERE c.n = 7")).toEqual(["o1"]);
  });

  test("with query control an ordered page can be resumed", async () => {
    const { container } = await stackWithItems(ranges);
    const seen: unknown[] = [];
    let continuationToken: string | undefined;
    do {
      const options = {
        enableQueryControl: true,
        maxItemCount: 5,
        ...(continuationToken ? { continuationToken } : {}),
      };
      const page = await container.items.query("SELECT VALUE c.n FROM c ORDER BY c.n", options).fetchNext();
      seen.push(...page.resources);
      continuationToken = page.continuationToken;
    } while (continuationToken);
    expect(seen).toEqual(numbers(0, 24));
  });

  test("aggregates without VALUE are merged too; an aggregate inside an expression is refused as on Azure", async () => {
    const { container } = await stackWithItems(ranges);
    const rows = async (query: string): Promise<unknown[]> => (await container.items.query(query).fetchAll()).resources;
    expect(await rows("SELECT COUNT(1) AS n, SUM(c.n), MAX(c.n) AS most FROM c")).toEqual([
      { n: 24, $1: 276, most: 23 },
    ]);
    expect(await rows("SELECT AVG(c.n) AS mean, MIN(c.kind) FROM c WHERE c.n < 4")).toEqual([{ mean: 1.5, $1: 1 }]);
    // One row is in any order: no composite index is asked for.
    expect(await rows("SELECT VALUE SUM(c.n) FROM c ORDER BY c.kind, c.n")).toEqual([276]);
    const composed = await refusal(rows("SELECT VALUE COUNT(1) + 1 FROM c"));
    expect(composed).toMatchObject({ code: 400, message: expect.stringContaining("Compositions of aggregates") });
  });

  test("distinct rows are counted once by the client before TOP, OFFSET and LIMIT count them", async () => {
    const { container } = await stackWithItems(ranges);
    const rows = async (query: string): Promise<unknown[]> => (await container.items.query(query).fetchAll()).resources;
    expect(await rows("SELECT DISTINCT TOP 2 c.kind FROM c ORDER BY c.kind")).toEqual([{ kind: 1 }, { kind: 2 }]);
    expect(await rows("SELECT DISTINCT VALUE c.kind FROM c ORDER BY c.kind DESC OFFSET 1 LIMIT 5")).toEqual([2, 1]);
    expect(await rows("SELECT DISTINCT TOP 3 VALUE c.kind FROM c")).toHaveLength(3);
  });
});

const indexingPolicy = {
  compositeIndexes: [
    [{ path: "/n" }, { path: "/kind" }],
    [{ path: "/n" }, { path: "/kind", order: "descending" }],
  ],
};

/** Items with many ties, some without `n` or with one of another type. */
async function stackWithTies(ranges: 1 | 2): Promise<Stack> {
  const stack = await startStack({ ranges, declaration: { indexingPolicy } });
  const values = [1, 2, "a", null, true, undefined, 2, [1]];
  for (let at = 0; at < 80; at++) {
    const item = {
      id: `o${at}`,
      storeId: `s${at % 7}`,
      g: 1 + (at % 2),
      n: values[at % 8],
      kind: at % 3,
      list: [1, 2],
    };
    await stack.container.items.create(item);
  }
  return stack;
}

/** The number in an item's rid as both SDKs read it, and the kind of resource that its last byte names. */
function ridParts(rid: string): { number: bigint; kind: number } {
  const bytes = Buffer.from(rid.replaceAll("-", "/"), "base64");
  return { number: bytes.readBigUInt64LE(8), kind: (bytes[15] ?? 0xff) >> 4 };
}

describe.each([1, 2] as const)("rows that ORDER BY does not tell apart, in %i range(s)", (ranges) => {
  test("with query control no row is lost or doubled, whatever the direction and the size of pages", async () => {
    const { container } = await stackWithTies(ranges);
    for (const order of ["c.g", "c.g DESC", "c.kind DESC"]) {
      for (const maxItemCount of [1, 7, 25, 100]) {
        const seen: string[] = [];
        let token: string | undefined;
        do {
          const options = { maxItemCount, enableQueryControl: true, ...(token ? { continuationToken: token } : {}) };
          const page = await container.items.query(`SELECT VALUE c.id FROM c ORDER BY ${order}`, options).fetchNext();
          seen.push(...page.resources);
          token = page.continuationToken;
        } while (token);
        expect([seen.length, new Set(seen).size], `${order} by ${maxItemCount}`).toEqual([80, 80]);
      }
    }
  });

  test("come by their rids, backwards as soon as one property is descending, and a header says so", async () => {
    const { cosmos } = await stackWithTies(ranges);
    const orders = ["c.n", "c.n DESC", "c.g DESC", "c.n, c.kind", "c.n, c.kind DESC", "c.n DESC, c.kind DESC"];
    for (const order of [...orders, "c.n DESC, c.kind"]) {
      let all = 0;
      for (let range = 0; range < ranges; range++) {
        const keys = order.replaceAll(/ (ASC|DESC)/g, "");
        const query = `SELECT c._rid, [${keys}] AS keys FROM c JOIN l IN c.list ORDER BY ${order}`;
        const rows: { _rid: string; keys: unknown[] }[] = [];
        let token: string | null = null;
        do {
          const headers: Record<string, string> = {
            "x-ms-documentdb-isquery": "true",
            "x-ms-documentdb-partitionkeyrangeid": String(range),
            "x-ms-max-item-count": "9",
            ...(token === null ? {} : { "x-ms-continuation": token }),
          };
          const page = await request(
            cosmos,
            "POST",
            "/dbs/crema/colls/orders/docs",
            JSON.stringify({ query }),
            headers,
          );
          const info = JSON.parse(page.headers.get("x-ms-cosmos-query-execution-info") ?? "null");
          expect(info).toEqual({ reverseRidEnabled: false, reverseIndexScan: order.includes("DESC") });
          rows.push(...(page.body as { Documents: typeof rows }).Documents);
          token = page.headers.get("x-ms-continuation");
        } while (token !== null);
        all += rows.length;
        for (const [at, row] of rows.entries()) {
          const previous = rows[at - 1];
          const { number, kind } = ridParts(row._rid);
          expect(kind).toBe(0);
          if (previous === undefined || JSON.stringify(previous.keys) !== JSON.stringify(row.keys)) continue;
          const step = number - ridParts(previous._rid).number;
          expect(order.includes("DESC") ? step <= 0n : step >= 0n, order).toBe(true);
        }
      }
      expect(all).toBe(160);
    }
  });
});

describe.each([1, 2] as const)("without leave to cross partitions, in %i range(s)", (ranges) => {
  const asker = (stack: Stack, container: string) => async (query: string, parameters?: object[]) => {
    const headers = { "x-ms-documentdb-isquery": "true", "content-type": "application/query+json" };
    const path = `/dbs/crema/colls/${container}/docs`;
    const { status, body } = await request(stack.cosmos, "POST", path, JSON.stringify({ query, parameters }), headers);
    return status === 200 ? (body as { Documents: unknown[] }).Documents : `${status} ${body.message}`;
  };
  const refused = expect.stringMatching(/^400 Cross partition query is required but disabled.*filter on a single one/);

  test("a query is answered whose filter leaves one partition key, whatever it makes of the rows", async () => {
    const rows = asker(await stackWithItems(ranges), "orders");
    expect(await rows("SELECT VALUE c.id FROM c WHERE c.storeId = 's1'")).toEqual(["o1", "o9", "o17"]);
    const given = [{ name: "@s", value: "s1" }];
    expect(await rows("SELECT VALUE c.n FROM c WHERE c.storeId = @s AND c.n > 7 ORDER BY c.n DESC", given)).toEqual([
      23, 15,
    ]);
    expect(await rows("SELECT VALUE COUNT(1) FROM c WHERE c.storeId IN ('s1')")).toEqual([3]);
    expect(await rows("SELECT TOP 1 VALUE c.id FROM c WHERE c.storeId = 's1' AND c.kind = 1")).toHaveLength(1);
    expect(await rows("SELECT * FROM c WHERE c.storeId = 'nobodys'")).toEqual([]);
    for (const where of ["", "WHERE c.n = 1", "WHERE c.storeId IN ('s1', 's2')", "WHERE c.storeId > 's1'"])
      expect(await rows(`SELECT * FROM c ${where}`)).toEqual(refused);
    expect(await rows("SELECT * FROM c WHERE c.storeId = 's1' OR c.n = 1")).toEqual(refused);
  });

  test("of a hierarchical key all of it must be filtered on, and the version of a key is of no account", async () => {
    const stack = await startStack({ ranges });
    const { containers } = stack.client.database("crema");
    const { container: tree } = await containers.create({
      id: "tree",
      partitionKey: { paths: ["/a", "/b"], version: 2, kind: "MultiHash" } as never,
    });
    await tree.items.create({ id: "1", a: "x", b: "y" });
    const inTree = asker(stack, "tree");
    expect(await inTree("SELECT VALUE c.id FROM c WHERE c.a = 'x' AND c.b = 'y'")).toEqual(["1"]);
    expect(await inTree("SELECT VALUE c.id FROM c WHERE c.a = 'x'")).toEqual(refused);
    const { container: old } = await containers.create({ id: "old", partitionKey: { paths: ["/pk"] } });
    await old.items.create({ id: "1", pk: "p" });
    expect(await asker(stack, "old")("SELECT VALUE c.id FROM c WHERE c.pk = 'p'")).toEqual(["1"]);
  });
});

test("with two ranges, ordering over a null fails in the client as on Azure", async () => {
  const { container } = await stackWithItems(2);
  for (let n = 0; n < 8; n++) await container.items.create({ id: `null${n}`, storeId: `s${n}`, n: null });
  expect((await refusal(container.items.query("SELECT * FROM c ORDER BY c.n").fetchAll())).message).toContain(
    "type object",
  );
});

test("forceQueryPlan works, and a plan comes for a query with a partition key too", async () => {
  const { container } = await stackWithItems(2);
  const query = "SELECT VALUE c.n FROM c WHERE c.kind = 1";
  const answer = await container.items.query(query, { forceQueryPlan: true }).fetchAll();
  expect(answer.resources).toHaveLength(8);
});

describe.each([1, 2] as const)("a container made with much throughput, its key of version %i", (version) => {
  test("has as many ranges as the service makes of it, before and after a restart", async () => {
    const store = openMemoryStore();
    const before = await startStack({ store });
    const { container } = await before.client.database("crema").containers.create({
      id: "busy",
      partitionKey: { paths: ["/pk"], ...(version === 2 ? { version } : {}) } as never,
      throughput: 25_100,
    });
    const bodies = Array.from({ length: 150 }, (_, n) => ({ id: `o${n}`, pk: n % 3 === 0 ? n : `p${n}`, n }));
    const operations = bodies.map((body) => ({ operationType: "Create" as const, resourceBody: body }));
    const made = await container.items.bulk(operations);
    expect(made.map(({ statusCode }) => statusCode)).toEqual(bodies.map(() => 201));
    await before.stop();
    const after = await startStack({ store });
    const again = after.client.database("crema").container("busy");
    const { resources: ranges } = await again.readPartitionKeyRanges().fetchAll();
    expect(ranges.map(({ id }) => id)).toEqual(["0", "1", "2"]);
    for (const { id, pk, n } of bodies.slice(0, 20)) expect((await again.item(id, pk).read()).resource?.n).toBe(n);
    const ordered = await again.items.query("SELECT VALUE c.n FROM c ORDER BY c.n DESC").fetchAll();
    expect(ordered.resources).toEqual(numbers(0, 150).reverse());
    let found = 0;
    for (const range of await again.getFeedRanges()) {
      const options = { changeFeedStartFrom: ChangeFeedStartFrom.Beginning(range), maxItemCount: 1000 };
      const { result } = await again.items.getChangeFeedIterator(options).readNext();
      expect(result.length).toBeGreaterThan(20);
      found += result.length;
    }
    expect(found).toBe(150);
  });
});
