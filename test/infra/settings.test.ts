import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { readSettings } from "../../functions/platform/settings.ts";
import type { RegisteredFunction } from "../../local/functions/protocol.ts";
import { registeredFunctions, triggerOf } from "./application.ts";
import { appSettings, coreProfiles, only } from "./snapshots.ts";

const root = join(import.meta.dirname, "../..");
const all = () => new Set(coreProfiles.flatMap((profile) => Object.keys(appSettings(profile))));

/** Keys and connection strings, for places where there is no identity; on Azure there is none of them. */
const keys = ["COSMOS", "EVENTGRID_KEY", "WEBPUBSUB", "SMS"];

/** Settings that are read not by our code but by what runs it. */
const readByOthers = [
  // Functions host: its storage, and the telemetry that it sends.
  /^AzureWebJobsStorage__(credential|clientId|(blob|queue|table)ServiceUri)$/,
  /^APPLICATIONINSIGHTS_(CONNECTION|AUTHENTICATION)_STRING$/,
  // Cosmos DB trigger, beside the endpoint that our code reads too.
  /^COSMOS__(credential|clientId)$/,
  // Durable Task extension: named by the variant of host.json that is packaged for the scheduler.
  /^DURABLE_TASK_SCHEDULER$/,
  // @azure/identity.
  /^AZURE_(CLIENT_ID|TOKEN_CREDENTIALS)$/,
];

/** Every setting that the code asks for, whatever the values of the others are. */
function settingsRead(): string[] {
  const read = new Set<string>();
  for (const values of [{}, { SMS_CHANNEL: "console" }, { SMS_CHANNEL: "sms" }]) {
    const recorder = new Proxy<Record<string, string>>(values, {
      get(target, name) {
        if (typeof name === "string") read.add(name);
        return Reflect.get(target, name);
      },
    });
    try {
      readSettings(recorder);
    } catch {
      // It complains of what is missing; what matters is what it looked for.
    }
  }
  return [...read];
}

/** What Azure will say in place of an expression: some https address. */
const resolved = (profile: string) =>
  Object.fromEntries(
    Object.entries(appSettings(profile)).map(([name, value]) => [
      name,
      value.startsWith("[") ? "https://known.example.net/" : value,
    ]),
  );

let functions: RegisteredFunction[];
beforeAll(async () => {
  functions = await registeredFunctions();
});

test("only one file of the application reads the environment", () => {
  const files = globSync("{functions,orchestrators,contracts}/**/*.ts", { cwd: root });
  const reading = files.filter((file) => /process\s*\.\s*env|process\[/.test(readFileSync(join(root, file), "utf8")));
  expect(reading).toEqual(["functions/platform/settings.ts"]);
});

test("every setting that the code reads is in the template, but for keys", () => {
  const read = settingsRead();
  expect(read).toEqual(expect.arrayContaining(["COSMOS__accountEndpoint", "SITE_ORIGIN", ...keys]));
  const missing = read.filter((name) => !keys.includes(name) && !all().has(name));
  expect(missing).toEqual([]);
});

test("no key is", () => {
  expect(keys.filter((name) => all().has(name))).toEqual([]);
});

test("every setting of the template is read by the code, or by what runs it", () => {
  const read = settingsRead();
  const unread = [...all()].filter((name) => !read.includes(name) && !readByOthers.some((known) => known.test(name)));
  expect(unread).toEqual([]);
});

test("every connection that a trigger names is there, with the identity", () => {
  const connections = new Set(functions.map((each) => triggerOf(each).connection).filter((name) => name !== undefined));
  expect([...connections]).toEqual(["COSMOS"]);
  for (const profile of coreProfiles) {
    for (const name of connections) {
      const settings = appSettings(profile);
      expect(settings[`${name}__accountEndpoint`]).toContain(".documentEndpoint");
      expect(settings[`${name}__credential`]).toBe("managedidentity");
      expect(settings[`${name}__clientId`]).toBe(settings.AZURE_CLIENT_ID);
    }
  }
});

test("nothing that Flex Consumption refuses", () => {
  const refused =
    /^(FUNCTIONS_WORKER_RUNTIME|FUNCTIONS_EXTENSION_VERSION|WEBSITE_|SCM_DO_BUILD|ENABLE_ORYX|AzureFunctionsJobHost__)/;
  expect([...all()].filter((name) => refused.test(name))).toEqual([]);
});

describe.each(coreProfiles)("%s", (profile) => {
  test("the application starts with its settings, and uses no key", () => {
    const settings = readSettings(resolved(profile));
    expect(JSON.stringify(settings)).not.toMatch(/connectionString|"key"/);
    expect(settings.cosmos).toEqual({ endpoint: "https://known.example.net/" });
  });

  test("CORS allows the site's origin and no other", () => {
    const origin = appSettings(profile).SITE_ORIGIN;
    expect(origin).toContain(".defaultHostname");
    expect(only(profile, "Microsoft.Web/sites").properties).toMatchObject({
      siteConfig: { cors: { allowedOrigins: [origin], supportCredentials: false } },
    });
  });
});

test("what Durable Functions and the SDKs in the host write about themselves is not paid for, and no tracing is on that could not sign in", () => {
  const host = JSON.parse(readFileSync(join(root, "host.json"), "utf8"));
  // About sixty lines an order; what becomes of workflows, which the alert reads, comes under other categories. Azure.Core writes two entries for each
  // request to Storage, five a second when there is nothing to do: as many as sampling keeps. Its warnings are leases and blobs that are not there yet.
  expect(host.logging.logLevel).toEqual({
    default: "Information",
    "Azure.Core": "Error",
    "DurableTask.AzureStorage": "Warning",
    "DurableTask.Core": "Warning",
  });
  // It is on unless told, warns at each start where it knows no address, and sends without the identity that ours demands. Switched off by the first setting
  // alone, the extension advertises it with a warning at each start; version None is off, too.
  expect(host.extensions.durableTask.tracing).toEqual({ distributedTracingEnabled: true, version: "None" });
});

test("what a killed instance had fetched for the workflows waits a minute for another, not five", () => {
  const { storageProvider } = JSON.parse(readFileSync(join(root, "host.json"), "utf8")).extensions.durableTask;
  // Five, the default, is as long as a customer has to choose: a scan in that moment became an order only when nobody waited for it any more. Messages that
  // are at work are renewed each half minute.
  expect(storageProvider).toMatchObject({
    controlQueueVisibilityTimeout: "00:01:00",
    workItemQueueVisibilityTimeout: "00:01:00",
  });
});
