import { join } from "node:path";
import { readApplication } from "../application.ts";
import { Watcher } from "../functions/watcher.ts";
import type { Log } from "../kernel/log.ts";
import type { LocalAzure } from "../options.ts";
import { type HubDeclaration, hubsOf, type Resources } from "../resources.ts";

/**
 * Takes over where the events of Web PubSub's hubs go whenever `local-azure.json` has changed. What else has changed in it counts from the next start,
 * which the log says; and so it does when the file is wrong, and everything stays as it was.
 */
export function followHubs(azure: LocalAzure, root: string, resources: Resources, log: Log): void {
  const file = join(root, "local-azure.json");
  const rest = restOf(resources);
  let hubs = JSON.stringify(hubsOf(resources));
  const take = async () => {
    try {
      const { resources: now } = readApplication(root);
      if (restOf(now) !== rest)
        log.warn("Other changes to the resources in local-azure.json take effect at the next start.");
      const declared = hubsOf(now) ?? [];
      if (JSON.stringify(declared) === hubs || namesOf(declared) !== namesOf(hubsOf(resources) ?? [])) return;
      await azure.configureHubs(declared);
      hubs = JSON.stringify(declared);
      log.info("Web PubSub now sends events where local-azure.json says.");
    } catch (error) {
      log.error(`The change of local-azure.json is not applied. ${(error as Error).message}`);
    }
  };
  let taking = Promise.resolve();
  const watcher = new Watcher(root, (changed) => {
    // A file that is being written is whole a moment later.
    if (changed === file) taking = taking.then(() => new Promise((resolve) => setImmediate(resolve))).then(take);
  });
  watcher.add([file]);
}

/** What cannot be taken over while everything runs: the names of hubs are among it. */
const restOf = (resources: Resources): string =>
  JSON.stringify({ ...resources, webPubSub: namesOf(hubsOf(resources) ?? []) });

const namesOf = (hubs: readonly HubDeclaration[]): string => hubs.map(({ hub }) => hub.toLowerCase()).join(" ");
