import { app } from "@azure/functions";
import { inTrace, within } from "./order-trace.ts";

/** What the end of an orchestrator or an entity throws is read by its extension, to the letter. */
const ownWords = ["orchestrationTrigger", "entityTrigger"];

// Every function: an event and the input of an activity say in whose trace they are; what else is about an order tells it when it knows.
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
