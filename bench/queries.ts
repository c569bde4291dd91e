import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Cosmos, startCosmos } from "../local/cosmos/index.ts";
import { openLogStore } from "../local/store/log-store.ts";
import { hardware } from "./machine.ts";
import { many } from "./many.ts";
import { middle } from "./pairs.ts";
import { partsOn } from "./parts.ts";
import { print, type Tell } from "./tell.ts";

/** One query; times in ms. */
export interface Asked {
  what: string;
  /** The first run, which builds and sorts the indexes. */
  first: number;
  /** The median of the later runs. */
  again: number;
}

const states = ["queued", "making", "ready", "collected"] as const;
/** How many rows match a range query, and how many of the newest rows are read. */
const wanted = 10;

/**
 * Measures queries in one partition of Cosmos DB with `documents` documents like orders, which are on disk and out of the log. Each query runs `runs`
 * times within the process, so without HTTP.
 * @param documents more than ten
 * @throws Error if a query has a wrong result
 */
export async function queries(
  { documents, runs }: { documents: number; runs: number },
  tell: Tell = print,
): Promise<Asked[]> {
  const folder = mkdtempSync(join(tmpdir(), "crema-queries-"));
  const store = await openLogStore(folder);
  const parts = partsOn(store);
  const cosmos = await startCosmos(parts);
  try {
    await cosmos.declare("bench", [{ id: "orders", partitionKey: "/storeId" }]);
    const began = Date.now();
    await many(documents, 512, (n) => cosmos.manage.create("bench", "orders", documentOf(n, began - documents)));
    await store.checkpoint();
    tell(`Queries among ${documents.toLocaleString("en")} documents of one partition, median of ${runs}
(${hardware()})
`);
    const found = [range, newest, count].map((query) => query(cosmos, documents, runs));
    for (const { what, first, again } of found)
      tell(`  ${what.padEnd(45)} ${inMs(again)}, the first time ${inMs(first)}`);
    tell("");
    return found;
  } finally {
    await cosmos.close();
    parts.clock.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const inMs = (time: number) => `${time < 0.1 ? time.toFixed(4) : time.toFixed(2)} ms`;

/** About as large as an order; no two have the same time of creation. */
const documentOf = (n: number, from: number) => ({
  ...{ id: randomUUID(), storeId: "main", kind: "order", state: states[n % states.length], number: n },
  createdAt: new Date(from + n).toISOString(),
  text: randomUUID().repeat(20),
});

function range(cosmos: Cosmos, documents: number, runs: number): Asked {
  // A different range each time, so no result equals the one before.
  const from = (run: number) => (run * 7919) % (documents - wanted);
  const text = (run: number) => `SELECT * FROM c WHERE c.number >= ${from(run)} AND c.number < ${from(run) + wanted}`;
  return timed(cosmos, "by a range, ten rows", runs, text, (rows, run) => {
    const numbers = rows.map((row) => (row as { number: number }).number).sort((a, b) => a - b);
    return numbers.length === wanted && numbers.every((number, at) => number === from(run) + at);
  });
}

function newest(cosmos: Cosmos, documents: number, runs: number): Asked {
  const text = `SELECT TOP ${wanted} * FROM c ORDER BY c.createdAt DESC`;
  return timed(
    cosmos,
    `TOP ${wanted} … ORDER BY createdAt DESC`,
    runs,
    () => text,
    (rows) =>
      rows.length === wanted && rows.every((row, at) => (row as { number: number }).number === documents - 1 - at),
  );
}

function count(cosmos: Cosmos, documents: number, runs: number): Asked {
  const state = (run: number) => run % states.length;
  const text = (run: number) => `SELECT VALUE COUNT(1) FROM c WHERE c.state = '${states[state(run)]}'`;
  return timed(
    cosmos,
    "COUNT with an equality",
    runs,
    text,
    ([answer], run) => answer === Math.ceil((documents - state(run)) / states.length),
  );
}

/** Runs the query once, and then `runs` more times. */
function timed(
  cosmos: Cosmos,
  what: string,
  runs: number,
  text: (run: number) => string,
  isRight: (rows: readonly unknown[], run: number) => boolean,
): Asked {
  const ask = (run: number) => {
    const began = performance.now();
    const { rows } = cosmos.manage.query("bench", "orders", { text: text(run), key: ["main"], max: 100 });
    const took = performance.now() - began;
    if (!isRight(rows, run)) throw new Error(`${text(run)} was answered with ${JSON.stringify(rows).slice(0, 500)}.`);
    return took;
  };
  const first = ask(0);
  return { what, first, again: middle(Array.from({ length: runs }, (_, run) => ask(run + 1))) };
}
