import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { startLocalAzure } from "../local/index.ts";
import { consoleLog } from "../local/kernel/log.ts";
import { say } from "./say.ts";

/**
 * The local Azure with the bench's application in its own process, with its store on disk and its clock running. Prints lines of JSON: its address,
 * one line for each run of the activity `mark`, one for each `cycle` that ends, and an answer to each command from standard input (`settle`,
 * `memory`, `advance MINUTES`, `events ID`).
 */
const began = performance.now();
const data = mkdtempSync(join(tmpdir(), "durable-bench-"));
const azure = await startLocalAzure({
  data,
  resources: { cosmos: { database: "bench", containers: [{ id: "items", partitionKey: "/pk" }] } },
  application: { root: join(import.meta.dirname, "durable-app"), settings: () => ({}) },
  log: consoleLog("error"),
  wrapFunctions: (functions) => ({
    ...functions,
    async runActivity(name, input, instance) {
      const outcome = await functions.runActivity(name, input, instance);
      if (name === "mark" && outcome.ok) say({ marked: instance, at: outcome.value });
      return outcome;
    },
    // The code has ended: its earlier steps are stored, its end is not stored yet.
    async runOrchestrator(name, data) {
      const outcome = await functions.runOrchestrator(name, data);
      const done = outcome.ok && (outcome.value as { isDone: boolean }).isDone;
      if (done && name === "cycle") say({ ended: (data as { instanceId: string }).instanceId });
      return outcome;
    },
  }),
});
await azure.settle();
const { createNewInstancePostUri } = JSON.parse(
  azure.durable.clientBinding(azure.functions?.origin ?? ""),
).creationUrls;
const { endpoint, key } = azure.cosmos;
say({ ready: performance.now() - began, create: createNewInstancePostUri, cosmos: { endpoint, key } });

for await (const line of createInterface({ input: process.stdin })) {
  const [command, argument = ""] = line.split(" ");
  if (command === "settle") await azure.settle();
  if (command === "advance") await azure.advance(Number(argument) * 60_000);
  if (command === "memory") globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  const events = command === "events" ? azure.durable.history(argument).length : 0;
  say({ done: command, heapUsed, rss, events });
}
// The bench has closed our standard input, or was killed.
await azure.stop();
rmSync(data, { recursive: true, force: true });
process.exit(0);
