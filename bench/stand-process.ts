import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startLocalAzure } from "../local/index.ts";
import { consoleLog } from "../local/kernel/log.ts";
import { standOptions } from "../tools/stand-options.ts";

/** The whole system in a process of its own, on a store on disk, with its clock running. Prints its addresses as one line of JSON. */
const began = performance.now();
const data = mkdtempSync(join(tmpdir(), "crema-bench-"));
const azure = await startLocalAzure({
  ...standOptions({ siteOrigin: "http://localhost:4280", timeZone: "Europe/Berlin" }),
  data,
  log: consoleLog("error"),
});
await azure.settle();
const upAfter = performance.now() - began;
process.stdout.write(
  `${JSON.stringify({ processor: process.cpuUsage(), api: `${azure.functions?.origin}/api`, inbox: azure.sms.inboxUrl, upAfter })}\n`,
);

// The bench closes our standard input when it is done, also when it is killed.
process.stdin.resume();
process.stdin.on("end", async () => {
  process.stdout.write(`${JSON.stringify({ memory: process.memoryUsage().rss, processor: process.cpuUsage() })}\n`);
  await azure.stop();
  rmSync(data, { recursive: true, force: true });
  process.exit(0);
});
