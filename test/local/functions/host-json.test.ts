import { expect, test } from "vitest";
import { durableOptionsOf } from "../../../local/durable/host-settings.ts";
import { readHostJson } from "../../../local/functions/host-json.ts";
import { hostJsonWarnings } from "../../../local/functions/host-json-review.ts";
import { hostValue, readHostFile } from "../../../local/kernel/host-json.ts";
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
  [{ maxConcurrentOrchestratorFunctions: "five" }, 'Functions is "five"; it must be a whole number from 1'],
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

const from = (names: Record<string, string>) =>
  Object.fromEntries(Object.entries(names).map(([name, value]) => [`AzureFunctionsJobHost__${name}`, value]));

test("settings AzureFunctionsJobHost__… win over host.json, in any case, for everything that is read from it", () => {
  const root = makeApp(
    {},
    {
      functionTimeout: "00:01:00",
      extensions: { HTTP: { RoutePrefix: "file" }, queues: { batchSize: 4 }, durableTask: { hubName: "File" } },
    },
  );
  const settings = {
    ...from({
      extensions__http__routePrefix: "v2",
      functionTimeout: "-1",
      extensions__queues__maxDequeueCount: "3",
      extensions__queues__visibilityTimeout: "00:00:30",
      extensions__blobs__poisonBlobThreshold: "2",
      logging__logLevel__default: "Warning",
      "logging__logLevel__Function.a": "Debug",
      extensions__durableTask__hubName: "%Hub%",
      extensions__durableTask__httpSettings__defaultAsyncRequestSleepTimeMilliseconds: "7",
      extensions__durableTask__maxConcurrentActivityFunctions: "6",
    }),
    "azurefunctionsjobhost:Extensions:Queues:BatchSize": "8",
    Hub: "Set1",
  };
  const { routePrefix, functionTimeout, queues, blobs, logs, warnings } = readHostJson(root, settings);
  expect(routePrefix).toBe("v2");
  expect(functionTimeout).toBeUndefined();
  expect(queues).toMatchObject({ batchSize: 8, maxDequeueCount: 3, visibilityTimeout: 30_000 });
  expect(blobs.poisonBlobThreshold).toBe(2);
  expect([logs("Function.b", "information"), logs("Function.a", "debug")]).toEqual([false, true]);
  expect(warnings).toEqual([]);
  expect(durableOptionsOf(root, settings)).toEqual({
    ...{ hubName: "Set1", httpPollingInterval: 7, maxConcurrentActivities: 6 },
  });
  expect(readHostJson(root).routePrefix).toBe("file");
});

test("a list in host.json takes settings by their index", () => {
  const { value } = readHostFile(
    makeApp({}, { watchDirectories: ["a", "b"] }),
    from({ watchDirectories__1: "c", watchDirectories__2: "d" }),
  );
  expect(hostValue(value, "watchDirectories")).toEqual(["a", "c", "d"]);
});

test("what such settings set is reviewed and checked as what the file says, and errors name the setting", async () => {
  const root = makeApp({}, { extensions: { http: { routePrefix: "x" } } });
  const { warnings } = readHostJson(
    root,
    from({
      extensions__http__routePrefx: "y",
      extensions__http__hsts__isEnabled: "true",
      extensions__http: "z",
      version: "1.0",
    }),
  );
  expect(warnings).toEqual([
    "These settings do not change host.json: AzureFunctionsJobHost__extensions__http, AzureFunctionsJobHost__version. Only a value can be set, not a whole section or the version.",
    "host.json: unknown settings, which have no effect (misspelt, or from another version?): extensions.http.routePrefx",
    "host.json: settings that Azure follows, but the local host does not: extensions.http.hsts",
  ]);
  const why =
    'host.json (with AzureFunctionsJobHost__extensions__queues__batchSize): extensions.queues.batchSize is "many"; it must be a whole number';
  expect(() => readHostJson(root, from({ extensions__queues__batchSize: "many" }))).toThrow(why);
  const hub = from({ extensions__durableTask__hubName: "my-hub" });
  expect(() => durableOptionsOf(root, hub)).toThrow('extensions.durableTask.hubName is "my-hub"; it must be');
});

test("the prefix that a setting sets is the address of the functions", async () => {
  const root = makeApp({ "src/a.js": `import { app } from "@azure/functions";\napp.get("a", async () => ({}));` });
  const host = await makeWorld().start(root, { settings: from({ extensions__http__routePrefix: "v2" }) });
  expect((await fetch(`${host.origin}/v2/a`)).status).toBe(200);
  expect((await fetch(`${host.origin}/api/a`)).status).toBe(404);
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
