import { startEventGrid } from "../../../local/eventgrid/index.ts";
import { openLogStore } from "../../../local/store/log-store.ts";
import { heldParts, startReceiver } from "./harness.ts";

/** A topic in a process of its own, whose one receiver never answers; a test kills it. */
const parts = heldParts(await openLogStore(process.argv[2] ?? ""));
const receiver = await startReceiver(parts.clock, 0);
const grid = await startEventGrid(parts, { inputSchema: "CloudEventSchemaV1_0" });
grid.subscribe([{ name: "all", destination: { url: receiver.url } }]);
process.stdout.write(`${JSON.stringify({ endpoint: grid.endpoint, key: grid.key })}\n`);
