import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ChangeFeedStartFrom } from "@azure/cosmos";
import { expect, onTestFinished, test } from "vitest";
import { ServiceClock } from "../../../local/kernel/clock.ts";
import { openLogStore } from "../../../local/store/log-store.ts";
import { openMemoryStore } from "../../../local/store/memory-store.ts";
import { noon, refusal, startStack } from "./stack.ts";

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "cosmos-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const declaration = { defaultTtl: -1, uniqueKeys: [["/phone"]] };

test("after a restart items, etags, rids and unique keys are the same and continuations go on", async () => {
  const folder = temporaryFolder();
  const store = await openLogStore(folder);
  const before = await startStack({ store, declaration });
  for (let n = 0; n < 5; n++) await before.container.items.create({ id: `o${n}`, storeId: `s${n % 2}`, phone: n });
  await before.container.item("o0", "s0").patch([{ op: "set", path: "/drink", value: "Latte" }]);
  await before.container.item("o4", "s0").delete();
  const feed = before.container.items.getChangeFeedIterator({ changeFeedStartFrom: ChangeFeedStartFrom.Beginning() });
  const seen = (await feed.readNext()).result.map(({ id }) => id);
  expect(seen).toEqual(["o1", "o2", "o3", "o0"]);
  const { continuationToken } = await feed.readNext();
  const query = before.container.items.query("SELECT * FROM c", { maxItemCount: 3 });
  const page = await query.fetchNext();
  const items = (await before.container.items.readAll().fetchAll()).resources;
  const definition = (await before.container.read()).resource;
  await before.stop();
  await store.close();

  const again = await openLogStore(folder);
  onTestFinished(() => again.close());
  const after = await startStack({ store: again, declaration });
  expect((await after.container.items.readAll().fetchAll()).resources).toEqual(items);
  expect((await after.container.read()).resource?._rid).toBe(definition?._rid);
  const rest = after.container.items.query("SELECT * FROM c", {
    maxItemCount: 3,
    continuationToken: page.continuationToken,
  });
  expect((await rest.fetchNext()).resources.map(({ id }) => id)).toEqual(["o3"]);
  expect((await refusal(after.container.items.create({ id: "x", storeId: "s1", phone: 3 }))).code).toBe(409);
  const accessCondition = { type: "IfMatch", condition: items[0]?._etag ?? "" };
  await after.container.item("o0", "s0").replace({ id: "o0", storeId: "s0", phone: 0 }, { accessCondition });
  await after.container.items.create({ id: "new", storeId: "s0", phone: 9 });
  const onward = after.container.items.getChangeFeedIterator({
    changeFeedStartFrom: ChangeFeedStartFrom.Continuation(continuationToken),
  });
  expect((await onward.readNext()).result.map(({ id }) => id)).toEqual(["o0", "new"]);
  const rids = (await after.container.items.readAll().fetchAll()).resources.map(({ _rid }) => _rid);
  expect(new Set(rids).size).toBe(5);
  await after.stop();
});

test("the LSN never goes back, even when the last item written is deleted before the restart", async () => {
  const folder = temporaryFolder();
  const store = await openLogStore(folder);
  const before = await startStack({ store });
  await before.container.items.create({ id: "a", storeId: "s1" });
  await before.container.item("a", "s1").delete();
  const { position } = before.cosmos.feed.readChanges("crema", "orders", "now", 1);
  await before.stop();
  await store.close();
  const again = await openLogStore(folder);
  onTestFinished(() => again.close());
  const after = await startStack({ store: again });
  await after.container.items.create({ id: "b", storeId: "s1" });
  expect(after.cosmos.feed.readChanges("crema", "orders", position, 9).documents).toMatchObject([{ id: "b" }]);
  await after.stop();
});

test("an item that expired while nothing ran is gone, and is removed from the store", async () => {
  const folder = temporaryFolder();
  const store = await openLogStore(folder);
  const before = await startStack({ store, declaration });
  await before.container.items.create({ id: "a", storeId: "s1", ttl: 30 });
  await before.stop();
  await store.close();
  const again = await openLogStore(folder);
  onTestFinished(() => again.close());
  const after = await startStack({ store: again, declaration, clock: new ServiceClock({ heldAt: noon + 3_600_000 }) });
  expect((await after.container.item("a", "s1").read()).statusCode).toBe(404);
  await after.advance(60_000);
  expect(again.tables().some((name) => name.startsWith("cosmos/items/"))).toBe(false);
  await after.stop();
});

test("a deleted container leaves nothing in the store", async () => {
  const folder = temporaryFolder();
  const store = await openLogStore(folder);
  onTestFinished(() => store.close());
  const { container, client, stop } = await startStack({ store });
  await container.items.create({ id: "a", storeId: "s1" });
  await client.database("crema").delete();
  expect(store.tables()).toEqual([]);
  await stop();
});

test("a data folder of an earlier version opens, with rids as clients read them", async () => {
  const store = openMemoryStore();
  const before = await startStack({ store });
  const { resource } = await before.container.items.create({ id: "o1", storeId: "s1" });
  await before.stop();
  const table = `cosmos/items/${(resource?._self ?? "").split("/")[3]}`;
  const record = store.table<{ doc: Record<string, unknown> }>(table).get("1");
  const old = Buffer.from((resource?._rid ?? "").replaceAll("-", "/"), "base64");
  old.subarray(8).reverse();
  const doc = { ...record?.doc, _rid: old.toString("base64").replaceAll("/", "-") };
  await store.commit([{ table, key: "1", value: { ...record, doc } }]);
  const after = await startStack({ store });
  expect((await after.container.item("o1", "s1").read()).resource).toEqual(resource);
});
