import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Account } from "../local/cosmos/account.ts";
import type { Document } from "../local/cosmos/container.ts";
import { DurableTables } from "../local/durable/tables.ts";
import { openLogStore } from "../local/store/log-store.ts";
import type { Change } from "../local/store/store.ts";
import type { Grown } from "./growth-process.ts";
import { hardware } from "./machine.ts";
import { middle } from "./pairs.ts";
import { partsOn } from "./parts.ts";
import { BenchStand } from "./stand.ts";
import { print, type Tell } from "./tell.ts";

/** A stand after this many orders: the medians of several starts. */
export interface GrownTo extends Grown {
  orders: number;
  /** Of the data folder. */
  bytes: number;
}

/**
 * Measures a start, memory and queries after many orders. A stand takes a few orders. Then its folder is filled with what further orders would have
 * left (their documents and histories, at other times, under other ids), and is started in a process of its own.
 * @param taken how many orders are really taken; the further ones are copies of one of them
 * @param starts how many times it is started with each number of orders
 * @throws Error if the started stand does not find all orders
 */
export async function growth(
  { orders, taken = 24, starts = 3 }: { orders: readonly number[]; taken?: number; starts?: number },
  tell: Tell = print,
): Promise<GrownTo[]> {
  const measured: GrownTo[] = [];
  tell(`What grows with the orders that were taken, on disk, median of ${starts} ${starts === 1 ? "start" : "starts"}
(${hardware()})
`);
  for (const count of orders) {
    const folder = mkdtempSync(join(tmpdir(), "crema-growth-"));
    try {
      const stand = await BenchStand.open(4, "on", "handed-over", folder);
      await stand.takeOrders(taken);
      // Includes the data that the sweeps of each minute read, as on any stand that has been up for longer.
      await stand.minuteLater();
      await stand.close();
      // Queries build their indexes when they first run. With this many orders that happens at the next start.
      startIn(folder);
      await fill(folder, count);
      const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
      const found = Array.from({ length: starts }, () => startIn(folder));
      const lost = found.find(({ collected, workflows }) => collected !== count || workflows !== count);
      if (lost !== undefined)
        throw new Error(
          `Of ${count} orders the stand found ${lost.collected} that were collected, and ${lost.workflows} workflows.`,
        );
      measured.push({ ...medians(found), orders: count, bytes });
      tell(inWords(found, measured.at(-1) as GrownTo));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return measured;
}

/** Starts the stand once more. */
function startIn(folder: string): Grown {
  const script = join(import.meta.dirname, "growth-process.ts");
  const { stdout, stderr } = spawnSync(process.execPath, [script, folder], { encoding: "utf8" });
  const last = stdout.trim().split("\n").at(-1);
  if (!last) throw new Error(`The stand did not start: ${stderr}`);
  return JSON.parse(last) as Grown;
}

function medians(starts: readonly Grown[]): Grown {
  const [first] = starts as [Grown];
  const of = (value: (grown: Grown) => number) => middle(starts.map(value));
  return {
    ...first,
    upAfter: of(({ upAfter }) => upAfter),
    memory: of(({ memory }) => memory),
    queries: first.queries.map(({ what }, at) => ({
      what,
      first: of(({ queries }) => queries[at]?.first ?? Number.NaN),
      again: of(({ queries }) => queries[at]?.again ?? Number.NaN),
    })),
  };
}

function inWords(starts: readonly Grown[], { orders, documents, bytes, upAfter, memory, queries }: GrownTo): string {
  const megabytes = (size: number) => `${(size / 2 ** 20).toFixed(0)} MB`;
  const milliseconds = (time: number) => `${time.toFixed(0)} ms`;
  const within = (values: number[], say: (value: number) => string) =>
    starts.length === 1 ? "" : ` (${say(Math.min(...values))} to ${say(Math.max(...values))})`;
  const ups = starts.map((grown) => grown.upAfter);
  const memories = starts.map((grown) => grown.memory);
  return `  after ${orders.toLocaleString("en")} orders, which are ${documents.toLocaleString("en")} documents
    start to ready                   ${milliseconds(upAfter)}${within(ups, milliseconds)}
    memory, started                  ${megabytes(memory)}${within(memories, megabytes)}
    on disk                          ${megabytes(bytes)}, ${(bytes / orders / 1024).toFixed(1)} KB an order
${queries.map(({ what, first, again }) => `    ${what.padEnd(33)}${first.toFixed(1)} ms, again ${again.toFixed(1)} ms`).join("\n")}`;
}

/** Writes the records of further orders until there are `count` orders, and moves them out of the log. */
async function fill(folder: string, count: number): Promise<void> {
  const store = await openLogStore(folder);
  const parts = partsOn(store);
  // Stores what a start needs of each record next to the record's position.
  const account = new Account(parts, { key: Buffer.alloc(8), split: false, consistency: "Session" });
  const container = account.container("crema", "orders");
  const durable = new DurableTables(store, "crema");
  durable.eachHead(() => undefined);
  const { _rid: rid } = container.definition;
  const records = [...store.table<{ doc: Document }>(container.itemTable)].map(([, record]) => record);
  const orders = records.filter(({ doc }) => doc.kind === "order");
  const id = String(orders.at(-1)?.doc.id);
  const ofOrder = records.filter(
    ({ doc }) => ["order", "event"].includes(String(doc.kind)) && JSON.stringify(doc).includes(id),
  );
  const instance = durable.instances.get(id);
  if (instance === undefined) throw new Error(`The order ${id} has no workflow.`);
  const pages = Array.from({ length: instance.pages }, (_, page) => durable.page(id, page));
  let { number = 0 } = store.table<{ number: number }>("cosmos/counters").get(rid) ?? {};
  const began = Date.now();
  const more = count - orders.length;
  for (let n = 0; n < more; n++) {
    const fresh = randomUUID();
    // In order, over the last three weeks, so that nothing expires meanwhile.
    const time = new Date(began - 21 * 86_400_000 * (1 - n / more)).toISOString();
    const like = <T>(value: T): T =>
      JSON.parse(
        JSON.stringify(value)
          .replaceAll(id, fresh)
          .replaceAll(/"(\w+At|time|Timestamp)":"\d[^"]+"/g, `"$1":"${time}"`),
      ) as T;
    const changes: Change[] = ofOrder.map((record, at) => {
      const { doc } = like(record);
      const etag = { _etag: `"${randomUUID()}"` };
      // No later than the position of the change feed's readers.
      return {
        table: container.itemTable,
        key: String(++number),
        value: { lsn: container.lsn, at, doc: { ...doc, ...etag } },
      };
    });
    for (const [page, value] of pages.entries()) changes.push(durable.putPage(fresh, page, like(value)));
    changes.push(durable.putInstance(like(instance)));
    changes.push({ table: "cosmos/counters", key: rid, value: { lsn: container.lsn, number } });
    const written = store.commit(changes);
    if (n % 50 === 49) await written;
  }
  await store.checkpoint();
  account.close();
  parts.clock.close();
  await store.close();
}
