import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  ChangeFeedMode,
  ChangeFeedPolicy,
  ChangeFeedRetentionTimeSpan,
  ChangeFeedStartFrom,
  type Container,
} from "@azure/cosmos";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { openLogStore } from "../../../local/store/log-store.ts";
import { openMemoryStore } from "../../../local/store/memory-store.ts";
import { hashed, noon, refusal, startStack } from "./stack.ts";

interface Change {
  current?: { id: string; n?: number; [name: string]: unknown };
  metadata: { operationType: string; lsn: number; crts: number; [name: string]: unknown };
}

const days = 24 * 3_600_000;
const allVersions = { milliseconds: 7 * days };

/** Goes on with a feed of all versions until there is nothing new. */
async function drain(
  container: Container,
  from: ChangeFeedStartFrom,
  maxItemCount = 100,
): Promise<{ changes: Change[]; continuation: string; pages: number }> {
  const feed = container.items.getChangeFeedIterator({
    changeFeedStartFrom: from,
    changeFeedMode: ChangeFeedMode.AllVersionsAndDeletes,
    maxItemCount,
  });
  const changes: Change[] = [];
  for (let pages = 0; ; pages++) {
    const answer = await feed.readNext();
    if (answer.statusCode === 304) return { changes, continuation: answer.continuationToken, pages };
    changes.push(...(answer.result as unknown as Change[]));
  }
}

const onward = (continuation: string) => ChangeFeedStartFrom.Continuation(continuation);
const told = ({ current, metadata }: Change) =>
  `${metadata.operationType} ${current?.id ?? metadata.id} ${current?.n ?? "-"}`;

describe.each([1, 2] as const)("with %i range(s)", (ranges) => {
  test("each version comes with what was done, and deletions with the id and the partition key", async () => {
    const { container, advance } = await startStack({ ranges, allVersions });
    await container.items.create({ id: "before", storeId: "s1" });
    const { changes: none, continuation } = await drain(container, ChangeFeedStartFrom.Now());
    expect(none).toEqual([]);
    const { resource: first } = await container.items.create({ id: "a", storeId: "s1", n: 1 });
    await advance(2_000);
    await container.items.upsert({ id: "a", storeId: "s1", n: 2 });
    await container.item("a", "s1").patch([{ op: "incr", path: "/n", value: 1 }]);
    await container.item("a", "s1").delete();
    await container.item("before", "s1").delete();
    const { changes } = await drain(container, onward(continuation), 2);
    const [create, replace, patch, remove, old] = changes;
    expect(changes.map(told)).toEqual(["create a 1", "replace a 2", "replace a 3", "delete a -", "delete before -"]);
    expect(create).toEqual({
      current: first,
      metadata: { operationType: "create", lsn: create?.metadata.lsn, crts: noon / 1000 },
    });
    expect(replace?.metadata).toMatchObject({ crts: noon / 1000 + 2, previousImageLSN: create?.metadata.lsn });
    expect(remove).toEqual({
      metadata: {
        operationType: "delete",
        lsn: Number(patch?.metadata.lsn) + 1,
        crts: noon / 1000 + 2,
        previousImageLSN: patch?.metadata.lsn,
        id: "a",
        partitionKey: { storeId: "s1" },
      },
    });
    expect(old?.metadata.previousImageLSN).toBe(1);
  });
});

test("a batch is told step by step, in one commit that no page cuts", async () => {
  const { container } = await startStack({ allVersions });
  const { continuation } = await drain(container, ChangeFeedStartFrom.Now());
  await container.items.create({ id: "first", storeId: "s1" });
  await container.items.batch(
    [
      { operationType: "Create", resourceBody: { id: "a", storeId: "s1", n: 1 } },
      { operationType: "Upsert", resourceBody: { id: "a", storeId: "s1", n: 2 } },
      { operationType: "Delete", id: "a" },
      { operationType: "Create", resourceBody: { id: "a", storeId: "s1", n: 3 } },
    ],
    "s1",
  );
  const { changes, pages } = await drain(container, onward(continuation), 2);
  expect(changes.map(told)).toEqual(["create first -", "create a 1", "replace a 2", "delete a -", "create a 3"]);
  expect(new Set(changes.slice(1).map(({ metadata }) => metadata.lsn)).size).toBe(1);
  expect(pages).toBe(1);
});

test("what ran out is told when it is removed, or when another takes its place", async () => {
  const { container, advance } = await startStack({ allVersions, declaration: { defaultTtl: -1 } });
  const { continuation } = await drain(container, ChangeFeedStartFrom.Now());
  await container.items.create({ id: "swept", storeId: "s1", ttl: 10 });
  await container.items.create({ id: "replaced", storeId: "s1", ttl: 10 });
  await advance(20_000);
  await container.items.create({ id: "replaced", storeId: "s1", n: 2 });
  await advance(60_000);
  const { changes } = await drain(container, onward(continuation));
  expect(changes.map(told)).toEqual([
    "create swept -",
    "create replaced -",
    "delete replaced -",
    "create replaced 2",
    "delete swept -",
  ]);
  expect(changes.map(({ metadata }) => metadata.timeToLiveExpired)).toEqual([
    undefined,
    undefined,
    true,
    undefined,
    true,
  ]);
});

test("a feed range and a partition key have their own changes, also of a partition that is empty by now", async () => {
  const { container } = await startStack({
    ranges: 2,
    allVersions,
    declaration: { partitionKey: ["/storeId", "/drink"] },
  });
  const ranges = await container.getFeedRanges();
  const starts = [...ranges.map((range) => ChangeFeedStartFrom.Now(range)), ChangeFeedStartFrom.Now(["s2"])];
  starts.push(ChangeFeedStartFrom.Now(["s2", "Latte"]));
  const positions: string[] = [];
  for (const start of starts) positions.push((await drain(container, start)).continuation);
  for (let n = 0; n < 6; n++) {
    for (const drink of ["Latte", "Mocha"]) {
      await container.items.create({ id: "o", storeId: `s${n}`, drink, n });
      await container.item("o", [`s${n}`, drink]).delete();
    }
  }
  const found: Change[][] = [];
  for (const position of positions) found.push((await drain(container, onward(position))).changes);
  const [left = [], right = [], prefix = [], whole = []] = found;
  expect([left.length + right.length, left.length > 0, right.length > 0]).toEqual([24, true, true]);
  expect(prefix).toHaveLength(4);
  expect(whole.map(told)).toEqual(["create o 2", "delete o -"]);
  expect(whole.at(-1)?.metadata.partitionKey).toEqual({ storeId: "s2", drink: "Latte" });
});

test("it begins now or goes on: the beginning and a time are refused, and so is all of it while it is off", async () => {
  const { container } = await startStack({ allVersions });
  const beginning = await refusal(drain(container, ChangeFeedStartFrom.Beginning()));
  expect(beginning).toMatchObject({
    code: 400,
    message: expect.stringContaining("Start from beginning is not supported"),
  });
  const time = await refusal(drain(container, ChangeFeedStartFrom.Time(new Date(noon))));
  expect(time).toMatchObject({ code: 400, message: expect.stringContaining("point in time is not supported") });
  const { container: plain } = await startStack();
  const off = await refusal(drain(plain, ChangeFeedStartFrom.Now()));
  expect(off).toMatchObject({ code: 400, message: expect.stringContaining("mode must be enabled") });
});

test("what is beyond the retention is refused, not passed over; who has seen it goes on", async () => {
  const { container, advance } = await startStack({ allVersions });
  const { continuation: early } = await drain(container, ChangeFeedStartFrom.Now());
  await container.items.create({ id: "a", storeId: "s1" });
  const { continuation: late } = await drain(container, onward(early));
  await advance(7 * days + 1_000);
  const refused = await refusal(drain(container, onward(early)));
  expect(refused).toMatchObject({ code: 400, message: expect.stringContaining("no longer available") });
  await container.item("a", "s1").delete();
  expect((await refusal(drain(container, onward(early)))).code).toBe(400);
  expect((await drain(container, onward(late))).changes.map(told)).toEqual(["delete a -"]);
});

test("no more is kept than the bound, and nothing is missing without being told", async () => {
  const { container } = await startStack({ allVersions: { ...allVersions, limits: { changes: 5, bytes: 1_000_000 } } });
  const positions: string[] = [(await drain(container, ChangeFeedStartFrom.Now())).continuation];
  for (let n = 0; n < 8; n++) {
    await container.items.upsert({ id: "a", storeId: "s1", n });
    positions.push((await drain(container, onward(positions.at(-1) ?? ""))).continuation);
  }
  const outcomes: unknown[] = [];
  for (const position of positions) {
    const outcome = await drain(container, onward(position)).catch(({ code }: { code: number }) => code);
    outcomes.push(typeof outcome === "object" ? outcome.changes.length : outcome);
  }
  expect(outcomes).toEqual([400, 400, 400, 5, 4, 3, 2, 1, 0]);
});

test("all of it survives a kill and being taken out of the log, and begins again where it was switched off between", async () => {
  const folder = mkdtempSync(join(tmpdir(), "cosmos-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const run = async (options: Parameters<typeof startStack>[0]) => {
    const store = await openLogStore(folder);
    const stack = await startStack({ ...options, store });
    const end = async () => {
      await stack.stop();
      await store.close();
    };
    return { ...stack, store, end };
  };
  const first = await run({ allVersions });
  const { continuation } = await drain(first.container, ChangeFeedStartFrom.Now());
  await first.container.items.create({ id: "a", storeId: "s1", n: 1 });
  await first.container.item("a", "s1").delete();
  await first.store.checkpoint();
  await first.end();
  const second = await run({ allVersions });
  await second.container.items.create({ id: "a", storeId: "s1", n: 2 });
  const { changes } = await drain(second.container, onward(continuation));
  expect(changes.map(told)).toEqual(["create a 1", "delete a -", "create a 2"]);
  await second.end();
  const off = await run({});
  expect(off.store.tables().some((name) => name.startsWith("cosmos/versions"))).toBe(false);
  await off.end();
  const again = await run({ allVersions });
  expect((await refusal(drain(again.container, onward(continuation)))).message).toContain("no longer available");
  await again.client.database("crema").delete();
  expect(again.store.tables()).toEqual([]);
  await again.end();
});

test("a container may keep its changes by itself, as in the vendor's emulator, unless the account does", async () => {
  const changeFeedPolicy = new ChangeFeedPolicy(ChangeFeedRetentionTimeSpan.fromMinutes(5));
  const { client, advance } = await startStack();
  const database = client.database("crema");
  const { container } = await database.containers.create({ id: "own", partitionKey: hashed("/pk"), changeFeedPolicy });
  expect((await container.read()).resource?.changeFeedPolicy).toEqual({ retentionDuration: 5 });
  const { continuation } = await drain(container, ChangeFeedStartFrom.Now());
  await container.items.create({ id: "a", pk: 1 });
  expect((await drain(container, onward(continuation))).changes).toHaveLength(1);
  await advance(301_000);
  expect((await refusal(drain(container, onward(continuation)))).code).toBe(400);
  const long = new ChangeFeedPolicy(ChangeFeedRetentionTimeSpan.fromMinutes(11));
  const tooLong = database.containers.create({ id: "long", partitionKey: hashed("/pk"), changeFeedPolicy: long });
  expect((await refusal(tooLong)).message).toContain("1 to 10 minutes");
  const backedUp = await startStack({ allVersions });
  const both = backedUp.client
    .database("crema")
    .containers.create({ id: "own", partitionKey: hashed("/pk"), changeFeedPolicy });
  expect((await refusal(both)).message).toContain("should not be set when continuous backup mode is enabled");
});

test("played forward, the changes make the items as they are, however they were written", async () => {
  const step = fc.record({
    id: fc.constantFrom("a", "b", "c"),
    key: fc.constantFrom("s1", "s2", "s3"),
    kind: fc.constantFrom("upsert", "delete", "batch", "later"),
    ttl: fc.constantFrom(undefined, 30),
  });
  const property = fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
    const stack = await startStack({
      ranges: 2,
      allVersions,
      declaration: { defaultTtl: -1 },
      store: openMemoryStore(),
    });
    const { container, advance } = stack;
    const { continuation } = await drain(container, ChangeFeedStartFrom.Now());
    for (const [n, { id, key, kind, ttl }] of steps.entries()) {
      const body = { id, storeId: key, n, ...(ttl ? { ttl } : {}) };
      if (kind === "later") await advance(45_000);
      else if (kind === "delete")
        await container
          .item(id, key)
          .delete()
          .catch(() => undefined);
      else if (kind === "upsert") await container.items.upsert(body);
      else
        await container.items.batch(
          [
            { operationType: "Upsert", resourceBody: body },
            { operationType: "Delete", id },
            { operationType: "Upsert", resourceBody: { ...body, n: n + 100 } },
          ],
          key,
        );
    }
    // What ran out meanwhile is removed at a full minute.
    await advance(120_000);
    const items = new Map<string, unknown>();
    for (const { current, metadata } of (await drain(container, onward(continuation), 3)).changes) {
      const key = (metadata.partitionKey as { storeId: string } | undefined)?.storeId ?? current?.storeId;
      const name = `${key}/${metadata.id ?? current?.id}`;
      expect(items.has(name), `${metadata.operationType} ${name}`).toBe(metadata.operationType !== "create");
      if (current === undefined) items.delete(name);
      else items.set(name, current);
    }
    const now = (await container.items.readAll().fetchAll()).resources;
    const sorted = (all: unknown[]) => all.map((each) => JSON.stringify(each)).sort();
    expect(sorted([...items.values()])).toEqual(sorted(now));
    await stack.stop();
  });
  await fc.assert(property, { numRuns: 15 });
});
