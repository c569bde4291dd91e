import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CosmosClient } from "@azure/cosmos";
import { type Core, coreResources, type Extension, mainWith, resourcesWith, settingsOf } from "../infra/extensions.ts";
import { seed } from "../infra/seed.ts";
import type { WatchOptions } from "../local/functions/reload-on-change.ts";
import type { Endpoints, LocalAzureOptions } from "../local/index.ts";
import type { Resources } from "../local/resources.ts";

export const root = join(import.meta.dirname, "..");

/** The declaration of the core, for the local Azure and the templates. */
export const resources = coreResources<Resources>();

/** The staff of the stand in the seed. */
export const people = (
  JSON.parse(readFileSync(join(root, "infra", "seed.json"), "utf8")) as {
    staff: { phone: string; name: string; roles: string[] }[];
  }
).staff;

/** A number with which guests can sign in to try the stand: one of those reserved for fiction. */
export const guest = "+12065550123";

/** The help for newcomers on the sign-in pages of a local stand. @param inbox address of the page with all messages, if others may open it */
export const tryIt = (inbox?: string) => ({ people, guest, ...(inbox !== undefined && { inbox }) });

/** The options with which the local Azure runs this application: its resources, settings and seed. */
export function standOptions(options: {
  siteOrigin: string;
  /** Other names of the same site. */
  alsoOrigins?: string[];
  timeZone: string;
  /** The folder of the application: the sources, or the package for Azure. Default: the sources. */
  application?: string;
  watch?: WatchOptions;
  /** None by default: the core is measured and tested without them. */
  extensions?: readonly Extension[];
  /** Values of their settings; the others keep their defaults. */
  env?: Record<string, string | undefined>;
  /** Settings of the core with other values than the defaults. */
  settings?: Record<string, string>;
}): Pick<LocalAzureOptions, "resources" | "application" | "prepare"> {
  const { extensions = [], env = {} } = options;
  const extensionSettings = settingsOf(extensions, env);
  return {
    resources: resourcesWith(coreResources<Resources & Core>(), extensions),
    application: {
      root: options.application ?? root,
      // A package contains only the extensions that were chosen when it was built.
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
