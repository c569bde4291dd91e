import { SmsClient } from "@azure/communication-sms";
import { CosmosClient } from "@azure/cosmos";
import { AzureKeyCredential, EventGridPublisherClient } from "@azure/eventgrid";
import { app } from "@azure/functions";
import * as df from "durable-functions";

app.http("addNote", {
  route: "notes",
  methods: ["POST"],
  authLevel: "function",
  handler: async (request) => {
    const client = new CosmosClient(process.env.NOTES_DB);
    const { resource } = await client
      .database("notes")
      .container("notes")
      .items.create(await request.json());
    return { status: 201, jsonBody: { id: resource.id } };
  },
});

// The change feed leads to a message and to an event; the event to an entity.
app.cosmosDB("tell", {
  connection: "NOTES_DB",
  databaseName: "notes",
  containerName: "notes",
  handler: async (documents) => {
    const sms = new SmsClient(process.env.SMS, { allowInsecureConnection: true });
    const topic = new EventGridPublisherClient(
      process.env.TOPIC,
      "CloudEvent",
      new AzureKeyCredential(process.env.TOPIC_KEY),
      { allowInsecureConnection: true },
    );
    for (const { id, text } of documents) {
      await sms.send({ from: "+18005550199", to: [process.env.TELL], message: text });
      await topic.send([{ type: "notes.added", source: "notes", subject: id, data: {} }]);
    }
  },
});

app.eventGrid("countNote", {
  extraInputs: [df.input.durableClient()],
  handler: (_event, context) => df.getClient(context).signalEntity(new df.EntityId("count", "notes"), "add"),
});

df.app.entity("count", (context) => context.df.setState((context.df.getState(() => 0) ?? 0) + 1));

df.app.activity("step", { handler: (n) => n + 1 });

df.app.orchestration("threeSteps", function* (context) {
  let n = context.df.getInput();
  const retry = new df.RetryOptions(60_000, 3);
  for (let i = 0; i < 3; i++) n = yield context.df.callActivityWithRetry("step", retry, n);
  return n;
});

df.app.orchestration("approval", function* (context) {
  const late = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 3_600_000));
  const approved = context.df.waitForExternalEvent("approved");
  context.df.setCustomStatus("waiting");
  const first = yield context.df.Task.any([approved, late]);
  if (first === late) return "late";
  late.cancel();
  return approved.result;
});
