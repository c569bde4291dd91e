import { createInterface } from "node:readline";
import { openLogStore } from "../local/store/log-store.ts";
import { startWebPubSub } from "../local/webpubsub/index.ts";
import { partsOn } from "./parts.ts";
import { say } from "./say.ts";

/** A line that the process prints. */
export interface ClientsLine {
  connectionString?: string;
  /** The memory of the process after a garbage collection: the answer to `memory`. */
  memory?: number;
}

/** The Web PubSub service alone, with its store in the given folder. Start it with `--expose-gc`. */
const store = await openLogStore(process.argv[2] ?? "");
const { connectionString } = await startWebPubSub(partsOn(store));
say({ connectionString } satisfies ClientsLine);
for await (const _ of createInterface({ input: process.stdin })) {
  globalThis.gc?.();
  say({ memory: process.memoryUsage().rss } satisfies ClientsLine);
}
process.exit(0);
