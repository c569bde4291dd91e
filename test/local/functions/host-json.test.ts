import { expect, test } from "vitest";
import { durableOptionsOf } from "../../../local/durable/host-settings.ts";
import { readHostJson } from "../../../local/functions/host-json.ts";
import { hostJsonWarnings } from "../../../local/functions/host-json-review.ts";
import { makeApp, makeWorld } from "./harness.ts";

const durable = (durableTask: unknown, settings?: Record<string, string>) =>
  durableOptionsOf(makeApp({}, { extensions: { durableTask } }), settings);

test("what no one knows and what only Azure follows is named at the start, each by its path", async () => {
  const world = makeWorld();
  const root = makeApp(
    { "src/a.js": `import { app } from "@azure/functions";\napp.get("a", async () => ({}));` },
    {
      functionTimeOut: "00:05:00",
      functionsTimeout: "00:05:00",
      retry: { strategy: "fixedDelay" },
      extensions: {
        http: { routePrefx: "x", hsts: { isEnabled: true }, maxOutstandingRequests: 5 },
        durabletask: {
          ...{ hubname: "Hub1", maxConcurrentActivityFunction: 3, versionMatchStrategy: "Strict" },
          storageProvider: { type: "mssql" },
        },
        queues: { batchSize: 4, maxDequeCount: 3 },
        blobs: { maxDegreesOfParallelism: 2 },
        cosmos: {},
      },
    },
  );
  await world.start(root);
  expect(world.logged.filter(({ level }) => level === "warn").map(({ message }) => message)).toEqual([
    "host.json: unknown settings, which have no effect (misspelt, or from another version?): functionsTimeout, extensions.cosmos, " +
      "extensions.http.routePrefx, extensions.queues.maxDequeCount, extensions.blobs.maxDegreesOfParallelism, " +
      "extensions.durableTask.maxConcurrentActivityFunction",
    "host.json: settings that Azure follows, but the local host does not: retry, extensions.http.hsts, " +
      "extensions.http.maxOutstandingRequests, extensions.durableTask.versionMatchStrategy, extensions.durableTask.storageProvider.type",
  ]);
});

test("a host.json that holds only what is known says nothing", () => {
  expect(
    hostJsonWarnings({
      version: "2.0",
      logging: { logLevel: { default: "Warning" } },
      extensionBundle: { id: "Microsoft.Azure.Functions.ExtensionBundle", version: "[4.*, 5.0.0)" },
      extensions: { durableTask: { hubName: "Hub1", storageProvider: { type: "AzureStorage", partitionCount: 4 } } },
    }),
  ).toEqual([]);
});

test("the durable settings are read whatever their case, with %settings% filled in", () => {
  expect(
    durable(
      {
        HubName: "%Hub%",
        maxConcurrentActivityFunctions: 2,
        maxConcurrentOrchestratorFunctions: 3,
        maxConcurrentEntityFunctions: 4,
        maxEntityOperationBatchSize: 5,
        maxOrchestrationActions: 6,
        httpSettings: { defaultAsyncRequestSleepTimeMilliseconds: 7 },
        defaultVersion: "1.0",
        storageProvider: { connectionStringName: "DurableStorage" },
      },
      { Hub: "Filled1" },
    ),
  ).toEqual({
    hubName: "Filled1",
    connectionName: "DurableStorage",
    maxConcurrentActivities: 2,
    maxConcurrentOrchestrators: 3,
    maxConcurrentEntities: 4,
    maxEntityBatch: 5,
    maxActions: 6,
    httpPollingInterval: 7,
    defaultVersion: "1.0",
  });
  expect(durable({})).toEqual({});
});

test.each([
  [{ hubName: "my-hub" }, 'extensions.durableTask.hubName is "my-hub"; it must be 3 to 45 letters and digits'],
  [{ hubName: "%Missing%" }, "the application has no 'Missing'"],
  [{ maxConcurrentActivityFunctions: 0 }, "maxConcurrentActivityFunctions is 0; it must be a whole number from 1"],
  [{ maxConcurrentOrchestratorFunctions: "5" }, 'Functions is "5"; it must be a whole number from 1'],
  ["yes", "extensions.durableTask must be an object"],
])("%j is refused with what would be right", (settings, message) => {
  expect(() => durable(settings)).toThrow(message);
});

test.each([
  [{ functionTimeout: "00:90:00" }, 'functionTimeout "00:90:00" must be like'],
  [{ functionTimeout: "24:00:00" }, 'functionTimeout "24:00:00" must be like'],
  [
    { extensions: { queues: { visibilityTimeout: "00:00:90" } } },
    'visibilityTimeout is "00:00:90"; it must be a time span',
  ],
])("%j is no time span, as in .NET", (hostJson, message) => {
  expect(() => readHostJson(makeApp({}, hostJson))).toThrow(message);
});

test("time spans are read as .NET reads them", () => {
  const { functionTimeout, queues } = readHostJson(
    makeApp({}, { functionTimeout: "1.02:03:04", extensions: { queues: { visibilityTimeout: "00:00:30.5" } } }),
  );
  expect([functionTimeout, queues.visibilityTimeout]).toEqual([93_784_000, 30_500]);
});

test("a host.json with comments or a comma too many works as with Core Tools, and a warning says that it may not on Azure", async () => {
  const world = makeWorld();
  const root = makeApp({
    "src/a.js": `import { app } from "@azure/functions";\napp.get("a", async () => ({}));`,
    "host.json": `\uFEFF{ "version": "2.0", "extensions": { "http": { "routePrefix": "v2" } }, // ours\n}`,
  });
  const host = await world.start(root);
  expect(durableOptionsOf(root)).toEqual({});
  expect((await fetch(`${host.origin}/v2/a`)).status).toBe(200);
  expect(world.log()).toMatch(/warn .*host\.json has comments and trailing commas\..*on Azure the file can fail/);
});
