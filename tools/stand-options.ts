import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CosmosClient } from "@azure/cosmos";
import { type Core, coreResources, type Extension, mainWith, resourcesWith, settingsOf } from "../infra/extensions.ts";
import { seed } from "../infra/seed.ts";
import type { WatchOptions } from "../local/functions/reload-on-change.ts";
import type { Endpoints, LocalAzureOptions } from "../local/index.ts";
import type { Resources } from "../local/resources.ts";

export const root = join(import.meta.dirname, "..");

/** What the core declares, for the local Azure and the templates. */
export const resources = coreResources<Resources>();

/** The people that the seed lets work at the stand. */
export const people = (
  JSON.parse(readFileSync(join(root, "infra", "seed.json"), "utf8")) as {
    staff: { phone: string; name: string; roles: string[] }[];
  }
).staff;

/** A number that guests who try it out may sign in with: one of those that are for fiction. */
export const guest = "+12065550123";

/** What sign-in pages tell newcomers of a stand that runs here. @param inbox address of the page with all messages, where others may open it */
export const tryIt = (inbox?: string) => ({ people, guest, ...(inbox !== undefined && { inbox }) });

/** How the local Azure is to run this application: its resources, settings and seed. */
export function standOptions(options: {
  siteOrigin: string;
  /** Other names of the same site. */
  alsoOrigins?: string[];
  timeZone: string;
  /** Folder of the application: the sources, or the package that goes to Azure. Default: the sources. */
  application?: string;
  watch?: WatchOptions;
  /** None by default: they are not what the core is measured and tested with. */
  extensions?: readonly Extension[];
  /** Where values of their settings are; others have their defaults. */
  env?: Record<string, string | undefined>;
  /** Settings of the core that are not to have their defaults. */
  settings?: Record<string, string>;
}): Pick<LocalAzureOptions, "resources" | "application" | "prepare"> {
  const { extensions = [], env = {} } = options;
  const extensionSettings = settingsOf(extensions, env);
  return {
    resources: resourcesWith(coreResources<Resources & Core>(), extensions),
    application: {
      root: options.application ?? root,
      // A package has only what was chosen when it was made.
      ...(options.application === undefined ? { main: mainWith(extensions) } : {}),
      ...(options.watch ? { watch: options.watch } : {}),
      cors: [options.siteOrigin, ...(options.alsoOrigins ?? [])],
      settings: ({ cosmos, eventGrid, webPubSub, sms }: Endpoints) => ({
        COSMOS: cosmos.connectionString,
        EVENTGRID_ENDPOINT: eventGrid.endpoint,
        EVENTGRID_KEY: eventGrid.key,
        WEBPUBSUB: webPubSub.connectionString,
        SMS: sms.connectionString,
        SMS_FROM: "+18005550199",
        SITE_ORIGIN: options.siteOrigin,
        ...extensionSettings,
        ...options.settings,
      }),
    },
    prepare: async ({ cosmos }) => {
      const client = new CosmosClient(cosmos.connectionString);
      try {
        await seed(client.database("crema").container("config"), { storeId: "main", timeZone: options.timeZone });
      } finally {
        client.dispose();
      }
    },
  };
}
