import { startLocalAzure } from "../../local/index.ts";
import { silentLog } from "../../local/kernel/log.ts";
import { standOptions } from "../../tools/stand-options.ts";

/**
 * The whole system in a process of its own, for tests that kill it.
 * Arguments: data folder, time to hold the clock at (ms). Prints one line of JSON with the addresses once it is up.
 */
const [data = "", heldAt = ""] = process.argv.slice(2);
const azure = await startLocalAzure({
  ...standOptions({ siteOrigin: "http://localhost:4280", timeZone: "Europe/Berlin" }),
  data,
  heldAt: Number(heldAt),
  log: silentLog,
});
process.stdout.write(
  `${JSON.stringify({ api: `${azure.functions?.origin}/api`, control: azure.controlUrl, inbox: azure.sms.inboxUrl })}\n`,
);
