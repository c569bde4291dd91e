import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import type { Endpoints, LocalAzureOptions } from "./index.ts";
import type { Resources } from "./resources.ts";

const containers = z.strictObject({
  id: z.string().min(1),
  partitionKey: z.string().startsWith("/", 'must be a path such as "/storeId"'),
  defaultTtl: z.int().optional(),
  uniqueKeys: z.array(z.array(z.string())).optional(),
  indexingPolicy: z.looseObject({}).optional(),
});

/** `local-azure.json`; what is inside a filter or a retry policy is checked by Event Grid itself. */
const declaration = z.strictObject({
  $schema: z.string().optional(),
  resources: z
    .strictObject({
      cosmos: z.strictObject({ database: z.string().min(1), containers: z.array(containers) }).optional(),
      eventGrid: z
        .strictObject({
          topic: z.string().min(1),
          subscriptions: z.array(
            z.strictObject({
              name: z.string(),
              function: z.string().min(1),
              filter: z.looseObject({}).optional(),
              retry: z.looseObject({}).optional(),
            }),
          ),
        })
        .optional(),
      webPubSub: z.strictObject({ hub: z.string().min(1) }).optional(),
    })
    .optional(),
  settings: z.record(z.string(), z.string()).optional(),
  cors: z.array(z.string()).optional(),
  durable: z.strictObject({ hangLikeAzure: z.boolean().optional() }).optional(),
});

const localSettings = z.looseObject({
  IsEncrypted: z.literal(false, "settings that are encrypted cannot be read; run `func settings decrypt`").optional(),
  Values: z.record(z.string(), z.string("must be text, as every setting is")).optional(),
  Host: z.looseObject({ CORS: z.string().optional() }).optional(),
});

export type ApplicationOptions = Required<Pick<LocalAzureOptions, "resources" | "application" | "durable">>;

/**
 * Reads what the local Azure has to know about a Functions application: `package.json` and `host.json` must be there; `local.settings.json`
 * (its `Values` and `Host.CORS`) and `local-azure.json` (`resources`, `settings`, `cors`, `durable`) may be. Where both name a setting, `local-azure.json` wins,
 * since it says where the local services are; `settings` given here win over both.
 * @throws Error that names the file and says what is wrong and what would be right.
 */
export function readApplication(folder: string, settings: Record<string, string> = {}): ApplicationOptions {
  const root = resolve(folder);
  checkApplication(root);
  const local = read(root, "local.settings.json", localSettings) ?? {};
  const own = read(root, "local-azure.json", declaration) ?? {};
  const texts = Object.entries(own.settings ?? {}).map(([name, text]) => [name, template(root, name, text)] as const);
  return {
    resources: (own.resources ?? {}) as Resources,
    durable: (own.durable ?? {}) as LocalAzureOptions["durable"] & object,
    application: {
      root,
      cors: [
        ...new Set([...(own.cors ?? []), ...(local.Host?.CORS?.split(",") ?? [])].map((each) => each.trim())),
      ].filter((each) => each !== ""),
      settings: (endpoints) => ({
        ...local.Values,
        ...Object.fromEntries(texts.map(([name, fill]) => [name, fill(endpoints)])),
        ...settings,
      }),
    },
  };
}

function checkApplication(root: string): void {
  if (!existsSync(root))
    throw new Error(`There is no folder ${root}. Name the one that holds the application's host.json.`);
  const manifest = json(root, "package.json") as { main?: unknown } | undefined;
  if (manifest === undefined) {
    throw new Error(`${root} has no package.json: it is not the folder of a Functions application for Node.js.`);
  }
  if (typeof manifest?.main !== "string" || manifest.main === "") {
    throw new Error(
      `${join(root, "package.json")} has no "main": it names the file or glob that registers the functions, such as "src/*.js".`,
    );
  }
  const host = json(root, "host.json") as { version?: unknown } | undefined;
  if (host === undefined) throw new Error(`${root} has no host.json; the least it holds is {"version": "2.0"}.`);
  if (host?.version !== "2.0") throw new Error(`${join(root, "host.json")} must say "version": "2.0".`);
}

function json(root: string, name: string): unknown {
  const path = join(root, name);
  if (!existsSync(path)) return undefined;
  try {
    // An editor on Windows may have put a byte order mark in front.
    return JSON.parse(readFileSync(path, "utf8").replace(/^\uFEFF/, "")) as unknown;
  } catch (error) {
    throw new Error(`${path} is not JSON: ${(error as Error).message}`);
  }
}

function read<T>(root: string, name: string, schema: z.ZodType<T>): T | undefined {
  const value = json(root, name);
  if (value === undefined) return undefined;
  const result = schema.safeParse(value);
  if (!result.success) throw new Error(`${join(root, name)} is wrong:\n${z.prettifyError(result.error)}`);
  return result.data;
}

/** What a setting's text may refer to. */
const references: Record<string, (endpoints: Endpoints) => string> = {
  "cosmos.connectionString": ({ cosmos }) => cosmos.connectionString,
  "eventGrid.endpoint": ({ eventGrid }) => eventGrid.endpoint,
  "eventGrid.key": ({ eventGrid }) => eventGrid.key,
  "webPubSub.connectionString": ({ webPubSub }) => webPubSub.connectionString,
  "sms.connectionString": ({ sms }) => sms.connectionString,
};

function template(root: string, setting: string, text: string): (endpoints: Endpoints) => string {
  const pattern = /\$\{([^}]*)\}/g;
  for (const [whole, name = ""] of text.matchAll(pattern)) {
    if (Object.hasOwn(references, name)) continue;
    const known = Object.keys(references).map((each) => `\${${each}}`);
    throw new Error(
      `${join(root, "local-azure.json")}: the setting ${setting} refers to ${whole}, which there is not. There are ${known.join(", ")}.`,
    );
  }
  return (endpoints) => text.replace(pattern, (_, name: string) => references[name]?.(endpoints) ?? "");
}
