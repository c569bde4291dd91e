import type { FunctionDefinition } from "../definition.ts";
import type { InvocationResult } from "../invocation-result.ts";
import type { Invoker, TriggerInput } from "../invoker.ts";
import type { TypedData } from "../protocol.ts";
import { withDotnetDates } from "./dotnet-dates.ts";

export interface WebhookAnswer {
  status: number;
  body?: { code: string; message: string } | string;
  headers?: Record<string, string>;
}

type Event = Record<string, unknown>;

/**
 * Answers a request to `/runtime/webhooks/eventgrid` for one function, by its method and its `aeg-event-type` header. Events of one request run in
 * parallel. If one of them fails, the response to the whole request is 500, and it will be delivered again. The same goes for a request whose body is
 * not an event, as in the real extension.
 */
export async function answerEventGrid(
  invoker: Invoker,
  definition: FunctionDefinition,
  method: string,
  headers: Record<string, string | string[] | undefined>,
  body: Buffer,
): Promise<WebhookAnswer> {
  // The handshake of CloudEvents: every sender is allowed.
  if (method === "OPTIONS") return { status: 200, headers: { "webhook-allowed-origin": "eventgrid.azure.net" } };
  const type = String(headers["aeg-event-type"] ?? "missing").toLowerCase();
  if (type === "unsubscribe") return { status: 202 };
  if (type !== "subscriptionvalidation" && type !== "notification") {
    const given = headers["aeg-event-type"] ?? "missing";
    const message = `The header aeg-event-type must be SubscriptionValidation, Notification or Unsubscribe; it is ${given}.`;
    return { status: 400, body: { code: "BadRequest", message } };
  }
  const events = parseEvents(body);
  if (events === undefined) return refuse("The body must be an event as a JSON object, or an array of them.");
  if (type === "subscriptionvalidation") return validate(events);
  return notify(invoker, definition, events, headers);
}

function refuse(message: string): WebhookAnswer {
  return { status: 500, body: { code: "NoEvent", message } };
}

function parseEvents(body: Buffer): Event[] | undefined {
  try {
    const parsed: unknown = JSON.parse(body.toString());
    const events = Array.isArray(parsed) ? parsed : [parsed];
    return events.every((event) => typeof event === "object" && event !== null && !Array.isArray(event))
      ? events
      : undefined;
  } catch {
    return undefined;
  }
}

function validate([event]: Event[]): WebhookAnswer {
  const given = (event?.data as { validationCode?: unknown } | null | undefined)?.validationCode;
  const code = typeof given === "number" ? String(given) : given;
  if (typeof code !== "string") return refuse("A subscription validation event needs data.validationCode.");
  return { status: 200, body: JSON.stringify({ validationResponse: code }) };
}

async function notify(
  invoker: Invoker,
  definition: FunctionDefinition,
  events: Event[],
  headers: Record<string, string | string[] | undefined>,
): Promise<WebhookAnswer> {
  const trace = { traceParent: String(headers.traceparent ?? ""), traceState: String(headers.tracestate ?? "") };
  const run = (input: TriggerInput) => invoker.invokeByPolicy(definition, { ...trace, ...input });
  const many = String(definition.trigger.cardinality ?? "one").toLowerCase() === "many";
  const results: InvocationResult[] = many
    ? [
        await run({
          data: { collectionString: { string: events.map(indented) } },
          metadata: { data: { json: withDotnetDates(JSON.stringify(events.map(({ data = null }) => data))) } },
        }),
      ]
    : await Promise.all(events.map((event) => run(inputOf(event))));
  const failures = results.filter((result) => !result.ok);
  if (failures.length === 0) return { status: 202 };
  const message = failures.map(({ error }) => error.message).join("; ");
  return { status: 500, body: { code: "FunctionFailed", message: `${definition.name} failed: ${message}` } };
}

/** What a function for one event gets of it. */
export function inputOf(event: Event): { data: TypedData; metadata: Record<string, TypedData> } {
  return {
    data: { string: indented(event) },
    metadata: event.data === undefined ? {} : { data: { json: withDotnetDates(JSON.stringify(event.data)) } },
  };
}

function indented(event: Event): string {
  return withDotnetDates(JSON.stringify(event, null, 2));
}
