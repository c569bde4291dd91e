import { ChangeFeedStartFrom, type Container } from "@azure/cosmos";
import { describe, expect, test } from "vitest";
import { noon, startStack } from "./stack.ts";

type Options = Parameters<Container["items"]["getChangeFeedIterator"]>[0];

/** Reads until the feed has nothing new; gives the ids and the continuation. */
async function drain(container: Container, options: Options): Promise<{ ids: string[]; continuation: string }> {
  const feed = container.items.getChangeFeedIterator(options);
  const ids: string[] = [];
  for (;;) {
    const answer = await feed.readNext();
    if (answer.statusCode === 304) return { ids, continuation: answer.continuationToken };
    ids.push(...answer.result.map((item) => String(item.id)));
  }
}

describe.each([1, 2] as const)("with %i range(s)", (ranges) => {
  test("the feed gives each item once, at the place of its latest version, and no deletions", async () => {
    const { container } = await startStack({ ranges });
    for (const id of ["a", "b", "c", "d"]) await container.items.create({ id, storeId: "s1" });
    await container.items.upsert({ id: "b", storeId: "s1", n: 2 });
    await container.item("c", "s1").delete();
    const { ids } = await drain(container, { changeFeedStartFrom: ChangeFeedStartFrom.Beginning(), maxItemCount: 2 });
    expect(ids).toEqual(["a", "d", "b"]);
  });

  test("a continuation gives only what came after it", async () => {
    const { container } = await startStack({ ranges });
    for (let n = 0; n < 8; n++) await container.items.create({ id: `o${n}`, storeId: `s${n}` });
    const first = await drain(container, { changeFeedStartFrom: ChangeFeedStartFrom.Beginning() });
    expect(first.ids.sort()).toEqual(["o0", "o1", "o2", "o3", "o4", "o5", "o6", "o7"]);
    await container.items.create({ id: "new", storeId: "s5" });
    const second = await drain(container, {
      changeFeedStartFrom: ChangeFeedStartFrom.Continuation(first.continuation),
    });
    expect(second.ids).toEqual(["new"]);
  });

  test("from now means from the first read on", async () => {
    const { container } = await startStack({ ranges });
    await container.items.create({ id: "before", storeId: "s1" });
    const { ids, continuation } = await drain(container, { changeFeedStartFrom: ChangeFeedStartFrom.Now() });
    expect(ids).toEqual([]);
    await container.items.create({ id: "after", storeId: "s1" });
    const next = await drain(container, { changeFeedStartFrom: ChangeFeedStartFrom.Continuation(continuation) });
    expect(next.ids).toEqual(["after"]);
  });
});

test("from a time gives what was written since then", async () => {
  const { container, advance } = await startStack();
  await container.items.create({ id: "early", storeId: "s1" });
  await advance(60_000);
  await container.items.create({ id: "late", storeId: "s1" });
  const start = ChangeFeedStartFrom.Time(new Date(noon + 30_000));
  expect((await drain(container, { changeFeedStartFrom: start })).ids).toEqual(["late"]);
});

test("the feed of a partition key and of one feed range have only their items", async () => {
  const { container } = await startStack({ ranges: 2 });
  for (let n = 0; n < 12; n++) await container.items.create({ id: `o${n}`, storeId: `s${n % 6}` });
  const byKey = await drain(container, { changeFeedStartFrom: ChangeFeedStartFrom.Beginning("s2") });
  expect(byKey.ids).toEqual(["o2", "o8"]);
  const ranges = await container.getFeedRanges();
  expect(ranges).toHaveLength(2);
  const parts = await Promise.all(
    ranges.map((range) => drain(container, { changeFeedStartFrom: ChangeFeedStartFrom.Beginning(range) })),
  );
  expect(parts.map(({ ids }) => ids.length).every((count) => count > 0 && count < 12)).toBe(true);
  expect(parts.flatMap(({ ids }) => ids).sort()).toHaveLength(12);
});

test("a batch has one LSN and is never cut by a page", async () => {
  const { container } = await startStack();
  await container.items.create({ id: "first", storeId: "s1" });
  await container.items.batch(
    ["a", "b", "c"].map((id) => ({ operationType: "Create" as const, resourceBody: { id, storeId: "s1" } })),
    "s1",
  );
  const feed = container.items.getChangeFeedIterator({
    changeFeedStartFrom: ChangeFeedStartFrom.Beginning(),
    maxItemCount: 2,
  });
  const pages = [await feed.readNext(), await feed.readNext()].map(({ result }) => result.map(({ id }) => id));
  expect(pages).toEqual([["first", "a", "b", "c"], undefined].filter((page) => page !== undefined).concat([[]]));
});

test("in the same process: listeners are called in the turn of the commit, and positions continue", async () => {
  const { container, cosmos, work } = await startStack();
  const { feed } = cosmos;
  const start = feed.readChanges("crema", "orders", "now", 10).position;
  const seen: unknown[] = [];
  let atWork = 0;
  const stop = feed.onChange("crema", "orders", () => {
    atWork = work.pending["cosmos: request"] ?? 0;
    seen.push(...feed.readChanges("crema", "orders", start, 10).documents.map(({ id }) => id));
  });
  await container.items.create({ id: "o1", storeId: "s1" });
  expect(seen).toEqual(["o1"]);
  expect(atWork).toBe(1);
  stop();
  await feed.upsertItem("crema", "orders", { id: "lease", storeId: "s9", owner: "me" });
  expect(seen).toEqual(["o1"]);
  expect(feed.readItem("crema", "orders", "lease", "s9")).toMatchObject({ owner: "me" });
  expect(feed.readItem("crema", "orders", "lease", "s8")).toBeUndefined();
  const { documents, more, position } = feed.readChanges("crema", "orders", start, 1);
  expect([documents.map(({ id }) => id), more]).toEqual([["o1"], true]);
  expect(documents[0]?._lsn).toBeTypeOf("number");
  expect(feed.readChanges("crema", "orders", position, 1)).toMatchObject({ documents: [{ id: "lease" }], more: false });
  expect(() => feed.readChanges("crema", "nothing", "now", 1)).toThrow("does not exist");
});
