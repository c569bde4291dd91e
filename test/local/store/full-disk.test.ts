import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Container, CosmosClient } from "@azure/cosmos";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type LocalAzure, startLocalAzure } from "../../../local/index.ts";
import { silentLog } from "../../../local/kernel/log.ts";
import { openLogStore } from "../../../local/store/log-store.ts";
import { StoreFullError } from "../../../local/store/store.ts";

/** Why there can be no small disk here; `undefined` when there can. */
const reason =
  process.platform !== "linux" || process.getuid?.() !== 0 ? "only root on Linux can mount one" : undefined;
const testOnDisk = test.skipIf(reason !== undefined && process.env.CI !== "true");
const note = reason === undefined ? "" : ` (skipped: ${reason})`;

let disk: string;
beforeEach(() => {
  disk = mkdtempSync(join(tmpdir(), "crema-disk-"));
  if (reason === undefined) execFileSync("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", disk]);
});
afterEach(() => {
  if (reason === undefined) execFileSync("umount", ["-l", disk]);
  rmSync(disk, { recursive: true, force: true });
});

/** Fills the disk with a file, but for so many bytes. */
function fill(left = 0): void {
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(join(disk, "filler"), Buffer.alloc(Math.max(0, bavail * bsize - left)));
}
const makeRoom = () => rmSync(join(disk, "filler"));

/** What takes as much room in the log. */
const value = (n: number) => ({ n, text: randomBytes(3_000).toString("base64") });

testOnDisk(`what was taken on is written on a full disk, more is refused, and goes on with room${note}`, async () => {
  const store = await openLogStore(join(disk, "data"));
  const taken: number[] = [];
  const write = async (n: number) => {
    store.makeRoom(4_100);
    await store.commit([{ table: "t", key: String(n), value: value(n) }]);
    taken.push(n);
  };
  for (let n = 0; n < 10; n++) await write(n);
  expect(store.problem()).toBeUndefined();
  fill(20_000);
  const refused: number[] = [];
  // Several at once: none of those that were taken on may be lost.
  for (let n = 10; n < 60; n += 5)
    await Promise.all(
      [0, 1, 2, 3, 4].map((m) =>
        write(n + m).catch((error: unknown) => {
          expect(error).toBeInstanceOf(StoreFullError);
          refused.push(n + m);
        }),
      ),
    );
  expect(refused.length).toBeGreaterThan(10);
  expect([...store.table("t").keys()].map(Number)).toEqual(taken);
  expect(store.problem()).toMatch(/disk of the data folder is full/);
  makeRoom();
  expect(store.problem()).toBeUndefined();
  await write(100);
  await store.close();
  const again = await openLogStore(join(disk, "data"));
  expect([...again.table("t").keys()].map(Number)).toEqual(taken);
  await again.close();
});

testOnDisk(`what comes from within waits for room and is not lost${note}`, async () => {
  const store = await openLogStore(join(disk, "data"));
  fill();
  // More than what is kept for it: nobody was asked before.
  const big = "y".repeat(1_000_000);
  const written = store.commit([{ table: "t", key: "big", value: big }]);
  const next = store.commit([{ table: "t", key: "next", value: 1 }]);
  await expect(async () => store.makeRoom(1)).rejects.toThrow(/full/);
  makeRoom();
  expect(store.problem()).toBeUndefined();
  await Promise.all([written, next]);
  await store.close();
  const again = await openLogStore(join(disk, "data"));
  expect([...again.table("t")]).toEqual([
    ["big", big],
    ["next", 1],
  ]);
  await again.close();
});

testOnDisk(
  `a full disk is told by health, its writes are refused with 503 and are not there to read${note}`,
  async () => {
    const azure: LocalAzure = await startLocalAzure({
      data: join(disk, "data"),
      heldAt: Date.UTC(2026, 5, 15, 10),
      log: silentLog,
      resources: { cosmos: { database: "shop", containers: [{ id: "things", partitionKey: "/pk" }] } },
    });
    const client = new CosmosClient({
      ...connection(azure),
      connectionPolicy: {
        retryOptions: { maxRetryAttemptCount: 0, fixedRetryIntervalInMilliseconds: 1, maxWaitTimeInSeconds: 0 },
      },
    });
    const health = async () => {
      const [answer, status] = await Promise.all(["health", "status"].map((path) => fetch(azure.controlUrl + path)));
      const told = (await status?.json()) as { health: { status: string } };
      return [answer?.status, told.health.status];
    };
    try {
      const container: Container = client.database("shop").container("things");
      await container.items.create({ id: "before", pk: "a" });
      expect(await health()).toEqual([200, "healthy"]);
      fill();
      const taken: string[] = [];
      let refused = "";
      for (let n = 0; refused === ""; n++) {
        const id = `item-${n}`;
        try {
          await container.items.create({ id, pk: "a", text: "x".repeat(20_000) });
          taken.push(id);
        } catch (error) {
          expect((error as { code: unknown }).code).toBe(503);
          refused = id;
        }
      }
      expect(await health()).toEqual([503, "unhealthy"]);
      expect((await container.item(refused, "a").read()).statusCode).toBe(404);
      const ids = async () => (await container.items.query("SELECT VALUE c.id FROM c").fetchAll()).resources;
      expect(await ids()).toEqual(["before", ...taken]);
      const event = await fetch(azure.endpoints.eventGrid.endpoint, {
        method: "POST",
        headers: { "aeg-sas-key": azure.endpoints.eventGrid.key, "content-type": "application/cloudevents-batch+json" },
        body: JSON.stringify([{ specversion: "1.0", id: "e", source: "/s", type: "t" }]),
      });
      expect(event.status).toBe(503);
      makeRoom();
      await container.items.create({ id: "after", pk: "a" });
      expect(await health()).toEqual([200, "healthy"]);
      expect(await ids()).toEqual(["before", ...taken, "after"]);
    } finally {
      client.dispose();
      await azure.stop();
    }
  },
);

function connection({ endpoints }: LocalAzure): { endpoint: string; key: string } {
  const [, endpoint = "", key = ""] =
    /AccountEndpoint=(.*?);AccountKey=(.*?);/.exec(endpoints.cosmos.connectionString) ?? [];
  return { endpoint, key };
}
