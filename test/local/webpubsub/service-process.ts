import { openLogStore } from "../../../local/store/log-store.ts";
import { startWebPubSub } from "../../../local/webpubsub/index.ts";
import { runningParts } from "./harness.ts";

/** The service in a process of its own, for tests that kill it. Arguments: data folder, port, address of the event handler. */
const [data = "", port = "0", handler = ""] = process.argv.slice(2);
const pubsub = await startWebPubSub({ ...runningParts(), store: await openLogStore(data) }, { port: Number(port) });
pubsub.configure("live", {
  eventHandlers: [{ urlTemplate: `${handler}/{event}`, systemEvents: ["connected", "disconnected"] }],
});
pubsub.resume();
process.stdout.write(`${JSON.stringify({ connectionString: pubsub.connectionString, port: pubsub.port })}\n`);
