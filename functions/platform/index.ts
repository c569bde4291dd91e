import { app } from "@azure/functions";
import { inTrace, within } from "./order-trace.ts";

/** Errors of orchestrators and entities must not be changed, since the Durable Functions extension parses them. */
const ownWords = ["orchestrationTrigger", "entityTrigger"];

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
