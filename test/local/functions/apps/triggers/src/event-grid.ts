import { app, type EventGridEvent } from "@azure/functions";

app.eventGrid("single", {
  handler: (event, context) => {
    const { data } = event as EventGridEvent & { data: { fail?: boolean } };
    if (data?.fail) throw new Error(`no good: ${event.id}`);
    context.log(`got ${JSON.stringify(event)} ${JSON.stringify(context.triggerMetadata)}`);
  },
});

app.eventGrid("batch", {
  trigger: { type: "eventGridTrigger", name: "events", cardinality: "many" },
  handler: (events, context) =>
    context.log(
      `got ${(events as unknown as EventGridEvent[]).map(({ id }) => id).join()} ${JSON.stringify(context.triggerMetadata)}`,
    ),
});

app.get("other", async () => ({}));
