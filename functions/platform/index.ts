import { app } from "@azure/functions";
import { withMomentsAgain } from "./moments-again.ts";
import { inTrace, within } from "./order-trace.ts";

/** Errors of orchestrators and entities must not be changed, since the Durable Functions extension parses them. */
const ownWords = ["orchestrationTrigger", "entityTrigger"];

/** The host parses what comes with these triggers, and writes times in another form when it passes it on. */
const writtenAgain = ["cosmosDBTrigger", "eventGridTrigger"];

app.hook.preInvocation(({ inputs, invocationContext }) => {
  if (writtenAgain.includes(invocationContext.options.trigger.type)) inputs[0] = withMomentsAgain(inputs[0]);
});

// For every function: events and activity inputs contain the `traceparent`. Other functions set the trace once they know the order (`isAbout`).
app.hook.preInvocation((invocation) => {
  const { functionHandler, inputs, invocationContext } = invocation;
  if (ownWords.includes(invocationContext.options.trigger.type)) return;
  const { traceparent } = (inputs[0] ?? {}) as { traceparent?: unknown };
  const known = typeof traceparent === "string" ? traceparent : undefined;
  const handler: typeof functionHandler = (...given) => within(known, async () => functionHandler(...given));
  invocation.functionHandler = handler;
});

app.hook.log((line) => {
  if (line.category === "user") line.message = inTrace(line.message);
});
