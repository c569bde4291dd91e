import { existsSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { declaration } from "./declaration.ts";
import { checkDeclaration } from "./eventgrid/declarations.ts";
import type { Endpoints, LocalAzureOptions } from "./index.ts";
import { readJsonFile } from "./kernel/json-file.ts";
import { type Resources, subscriptionFor, systemTopicsOf, topicsOf } from "./resources.ts";

/** Finds keys in any case, as Core Tools does: `values` is `Values`. The names of settings keep their case. */
const inAnyCase = (value: unknown, names: string[]): unknown => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      names.find((name) => name.toLowerCase() === key.toLowerCase()) ?? key,
      member,
    ]),
  );
};

/** The services take the ports after that of the functions. */
export const mostPort = 65_530;

const localHost = z.looseObject({
  CORS: z.string().optional(),
  CORSCredentials: z
    .literal(
      false,
      "credentials from other origins (cookies) are not allowed here; send a token in a header, or leave it out",
    )
    .optional(),
  // 0 means no port is set, as for Core Tools.
  LocalHttpPort: z
    .custom<number>(
      (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= mostPort,
      `must be a number from 1 to ${mostPort}`,
    )
    .optional(),
});

const localSettingsMembers = z.looseObject({
  IsEncrypted: z.literal(false, "settings that are encrypted cannot be read; run `func settings decrypt`").optional(),
  // Read as Core Tools does: numbers and booleans become text, and null is no setting.
  Values: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()], "must be a string, as every setting"))
    .optional(),
  ConnectionStrings: z
    .custom(
      (value) =>
        value === undefined || value === null || (typeof value === "object" && Object.keys(value).length === 0),
      "connection strings of this kind are for .NET: on Azure an application for Node.js finds them under other names than here. Put each under Values, where its bindings and its process.env look",
    )
    .optional(),
  Host: z.preprocess((value) => inAnyCase(value, ["CORS", "CORSCredentials", "LocalHttpPort"]), localHost.nullish()),
});

const localSettings = z.preprocess(
  (value) => inAnyCase(value, ["IsEncrypted", "Values", "ConnectionStrings", "Host"]),
  localSettingsMembers,
);

export type ApplicationOptions = Required<
  Pick<LocalAzureOptions, "resources" | "application" | "durable" | "names">
> & {
  /** The port that the application sets for its functions, if any. The command that starts it uses this. */
  port?: number;
};

/**
 * Reads the configuration of a Functions application. `package.json` and `host.json` are required. Optional are `local.settings.json` (its `Values`,
 * `Host.CORS` and `Host.LocalHttpPort`) and `local-azure.json` (`resources`, `settings`, `cors`, `names`, `durable`).
 * If both define a setting, `local-azure.json` wins, since it says where the local services are. The `settings` argument overrides both.
 * @throws Error that names the file and says what is wrong and what would be right.
 */
export function readApplication(folder: string, settings: Record<string, string> = {}): ApplicationOptions {
  const root = resolve(folder);
  checkApplication(root);
  const local = read(root, "local.settings.json", localSettings) ?? {};
  const own = read(root, "local-azure.json", declaration) ?? {};
  const resources = (own.resources ?? {}) as Resources;
  checkSubscriptions(root, resources);
  const known = referencesTo(resources);
  const texts = Object.entries(own.settings ?? {}).map(
    ([name, text]) => [name, template(root, known, name, text)] as const,
  );
  return {
    resources,
    ...(local.Host?.LocalHttpPort ? { port: local.Host.LocalHttpPort } : {}),
    names: own.names ?? [],
    durable: (own.durable ?? {}) as LocalAzureOptions["durable"] & object,
    application: {
      root,
      cors: [
        ...new Set([...(own.cors ?? []), ...(local.Host?.CORS?.split(",") ?? [])].map((each) => each.trim())),
      ].filter((each) => each !== ""),
      settings: (endpoints) => ({
        ...textsOf(local.Values ?? {}),
        ...Object.fromEntries(texts.map(([name, fill]) => [name, fill(endpoints)])),
        ...settings,
      }),
    },
  };
}

function textsOf(values: Record<string, string | number | boolean | null>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === null ? [] : [[name, String(value)]])),
  );
}

function checkApplication(root: string): void {
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory())
    throw new Error(`There is no folder ${root}. Name the folder with the application's host.json.`);
  const manifest = json(root, "package.json") as Manifest | null | undefined;
  refuseModelV3(root, manifest);
  if (manifest === undefined) {
    throw new Error(`${root} has no package.json: it is not the folder of a Functions application for Node.js.`);
  }
  if (typeof manifest?.main !== "string" || manifest.main === "") {
    throw new Error(
      `${join(root, "package.json")} has no "main": it names the file or glob that registers the functions, such as "src/*.js".`,
    );
  }
  const host = json(root, "host.json") as { version?: unknown } | undefined;
  if (host === undefined) throw new Error(`${root} has no host.json; it must contain at least {"version": "2.0"}.`);
  if (host?.version !== "2.0") throw new Error(`${join(root, "host.json")} must say "version": "2.0".`);
}

interface Manifest {
  main?: unknown;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

/** @throws Error if the functions are defined by `function.json` files, which are not supported */
function refuseModelV3(root: string, manifest: Manifest | null | undefined): void {
  const library = manifest?.dependencies?.["@azure/functions"] ?? manifest?.devDependencies?.["@azure/functions"];
  // Such files may be left over from a migration to v4. Azure ignores them then.
  if (typeof manifest?.main === "string" && manifest.main !== "" && !/^[~^]?[1-3]\b/.test(library ?? "")) return;
  const functions = readdirSync(root).filter((name) => existsSync(join(root, name, "function.json")));
  if (functions.length === 0) return;
  const [first] = functions;
  const several = functions.length > 1 ? ` and ${functions.length - 1} more` : "";
  throw new Error(
    `${root} uses the programming model v3 (${first}/function.json${several}), which the local Azure does not support. It supports v4, where code registers functions (app.http and so on, of @azure/functions 4) in the file or glob that "main" of package.json names. To migrate: https://learn.microsoft.com/azure/azure-functions/functions-node-upgrade-v4. Unchanged, it runs with Core Tools.`,
  );
}

function json(root: string, name: string): unknown {
  const path = join(root, name);
  return existsSync(path) ? readJsonFile(path).value : undefined;
}

function read<T>(root: string, name: string, schema: z.ZodType<T>): T | undefined {
  const value = json(root, name);
  if (value === undefined) return undefined;
  const result = schema.safeParse(value);
  if (!result.success) throw new Error(`${join(root, name)} is wrong:\n${z.prettifyError(result.error)}`);
  return result.data;
}

/** Reports early what Event Grid would refuse once the application has loaded. @throws Error with the file and the place */
function checkSubscriptions(root: string, resources: Resources): void {
  const anywhere = () => "https://localhost/";
  const anyAccount = (setting: string) => ({ setting, connection: "" });
  for (const { topic, inputSchema, subscriptions } of [...topicsOf(resources), ...systemTopicsOf(resources)]) {
    for (const declared of subscriptions) {
      const subscription = subscriptionFor(declared, anywhere, anyAccount);
      try {
        if (subscription !== undefined) checkDeclaration(subscription, inputSchema);
      } catch (error) {
        throw new Error(`${join(root, "local-azure.json")} is wrong: topic '${topic}': ${(error as Error).message}`);
      }
    }
  }
}

type References = Record<string, (endpoints: Endpoints) => string>;

/** Each service takes https on its port as well. */
const byHttps = (text: string) => text.replace(/\bhttp:/, "https:");

/** The references that the text of a setting may contain. If there are several topics, each is referred to by name. */
function referencesTo(resources: Resources): References {
  const topics = topicsOf(resources).map(({ topic }) => topic);
  const named = topics.map((topic): References => {
    const find = ({ topics: all, eventGrid }: Endpoints) => all?.[topic] ?? eventGrid;
    return {
      [`eventGrid.${topic}.endpoint`]: (endpoints) => find(endpoints).endpoint,
      [`eventGrid.${topic}.httpsEndpoint`]: (endpoints) => byHttps(find(endpoints).endpoint),
      [`eventGrid.${topic}.key`]: (endpoints) => find(endpoints).key,
    };
  });
  const only: References = {
    "eventGrid.endpoint": ({ eventGrid }) => eventGrid.endpoint,
    "eventGrid.httpsEndpoint": ({ eventGrid }) => byHttps(eventGrid.endpoint),
    "eventGrid.key": ({ eventGrid }) => eventGrid.key,
  };
  return {
    "cosmos.connectionString": ({ cosmos }) => cosmos.connectionString,
    "cosmos.endpoint": ({ cosmos }) => cosmos.endpoint,
    "cosmos.httpsEndpoint": ({ cosmos }) => cosmos.httpsEndpoint,
    "cosmos.key": ({ cosmos }) => cosmos.key,
    ...(topics.length > 1 ? {} : only),
    "webPubSub.connectionString": ({ webPubSub }) => webPubSub.connectionString,
    "webPubSub.httpsConnectionString": ({ webPubSub }) => byHttps(webPubSub.connectionString),
    "sms.connectionString": ({ sms }) => sms.connectionString,
    "sms.httpsConnectionString": ({ sms }) => byHttps(sms.connectionString),
    ...Object.assign({}, ...named),
  };
}

function template(root: string, known: References, setting: string, text: string): (endpoints: Endpoints) => string {
  const pattern = /\$\{([^}]*)\}/g;
  for (const [whole, name = ""] of text.matchAll(pattern)) {
    if (Object.hasOwn(known, name)) continue;
    const names = Object.keys(known).map((each) => `\${${each}}`);
    throw new Error(
      `${join(root, "local-azure.json")}: the setting ${setting} refers to ${whole}, which does not exist. You can use ${names.join(", ")}.`,
    );
  }
  return (endpoints) => text.replace(pattern, (_, name: string) => known[name]?.(endpoints) ?? "");
}
