import { createInterface } from "node:readline";
import { openLogStore } from "../local/store/log-store.ts";
import { startWebPubSub } from "../local/webpubsub/index.ts";
import { partsOn } from "./parts.ts";
import { say } from "./say.ts";

/** What the process prints. */
export interface ClientsLine {
  connectionString?: string;
  /** Of the process, when it is asked `memory`: after what nobody needs was collected. */
  memory?: number;
}

/** The service of Web PubSub by itself, on a store in the folder that is given. To be started with `--expose-gc`. */
const store = await openLogStore(process.argv[2] ?? "");
const { connectionString } = await startWebPubSub(partsOn(store));
say({ connectionString } satisfies ClientsLine);
for await (const _ of createInterface({ input: process.stdin })) {
  globalThis.gc?.();
  say({ memory: process.memoryUsage().rss } satisfies ClientsLine);
}
process.exit(0);
