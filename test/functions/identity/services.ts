import { readFileSync } from "node:fs";
import { CosmosClient } from "@azure/cosmos";
import type { ContainerName } from "../../../functions/platform/clients.ts";
import { type Cosmos, startCosmos } from "../../../local/cosmos/index.ts";
import type { FaultRules } from "../../../local/faults/rules.ts";
import { ServiceClock } from "../../../local/kernel/clock.ts";
import { secureIds } from "../../../local/kernel/ids.ts";
import { silentLog } from "../../../local/kernel/log.ts";
import type { Parts } from "../../../local/kernel/parts.ts";
import { Work } from "../../../local/kernel/work.ts";
import { Recorder } from "../../../local/recorder/recorder.ts";
import { openMemoryStore } from "../../../local/store/memory-store.ts";

const resources = JSON.parse(readFileSync(new URL("../../../infra/resources.json", import.meta.url), "utf8"));

/** Parts of the local Azure that keep nothing. */
export function parts(): Parts & { clock: ServiceClock } {
  const clock = new ServiceClock();
  const recorder = new Recorder(clock);
  return { clock, recorder, store: openMemoryStore(), work: new Work(), ids: secureIds, log: silentLog };
}

export interface Services {
  parts: Parts & { clock: ServiceClock };
  cosmos: Cosmos;
  /** A container, past the application's own client. */
  container(name: ContainerName): ReturnType<ReturnType<CosmosClient["database"]>["container"]>;
  close(): Promise<void>;
}

/**
 * Starts Cosmos DB with the application's containers and points the settings of this process at it. The application reads its
 * settings once, so there is one of these a test file. @param faults what goes wrong at Cosmos DB
 */
export async function startServices(settings: Record<string, string> = {}, faults?: FaultRules): Promise<Services> {
  const own = { ...parts(), ...(faults && { faults }) };
  const cosmos = await startCosmos(own, { port: 0 });
  await cosmos.declare(resources.cosmos.database, resources.cosmos.containers);
  Object.assign(process.env, {
    COSMOS: cosmos.connectionString,
    EVENTGRID_ENDPOINT: "http://127.0.0.1:9/api/events",
    EVENTGRID_KEY: "a2V5",
    WEBPUBSUB: "Endpoint=http://127.0.0.1:9;AccessKey=key;Version=1.0;",
    SMS: "endpoint=http://127.0.0.1:9/;accesskey=a2V5",
    SMS_FROM: "+18005550199",
    SITE_ORIGIN: "https://coffee.example",
    ...settings,
  });
  const client = new CosmosClient(cosmos.connectionString);
  return {
    parts: own,
    cosmos,
    container: (name) => client.database("crema").container(name),
    close: async () => {
      client.dispose();
      await cosmos.close();
      own.clock.close();
    },
  };
}
