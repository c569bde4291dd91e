import { startLocalAzure } from "../local/index.ts";
import { consoleLog } from "../local/kernel/log.ts";
import { standOptions } from "../tools/stand-options.ts";

/** The results of a start. Times in ms. */
export interface Grown {
  upAfter: number;
  /** Bytes of the process, once it has settled. */
  memory: number;
  /** All documents in the container of the orders, of every kind. */
  documents: number;
  /** What the start found: collected orders, and their workflows. */
  collected: number;
  workflows: number;
  /** Each query runs twice. */
  queries: { what: string; first: number; again: number }[];
}

const asked = {
  "what the bar shows": `SELECT * FROM c WHERE c.kind = 'order' AND (c.readyAt >= '${new Date(Date.now() - 60_000).toISOString()}' OR c.state IN ('submitted', 'queued', 'making'))`,
  "the last ten orders": "SELECT TOP 10 * FROM c WHERE c.kind = 'order' ORDER BY c.createdAt DESC",
  "how many were collected": "SELECT VALUE COUNT(1) FROM c WHERE c.kind = 'order' AND c.state = 'collected'",
} as const;

/** Starts the stand in the given folder, and prints the results as a line of JSON. */
const began = performance.now();
const azure = await startLocalAzure({
  ...standOptions({ siteOrigin: "http://localhost:4280", timeZone: "Europe/Berlin" }),
  ...(process.argv[2] === undefined ? {} : { data: process.argv[2] }),
  log: consoleLog("error"),
});
const upAfter = performance.now() - began;
await azure.settle();
const memory = process.memoryUsage().rss;
const { items: documents } = azure.cosmos.manage
  .databases()
  .flatMap(({ containers }) => containers)
  .find(({ id }) => id === "orders") ?? { items: 0 };
const ask = (text: string) => azure.cosmos.manage.query("crema", "orders", { text, key: ["main"], max: 100 }).rows;
const timed = (text: string) => {
  const from = performance.now();
  ask(text);
  return performance.now() - from;
};
const queries = Object.entries(asked).map(([what, text]) => ({ what, first: timed(text), again: timed(text) }));
const collected = Number(ask(asked["how many were collected"])[0]);
const workflows = [...azure.durable.instances()].length;
process.stdout.write(
  `${JSON.stringify({ upAfter, memory, documents, collected, workflows, queries } satisfies Grown)}\n`,
);
await azure.stop();
process.exit(0);
