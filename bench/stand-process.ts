import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Worker } from "node:worker_threads";
import { startLocalAzure } from "../local/index.ts";
import { consoleLog } from "../local/kernel/log.ts";
import { standOptions } from "../tools/stand-options.ts";

/**
 * The whole system in a process of its own, with its store on disk and its clock running. Prints its addresses and its folder, and on request its
 * usage, each as a line of JSON. Advances its clock on command.
 */
const began = performance.now();
let application: Worker | undefined;
process.on("worker", (worker) => {
  application ??= worker;
});
const [, , recording, connections, kept] = process.argv;
const data = kept ?? mkdtempSync(join(tmpdir(), "crema-bench-"));
const azure = await startLocalAzure({
  ...standOptions({ siteOrigin: "http://localhost:4280", timeZone: "Europe/Berlin" }),
  data,
  ...(recording === "off" ? { recording: { spans: 0 } } : {}),
  ...(connections === "sockets" ? { connections } : {}),
  log: consoleLog("error"),
});
await azure.settle();
const tell = (what: object) => process.stdout.write(`${JSON.stringify(what)}\n`);
tell({
  api: `${azure.functions?.origin}/api`,
  inbox: azure.sms.inboxUrl,
  data,
  upAfter: performance.now() - began,
});

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
process.stdin.on("data", async (command) => {
  const [, moved] = /^move (\d+ min)\n$/.exec(String(command)) ?? [];
  if (moved !== undefined) await azure.advance(moved);
  // Counts live objects only, without uncollected garbage.
  if (String(command) === "collected\n") collect();
  const { rss, heapUsed, external } = process.memoryUsage();
  const { used_heap_size: applications } = (await application?.getHeapStatistics()) ?? { used_heap_size: 0 };
  tell({
    memory: rss,
    heap: heapUsed + applications,
    buffers: external,
    processor: process.cpuUsage(),
    threads: { application: await application?.cpuUsage(), services: process.threadCpuUsage() },
  });
});
// The bench closes our standard input when it is done, and also when it is killed.
process.stdin.on("end", async () => {
  await azure.stop();
  if (kept === undefined) rmSync(data, { recursive: true, force: true });
  process.exit(0);
});
