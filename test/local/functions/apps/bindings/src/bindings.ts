import { app, type CosmosDBInput, input, output } from "@azure/functions";
import * as df from "durable-functions";

const things = { connection: "COSMOS", databaseName: "shop", containerName: "things" };
const byId = input.cosmosDB({ ...things, id: "{id}", partitionKey: "{query.pk}" });
const byKind = input.cosmosDB({ ...things, sqlQuery: "SELECT c.id FROM c WHERE c.kind = {kind} ORDER BY c.id" });
const all: CosmosDBInput = input.cosmosDB({ ...things });

app.get("one", {
  route: "things/{id}",
  extraInputs: [byId],
  handler: async (_request, context) => {
    const thing = context.extraInputs.get(byId) as { kind?: string } | undefined;
    return thing === undefined ? { status: 404 } : { jsonBody: { kind: thing.kind } };
  },
});

app.get("ofKind", {
  route: "kinds/{kind}",
  extraInputs: [byKind],
  handler: async (_request, context) => ({ jsonBody: context.extraInputs.get(byKind) }),
});

app.get("all", {
  extraInputs: [all],
  handler: async (_request, context) => ({ jsonBody: (context.extraInputs.get(all) as unknown[]).length }),
});

const stored = output.cosmosDB({ ...things, containerName: "%MADE%", createIfNotExists: true, partitionKey: "/pk" });
app.post("store", {
  extraOutputs: [stored],
  handler: async (request, context) => {
    context.extraOutputs.set(stored, await request.json());
    return { status: 201 };
  },
});

app.timer("stamp", {
  schedule: "0 0 3 * * *",
  runOnStartup: true,
  return: output.cosmosDB(things),
  handler: () => ({ id: "stamp", pk: "p", kind: "stamp" }),
});

const told = output.eventGrid({ topicEndpointUri: "TOPIC", topicKeySetting: "TOPIC_KEY" });
app.post("tell", {
  extraOutputs: [told],
  handler: async (request, context) => {
    context.extraOutputs.set(told, await request.json());
    return { status: 202 };
  },
});

const connection = input.generic({
  type: "webPubSubConnection",
  name: "connection",
  hub: "hub",
  userId: "{headers.x-user}",
  connection: "PUBSUB",
});
app.get("connect", {
  extraInputs: [connection],
  handler: async (_request, context) => ({ jsonBody: context.extraInputs.get(connection) }),
});

const pushed = output.generic({ type: "webPubSub", name: "pushed", hub: "hub", connection: "PUBSUB" });
app.post("push", {
  extraOutputs: [pushed],
  handler: async (request, context) => {
    context.extraOutputs.set(pushed, await request.json());
    return { status: 202 };
  },
});

const kept = output.cosmosDB(things);
const keep = df.app.activity("keep", {
  extraOutputs: [kept],
  handler: (id: string, context) => {
    context.extraOutputs.set(kept, { id, pk: "p", kind: "kept" });
    return `${id} is kept`;
  },
});
df.app.orchestration("keeping", function* () {
  return (yield keep("cup")) as string;
});

app.warmup("warm", { handler: (_context, context) => context.log("warm now") });
