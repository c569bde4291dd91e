import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import formats from "ajv-formats";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { declaration, declarationSchema } from "../../../local/declaration.ts";

const root = join(import.meta.dirname, "../../..");
const committed = readFileSync(join(root, "local/local-azure.schema.json"), "utf8");
const ajv = new Ajv({ strict: false, allErrors: true });
formats.default(ajv);
const bySchema = ajv.compile(JSON.parse(committed));

/** What only the reader finds: no JSON Schema can say it, or not without a list of the world's numbers, or of what is an address. */
const beyond = /is there twice|number in E\.164|is not an address such as|is not the name of an event/;
const byReader = (given: unknown) => declaration.safeParse(given);

test("local-azure.schema.json is what the reader's own checks make; npm run generate writes it", () => {
  expect(committed).toBe(`${JSON.stringify(declarationSchema(), null, 2)}\n`);
});

test.each([
  "local/examples/talks/local-azure.json",
  "test/local/testing/notes/local-azure.json",
  "test/local/testing/several/local-azure.json",
  "test/local/testing/deliveries/local-azure.json",
])("%s is accepted by both", (path) => {
  const given = JSON.parse(readFileSync(join(root, path), "utf8"));
  expect(bySchema(given), JSON.stringify(bySchema.errors)).toBe(true);
  expect(byReader(given).success).toBe(true);
});

describe("both refuse", () => {
  const container = { id: "a", partitionKey: "/id" };
  const subscription = { name: "a", function: "b" };
  test.each([
    ["a member that is not known", { resource: {} }],
    [
      "a partition key without a slash",
      { resources: { cosmos: { database: "a", containers: [{ id: "a", partitionKey: "id" }] } } },
    ],
    [
      "four levels of a partition key",
      { resources: { cosmos: { database: "a", containers: [{ id: "a", partitionKey: ["/a", "/b", "/c", "/d"] }] } } },
    ],
    ["a database without containers", { resources: { cosmos: { database: "a" } } }],
    ["one database and several", { resources: { cosmos: { database: "a", containers: [container], databases: [] } } }],
    ["containers beside several databases", { resources: { cosmos: { containers: [container], databases: [] } } }],
    ...["t", "t".repeat(51), "with space", "System-events", "under_score"].map((topic): [string, object] => [
      `the topic ${topic}`,
      { resources: { eventGrid: { topic, subscriptions: [] } } },
    ]),
    [
      "several topics and one of them with a dot",
      { resources: { eventGrid: { topics: [{ topic: "a.b.c", subscriptions: [] }] } } },
    ],
    ["no topic at all", { resources: { eventGrid: {} } }],
    ["a topic without subscriptions", { resources: { eventGrid: { topic: "one" } } }],
    [
      "a schema that Event Grid has not",
      { resources: { eventGrid: { topic: "one", inputSchema: "Mine", subscriptions: [] } } },
    ],
    ["a subscription of nobody", { resources: { eventGrid: { topic: "one", subscriptions: [{ name: "a" }] } } }],
    [
      "a subscription of two",
      {
        resources: {
          eventGrid: { topic: "one", subscriptions: [{ ...subscription, webhook: "https://example.com/" }] },
        },
      },
    ],
    [
      "a batch of 5,001",
      { resources: { eventGrid: { topic: "one", subscriptions: [{ ...subscription, maxEventsPerBatch: 5001 }] } } },
    ],
    [
      "a header that is neither static nor dynamic",
      {
        resources: {
          eventGrid: {
            topic: "one",
            subscriptions: [
              { ...subscription, deliveryAttributeMappings: [{ name: "a", type: "Static", sourceField: "b" }] },
            ],
          },
        },
      },
    ],
    [
      "a queue without a name",
      { resources: { eventGrid: { topic: "one", subscriptions: [{ name: "a", queue: {} }] } } },
    ],
    ["a hub that begins with a digit", { resources: { webPubSub: { hub: "1st" } } }],
    ["a hub and hubs", { resources: { webPubSub: { hub: "a", hubs: ["b"] } } }],
    ["an event handler of nobody", { resources: { webPubSub: { hub: "a", eventHandlers: [{}] } } }],
    ["handlers beside hubs", { resources: { webPubSub: { hubs: ["a"], eventHandlers: [] } } }],
    [
      "an event that there is not",
      { resources: { webPubSub: { hub: "a", eventHandlers: [{ functions: true, systemEvents: ["joined"] }] } } },
    ],
    [
      "a managed identity",
      {
        resources: {
          webPubSub: { hub: "a", eventHandlers: [{ functions: true, auth: { type: "ManagedIdentity" } }] },
        },
      },
    ],
    ["an event listener of nothing", { resources: { webPubSub: { hubs: [{ hub: "a", eventListeners: [{}] }] } } }],
    ["a setting that is no text", { settings: { A: 1 } }],
    ["a name with a port", { names: ["example.com:80"] }],
  ])("%s", (_, given) => {
    expect(bySchema(given)).toBe(false);
    expect(byReader(given).success).toBe(false);
  });
});

/** Declarations that are right in most places and wrong in some. */
const text = fc.constantFrom(
  "a",
  "B",
  "news",
  "",
  "1st",
  "/id",
  "https://example.com/hook",
  "ftp://example.com",
  "+14255550100",
);
const path = fc.constantFrom("/id", "/tenant", "id", "");
const containers = fc.array(
  fc.record(
    {
      id: text,
      partitionKey: fc.oneof(path, fc.array(path, { maxLength: 4 })),
      defaultTtl: fc.constantFrom(-1, 60, 1.5),
      uniqueKeys: fc.array(fc.array(path, { maxLength: 2 }), { maxLength: 1 }),
    },
    { requiredKeys: ["id"] },
  ),
  { maxLength: 2 },
);
const header = fc.record(
  {
    name: text,
    type: fc.constantFrom("Static", "Dynamic", "Other"),
    value: text,
    sourceField: text,
    isSecret: fc.boolean(),
  },
  { requiredKeys: ["name"] },
);
const subscriptions = fc.array(
  fc.record(
    {
      ...{ name: text, function: text, webhook: text, filter: fc.constant({}), more: text },
      queue: fc.record({ queueName: text, connection: text }, { requiredKeys: [] }),
      maxEventsPerBatch: fc.constantFrom(1, 5000, 5001, 1.5),
      deliveryAttributeMappings: fc.array(header, { maxLength: 2 }),
      deadLetter: fc.record({ blobContainerName: text }),
    },
    { requiredKeys: ["name"] },
  ),
  { maxLength: 2 },
);
const eventHandlers = fc.array(
  fc.record(
    {
      urlTemplate: text,
      functions: fc.boolean(),
      userEventPattern: text,
      systemEvents: fc.array(fc.constantFrom("connect", "joined"), { maxLength: 1 }),
      auth: fc.record({ type: fc.constantFrom("None", "ManagedIdentity") }),
    },
    { requiredKeys: [] },
  ),
  { maxLength: 1 },
);
const eventListeners = fc.array(
  fc.record({
    filter: fc.record({ userEventPattern: text, systemEvents: fc.constant(["connected"]) }, { requiredKeys: [] }),
    endpoint: fc.record(
      {
        eventHubName: text,
        connection: text,
        fullyQualifiedNamespace: text,
        type: fc.constantFrom("EventHub", "Topic"),
      },
      { requiredKeys: ["eventHubName", "connection"] },
    ),
  }),
  { maxLength: 1 },
);
const inputSchema = fc.constantFrom("CloudEventSchemaV1_0", "EventGridSchema", "Mine");
const declared = fc.record(
  {
    resources: fc.record(
      {
        cosmos: fc.record(
          {
            database: text,
            containers,
            databases: fc.array(fc.record({ database: text, containers }), { maxLength: 2 }),
            allVersionsAndDeletes: fc.constantFrom("Continuous7Days", "Continuous30Days", "Continuous7Days", "7 d"),
            consistency: fc.constantFrom("Strong", "Eventual", "strong"),
            entraTokens: fc.constantFrom("unchecked", "checked"),
          },
          { requiredKeys: [] },
        ),
        eventGrid: fc.record(
          {
            ...{ topic: text, inputSchema, subscriptions },
            topics: fc.array(fc.record({ topic: text, inputSchema, subscriptions }, { requiredKeys: ["topic"] }), {
              maxLength: 2,
            }),
          },
          { requiredKeys: [] },
        ),
        webPubSub: fc.record(
          {
            ...{ hub: text, eventHandlers, eventListeners },
            hubs: fc.array(
              fc.oneof(text, fc.record({ hub: text, eventHandlers, eventListeners }, { requiredKeys: [] })),
              { maxLength: 2 },
            ),
          },
          { requiredKeys: [] },
        ),
        sms: fc.record({ senders: fc.array(text, { maxLength: 1 }), subscriptions }, { requiredKeys: [] }),
      },
      { requiredKeys: [] },
    ),
    settings: fc.dictionary(fc.constantFrom("A", "B"), fc.oneof(text, fc.integer())),
    cors: fc.array(text, { maxLength: 1 }),
    names: fc.array(text, { maxLength: 1 }),
    durable: fc.record({ hangLikeAzure: fc.oneof(fc.boolean(), text) }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
);

test("they agree on any declaration, but for what only the reader can find", () => {
  const seen = { accepted: 0, refused: 0 };
  fc.assert(
    fc.property(declared, (given) => {
      const read = byReader(given);
      const found = read.success ? [] : read.error.issues.filter(({ message }) => !beyond.test(message));
      seen[read.success ? "accepted" : "refused"]++;
      expect(bySchema(given), JSON.stringify(found)).toBe(found.length === 0);
    }),
    { numRuns: 2_000 },
  );
  expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(50);
});
