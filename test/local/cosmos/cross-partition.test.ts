import { describe, expect, test } from "vitest";
import { refusal, type Stack, startStack } from "./stack.ts";

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

  test("what fails on Azure fails: an aggregate without VALUE, an aggregate inside an expression", async () => {
    const { container } = await stackWithItems(ranges);
    const all = (query: string) => refusal(container.items.query(query).fetchAll());
    expect((await all("SELECT COUNT(1) AS n FROM c")).message).toContain("must use the VALUE keyword");
    expect((await all("SELECT VALUE COUNT(1) + 1 FROM c")).code).toBe(400);
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
