import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readApplication } from "../../../local/application.ts";
import { databasesOf, hubsOf, topicsOf } from "../../../local/resources.ts";

/** A folder with these files, given as values of JSON or as text. */
function folder(files: Record<string, unknown>): string {
  const made = mkdtempSync(join(tmpdir(), "crema-application-"));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  for (const [name, value] of Object.entries(files)) {
    mkdirSync(dirname(join(made, name)), { recursive: true });
    writeFileSync(join(made, name), typeof value === "string" ? value : JSON.stringify(value));
  }
  return made;
}

/** What local-azure.json refers to, in the form it has there. */
const reference = (name: string) => `\${${name}}`;
const names = [
  "cosmos.connectionString",
  "cosmos.endpoint",
  "cosmos.httpsEndpoint",
  "cosmos.key",
  "eventGrid.endpoint",
  "eventGrid.key",
  "webPubSub.connectionString",
  "sms.connectionString",
];

const good = { "package.json": { main: "src/*.js" }, "host.json": { version: "2.0" } };
const modelV3 = { "chat/function.json": { bindings: [] }, "login/function.json": { bindings: [] } };
const endpoints = {
  cosmos: {
    connectionString: "the cosmos account",
    endpoint: "its address",
    httpsEndpoint: "its other address",
    key: "its key",
  },
  eventGrid: { endpoint: "the topic", key: "the key" },
  webPubSub: { connectionString: "the hub" },
  sms: { connectionString: "the phone" },
};

test("an application with nothing but its two files needs nothing else", () => {
  const root = folder(good);
  const { resources, application } = readApplication(root);
  expect(resources).toEqual({});
  expect(application).toMatchObject({ root, cors: [] });
  expect(application.settings(endpoints)).toEqual({});
});

test("settings: local-azure.json wins over local.settings.json, and what is given over both", () => {
  const root = folder({
    ...good,
    // With the mark that some editors put in front.
    "local.settings.json": `\uFEFF${JSON.stringify({ IsEncrypted: false, Values: { A: "1", B: "1", C: "1" }, Host: { CORS: "http://a, http://b" } })}`,
    "local-azure.json": {
      settings: {
        B: "2",
        C: "2",
        ALL: names.map(reference).join(", "),
      },
      cors: ["http://b", "http://c"],
    },
  });
  const { application } = readApplication(root, { C: "3" });
  expect(application.settings(endpoints)).toEqual({
    ...{ A: "1", B: "2", C: "3" },
    ALL: "the cosmos account, its address, its other address, its key, the topic, the key, the hub, the phone",
  });
  expect(application.cors).toEqual(["http://b", "http://c", "http://a"]);
});

test("files are read as Core Tools reads them: with comments, commas too many and a mark in front; values become text", () => {
  const root = folder({
    "package.json": `\uFEFF{"main":"src/*.js",}`,
    "host.json": `\uFEFF{\n  // the host\n  "version": "2.0", /* of now */\n}`,
    "local.settings.json": `{ "Values": { "PORT": 8080, "DEBUG": true, "NONE": null, "URL": "http://a//b", /* , */ "COMMA": ",}", }, }`,
  });
  const settings = readApplication(root).application.settings(endpoints);
  expect(settings).toEqual({ PORT: "8080", DEBUG: "true", URL: "http://a//b", COMMA: ",}" });
});

test("what is left of the model v3 counts for nothing in an application that has gone over", () => {
  const manifest = { main: "src/*.js", dependencies: { "@azure/functions": "^4.5.0" } };
  expect(readApplication(folder({ ...good, ...modelV3, "package.json": manifest })).resources).toEqual({});
});

test("the port that it wants is told; 0, empty connection strings and no credentials are nothing", () => {
  const portOf = (settings: object) => readApplication(folder({ ...good, "local.settings.json": settings })).port;
  expect(portOf({ Host: { LocalHttpPort: 7072 } })).toBe(7072);
  expect(portOf({ Host: { LocalHttpPort: 0, CORSCredentials: false }, ConnectionStrings: {} })).toBeUndefined();
  expect(portOf({ Host: null })).toBeUndefined();
});

test.each([
  ["no package.json", { "host.json": good["host.json"] }, "has no package.json"],
  ["no main", { ...good, "package.json": {} }, 'has no "main"'],
  ["no main of functions in the model v3", { ...good, ...modelV3, "package.json": {} }, "programming model v3"],
  ["no package.json beside some", { "host.json": good["host.json"], ...modelV3 }, "(chat/function.json and 1 more)"],
  [
    "the library of the model v3",
    { ...good, ...modelV3, "package.json": { main: "a.js", devDependencies: { "@azure/functions": "^3.0.0" } } },
    "functions-node-upgrade-v4",
  ],
  ["no host.json", { "package.json": good["package.json"] }, "has no host.json"],
  ["an old host.json", { ...good, "host.json": {} }, 'must say "version": "2.0"'],
  ["null as host.json", { ...good, "host.json": "null" }, 'must say "version": "2.0"'],
  ["text that is no JSON", { ...good, "local.settings.json": "{" }, "local.settings.json is not JSON"],
  ["encrypted settings", { ...good, "local.settings.json": { IsEncrypted: true } }, "func settings decrypt"],
  [
    "encrypted settings under another case",
    { ...good, "local.settings.json": { isEncrypted: true } },
    "func settings decrypt",
  ],
  [
    "a setting that is no text under another case",
    { ...good, "local.settings.json": { values: { A: [1] } } },
    "must be a string",
  ],
  ["a setting that is no text", { ...good, "local.settings.json": { Values: { A: [1] } } }, "must be a string"],
  ["a name that is not known", { ...good, "local-azure.json": { resource: {} } }, 'Unrecognized key: "resource"'],
  [
    "a partition key that is no path",
    {
      ...good,
      "local-azure.json": { resources: { cosmos: { database: "d", containers: [{ id: "c", partitionKey: "id" }] } } },
    },
    'must be a path such as "/storeId"',
  ],
  [
    "a reference to nothing",
    { ...good, "local-azure.json": { settings: { A: reference("cosmos.address") } } },
    `You can use ${reference("cosmos.connectionString")}`,
  ],
])("%s is refused in words", (_, files, words) => {
  const root = folder(files);
  expect(() => readApplication(root)).toThrow(words);
  expect(() => readApplication(root)).toThrow(root);
});

test.each<[string, object, string]>([
  ["connection strings for .NET", { ConnectionStrings: { SHOP: "Server=x" } }, "Put each under Values"],
  ["credentials from other origins", { Host: { CORS: "http://a", CORSCredentials: true } }, "send a token in a header"],
  ["a port that is no number", { Host: { LocalHttpPort: "7072" } }, "must be a number from 1 to 65530"],
  ["a port too high for those after it", { host: { localhttpport: 65_535 } }, "must be a number from 1 to 65530"],
])("%s in local.settings.json are refused in words", (_, settings, words) => {
  expect(() => readApplication(folder({ ...good, "local.settings.json": settings }))).toThrow(words);
});

/** `local-azure.json` with these resources. */
const withResources = (resources: object, settings: object = {}) =>
  folder({ ...good, "local-azure.json": { resources, settings } });

test("resources: one of a kind or a list of them, a key of up to three paths, both schemas, any webhook", () => {
  const containers = [
    { id: "a", partitionKey: "/id" },
    { id: "b", partitionKey: ["/t", "/u", "/s"] },
  ];
  const subscriptions = [
    { name: "one", function: "f", filter: { includedEventTypes: ["t"] }, retry: { maxDeliveryAttempts: 3 } },
    { name: "two", webhook: "https://example.com/hook?code=1" },
  ];
  for (const resources of [
    { cosmos: { database: "d", containers } },
    {
      cosmos: {
        databases: [
          { database: "d", containers },
          { database: "e", containers: [] },
        ],
      },
    },
    { eventGrid: { topic: "one", subscriptions } },
    { eventGrid: { topic: "one", inputSchema: "EventGridSchema", subscriptions } },
    {
      eventGrid: {
        topics: [
          { topic: "one", subscriptions },
          { topic: "two", inputSchema: "CloudEventSchemaV1_0", subscriptions: [] },
        ],
      },
    },
    { webPubSub: { hub: "h" } },
    { webPubSub: { hubs: ["h", "i"] } },
    { sms: { senders: ["+14255550100", "12345", "Crema"] } },
  ]) {
    expect(readApplication(withResources(resources)).resources).toEqual(resources);
  }
});

test("settings refer to topics by name; with one topic the name can be left out", () => {
  const settings = {
    A: reference("eventGrid.endpoint"),
    B: reference("eventGrid.orders.endpoint"),
    C: reference("eventGrid.orders.key"),
  };
  const orders = { topic: "orders", subscriptions: [] };
  const one = readApplication(withResources({ eventGrid: orders }, settings)).application;
  expect(one.settings(endpoints)).toEqual({ A: "the topic", B: "the topic", C: "the key" });
  const resources = { eventGrid: { topics: [{ ...orders, topic: "menu" }, orders] } };
  const { A: _, ...named } = settings;
  const topics = { menu: { endpoint: "m", key: "mk" }, orders: { endpoint: "o", key: "ok" } };
  const two = readApplication(withResources(resources, named)).application;
  expect(two.settings({ ...endpoints, topics })).toEqual({ B: "o", C: "ok" });
  expect(() => readApplication(withResources(resources, settings))).toThrow(
    /A refers to \$\{eventGrid\.endpoint\}, which does not exist\. You can use .*\$\{eventGrid\.menu\.endpoint\}/,
  );
});

const grid = (subscription: object) => ({
  eventGrid: { topic: "one", subscriptions: [{ name: "abc", function: "f", ...subscription }] },
});

test.each<[string, object, string[]]>([
  [
    "an unknown member of a topic",
    { eventGrid: { topic: "one", subscriptions: [], schema: 1 } },
    ['"schema"', "resources.eventGrid"],
  ],
  [
    "a topic whose name Event Grid does not take",
    { eventGrid: { topic: "t", subscriptions: [] } },
    ["must be 3 to 50 letters", "resources.eventGrid.topic"],
  ],
  [
    "a hub whose name Web PubSub does not take",
    { webPubSub: { hubs: ["chat", "1 bad"] } },
    ["must be a letter", "resources.webPubSub.hubs[1]"],
  ],
  [
    "an unknown schema",
    { eventGrid: { topic: "one", subscriptions: [], inputSchema: "CustomEventSchema" } },
    ["EventGridSchema", "resources.eventGrid.inputSchema"],
  ],
  [
    "a topic without subscriptions",
    { eventGrid: { topic: "one" } },
    ["must be a list", "resources.eventGrid.subscriptions"],
  ],
  [
    "a topic and topics",
    { eventGrid: { topic: "one", subscriptions: [], topics: [] } },
    ['either "topic", "inputSchema", "subscriptions", for one, or "topics"'],
  ],
  ["no topic at all", { eventGrid: { subscriptions: [] } }, ['or "topics", a list']],
  [
    "a topic twice",
    {
      eventGrid: {
        topics: [
          { topic: "one", subscriptions: [] },
          { topic: "ONE", subscriptions: [] },
        ],
      },
    },
    ['"ONE" is there twice', "resources.eventGrid.topics[1]"],
  ],
  [
    "a subscription twice",
    {
      eventGrid: {
        topic: "one",
        subscriptions: [
          { name: "abc", function: "f" },
          { name: "abc", function: "g" },
        ],
      },
    },
    ['"abc" is there twice'],
  ],
  ["an unknown member of a subscription", grid({ deliverySchema: "x" }), ['"deliverySchema"', "subscriptions[0]"]],
  [
    "a function and a webhook",
    grid({ webhook: "https://example.com" }),
    ['must have either "function"', "subscriptions[0]"],
  ],
  [
    "a webhook that is no address",
    grid({ function: undefined, webhook: "example.com/hook" }),
    ["must be an address", "subscriptions[0].webhook"],
  ],
  [
    "a webhook of another protocol",
    grid({ function: undefined, webhook: "ftp://example.com" }),
    ["must be an address"],
  ],
  [
    "a misspelt filter",
    grid({ filter: { subjectBeginWith: "a" } }),
    ["filter has no member 'subjectBeginWith'; it has includedEventTypes", "'abc'", "topic 'one'"],
  ],
  [
    "a filter of the wrong type",
    grid({ filter: { subjectBeginsWith: 5 } }),
    ["filter.subjectBeginsWith must be a string"],
  ],
  [
    "types that are no texts",
    grid({ filter: { includedEventTypes: [5] } }),
    ["includedEventTypes must be a list of strings"],
  ],
  [
    "a misspelt advanced filter",
    grid({ filter: { advancedFilters: [{ operatorType: "StringIn", key: "a", vals: ["x"] }] } }),
    ["no member 'vals'"],
  ],
  [
    "an advanced filter without a key",
    grid({ filter: { advancedFilters: [{ operatorType: "StringIn", values: ["x"] }] } }),
    ["needs a string 'key'"],
  ],
  ["an advanced filter that is none", grid({ filter: { advancedFilters: [null] } }), ["needs a string 'key'"]],
  [
    "a misspelt retry policy",
    grid({ retry: { attempts: 5 } }),
    ["retry has no member 'attempts'; it has maxDeliveryAttempts"],
  ],
  ["too many attempts", grid({ retry: { maxDeliveryAttempts: 99 } }), ["from 1 to 30"]],
  [
    "four paths",
    { cosmos: { database: "d", containers: [{ id: "c", partitionKey: ["/a", "/b", "/c", "/d"] }] } },
    ["up to three", "containers[0].partitionKey"],
  ],
  ["no path", { cosmos: { database: "d", containers: [{ id: "c", partitionKey: [] }] } }, ["up to three"]],
  [
    "a database and databases",
    { cosmos: { database: "d", containers: [], databases: [] } },
    ['either "database", "containers", for one, or "databases"'],
  ],
  [
    "a container twice",
    {
      cosmos: {
        database: "d",
        containers: [
          { id: "c", partitionKey: "/a" },
          { id: "c", partitionKey: "/b" },
        ],
      },
    },
    ['"c" is there twice', "containers[1]"],
  ],
  ["a database without containers", { cosmos: { database: "d" } }, ["must be a list", "resources.cosmos.containers"]],
  [
    "an unknown member of a container",
    { cosmos: { database: "d", containers: [{ id: "c", partitionKey: "/a", ttl: 5 }] } },
    ['"ttl"', "containers[0]"],
  ],
  ["a hub and hubs", { webPubSub: { hub: "h", hubs: ["i"] } }, ['either "hub", ', 'or "hubs", a list']],
  ["a hub twice", { webPubSub: { hubs: ["h", { hub: "H" }] } }, ['"H" is there twice']],
  [
    "an event handler with a managed identity",
    { webPubSub: { hub: "h", eventHandlers: [{ functions: true, auth: { type: "ManagedIdentity" } }] } },
    ["managed identities are not emulated", "webPubSub.eventHandlers[0].auth.type"],
  ],
  [
    "an event handler at no address",
    { webPubSub: { hubs: [{ hub: "h", eventHandlers: [{ urlTemplate: "localhost:80" }] }] } },
    ["urlTemplate 'localhost:80' is not an address", "webPubSub.hubs[0].eventHandlers[0].urlTemplate"],
  ],
  [
    "an event listener with a managed identity",
    {
      webPubSub: {
        hub: "h",
        eventListeners: [
          {
            filter: {},
            endpoint: { eventHubName: "e", connection: "E", fullyQualifiedNamespace: "n.servicebus.windows.net" },
          },
        ],
      },
    },
    ["managed identities are not emulated", "webPubSub.eventListeners[0].endpoint.fullyQualifiedNamespace"],
  ],
  [
    "an event listener of connect",
    {
      webPubSub: {
        hub: "h",
        eventListeners: [{ filter: { systemEvents: ["connect"] }, endpoint: { eventHubName: "e", connection: "E" } }],
      },
    },
    ["listeners do not receive connect", "webPubSub.eventListeners[0].filter.systemEvents[0]"],
  ],
  [
    "a sender that is none",
    { sms: { senders: ["+1425555010"] } },
    ["must be a number in E.164", "resources.sms.senders[0]"],
  ],
  ["an unknown service", { serviceBus: {} }, ['"serviceBus"', "resources"]],
])("resources with %s are refused, with the place", (_, resources, words) => {
  const root = withResources(resources);
  for (const word of [...words, join(root, "local-azure.json")]) expect(() => readApplication(root)).toThrow(word);
});

test("a folder that is not there is named", () => {
  expect(() => readApplication("/nowhere/at/all")).toThrow("There is no folder /nowhere/at/all");
  const file = join(folder(good), "host.json");
  expect(() => readApplication(file)).toThrow(`There is no folder ${file}. Name the folder`);
});

test("what the page says can be declared several times is taken", () => {
  const root = folder({
    ...good,
    "local-azure.json": readFileSync(join(import.meta.dirname, "several/local-azure.json"), "utf8"),
  });
  const { resources } = readApplication(root);
  expect(databasesOf(resources).map(({ database }) => database)).toEqual(["shop", "audit"]);
  expect(topicsOf(resources).map(({ inputSchema }) => inputSchema)).toEqual(["EventGridSchema", undefined]);
  expect(hubsOf(resources)).toEqual([{ hub: "chat" }, { hub: "news" }]);
  const text = readFileSync(join(import.meta.dirname, "chat/local-azure.json"), "utf8");
  const chat = readApplication(folder({ ...good, "local-azure.json": text }));
  expect(hubsOf(chat.resources)).toMatchObject([
    { hub: "chat", eventHandlers: [{ functions: true }] },
    {
      ...{ hub: "news", anonymousConnectPolicy: "Allow", eventHandlers: [{ userEventPattern: "like,share" }] },
      eventListeners: [{ endpoint: { eventHubName: "news", connection: "EVENT_HUBS" } }],
    },
  ]);
});

test("what the page says of subscriptions is taken; what Event Grid would refuse is refused with its place", () => {
  const declared = readFileSync(join(import.meta.dirname, "deliveries/local-azure.json"), "utf8");
  const [topic] = topicsOf(readApplication(folder({ ...good, "local-azure.json": JSON.parse(declared) })).resources);
  expect(topic?.subscriptions.map(({ name }) => name)).toEqual(["partner", "slow"]);
  const back = JSON.parse(declared.replaceAll('"EventGridSchema"', '"CloudEventSchemaV1_0"')) as object;
  const text = JSON.stringify(back).replace(
    '"eventDeliverySchema":"CloudEventSchemaV1_0"',
    '"eventDeliverySchema":"EventGridSchema"',
  );
  expect(() => readApplication(folder({ ...good, "local-azure.json": JSON.parse(text) }))).toThrow(
    /topic 'orders': Event subscription 'partner': the topic accepts CloudEvents, which cannot be/,
  );
});

test("names that requests may ask for are given without a port", () => {
  expect(readApplication(folder({ ...good, "local-azure.json": { names: ["crema.test", "10.0.0.5"] } })).names).toEqual(
    ["crema.test", "10.0.0.5"],
  );
  expect(() => readApplication(folder({ ...good, "local-azure.json": { names: ["http://crema.test:1"] } }))).toThrow(
    "must be a host name or an address, without a port",
  );
});
