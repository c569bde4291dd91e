import type { IncomingHttpHeaders } from "node:http";
import { accessesOf, checkOptions } from "../bindings/web-pubsub-options.ts";
import type { FunctionDefinition } from "../definition.ts";
import type { Invoker } from "../invoker.ts";
import type { TypedData } from "../protocol.ts";
import { type Answer, answerOf, failed } from "./web-pubsub-answers.ts";
import {
  type Access,
  bodyOf,
  type ConnectionContext,
  contextOf,
  type EventBody,
  isKnownOrigin,
  isSigned,
  requestOf,
} from "./web-pubsub-events.ts";

/** The name of the webhook's key. */
export const webPubSubKey = "system/webpubsub_extension";

/** The names that a function can bind its trigger's value to, as in the extension. */
const bindable = [
  ...["request", "connectionContext", "data", "dataType", "claims", "query", "reason", "subprotocols"],
  "clientCertificates",
];
const systemEvents = ["connect", "connected", "disconnected"];
const options = ["name", "hub", "eventType", "eventName", "clientProtocols", "connections"];

interface Target {
  definition: FunctionDefinition;
  accesses: Access[];
}

/** The functions triggered by Web PubSub events, by hub, kind and name of the event. */
export class WebPubSubTriggers {
  readonly #settings: Record<string, string>;
  readonly #targets = new Map<string, Target>();

  constructor(settings: Record<string, string>) {
    this.#settings = settings;
  }

  get any(): boolean {
    return this.#targets.size > 0;
  }

  /** @throws Error that says what is wrong with the trigger */
  add(definition: FunctionDefinition): void {
    const { trigger } = definition;
    checkOptions(trigger, [...options, "connection", "dataType"], "the trigger webPubSub");
    const text = (option: string): string => {
      const value = trigger[option];
      if (typeof value !== "string" || value === "") throw new Error(`its trigger needs "${option}".`);
      return value;
    };
    const [hub, kind, event] = [text("hub"), text("eventType").toLowerCase(), text("eventName")];
    if (kind !== "user" && kind !== "system")
      throw new Error(`eventType is "${trigger.eventType}"; it must be "user" or "system".`);
    if (kind === "system" && !systemEvents.includes(event.toLowerCase()))
      throw new Error(`there is no system event "${event}"; the system events are ${systemEvents.join(", ")}.`);
    const protocols = String(trigger.clientProtocols ?? "all").toLowerCase();
    if (protocols === "mqtt")
      throw new Error(
        'clientProtocols is "mqtt": MQTT clients are not emulated; leave the function out of local runs.',
      );
    if (protocols !== "all" && protocols !== "webpubsub")
      throw new Error(`clientProtocols is "${trigger.clientProtocols}"; it must be "all", "webPubSub" or "mqtt".`);
    if (!bindable.some((name) => name.toLowerCase() === definition.triggerName.toLowerCase()))
      throw new Error(
        `its trigger is called "${definition.triggerName}", so it would get no value on Azure: "name" must be one of ${bindable.join(", ")}.`,
      );
    const key = keyOf(hub, kind, event, protocols);
    if (this.#targets.has(key))
      throw new Error(
        `${this.#targets.get(key)?.definition.name} also handles the event "${event}" of the hub "${hub}".`,
      );
    this.#targets.set(key, { definition, accesses: accessesOf(trigger, this.#settings) });
  }

  /** Answers a request to `/runtime/webhooks/webpubsub`. */
  async answer(
    invoker: Invoker,
    method: string,
    headers: IncomingHttpHeaders,
    body: Buffer,
    say: (what: string, message: string) => void,
  ): Promise<Answer> {
    if (method === "OPTIONS" || method === "GET") {
      const known = [...this.#targets.values()].some(({ accesses }) => isKnownOrigin(accesses, headers));
      return known ? { status: 200, headers: { "webhook-allowed-origin": "*" } } : { status: 400 };
    }
    const context = contextOf(headers);
    if (context === undefined)
      return { status: 400, body: "This is not an event of Web PubSub: one of its headers is missing." };
    const target = this.#find(context);
    const event = `the ${context.eventType.toLowerCase()} event "${context.eventName}" of the hub "${context.hub}"`;
    if (target === undefined) return { status: 404, body: `No function handles ${event}.` };
    if (!isSigned(target.accesses, headers))
      return { status: 401, body: "The signature is not from a Web PubSub service in the trigger's connections." };
    if (method !== "POST") return { status: 400 };
    const read = bodyOf(context, headers, body);
    if (typeof read === "string") return { status: 400, body: read };
    const { definition } = target;
    const result = await invoker.invoke(definition, {
      data: boundValue(definition, context, read),
      metadata: metadataOf(context, read),
      traceParent: typeof headers.traceparent === "string" ? headers.traceparent : undefined,
    });
    const waits = context.eventType === "User" || context.eventName.toLowerCase() === "connect";
    // The service does not wait for the other events, and as on Azure their result makes no difference.
    if (!waits) return { status: 200 };
    if (!result.ok) return failed(`${definition.name} failed: ${result.error.message}`);
    return answerOf(context, result.returnValue, (why) =>
      say(`web pubsub ${definition.name}`, `${definition.name}: ${why}`),
    );
  }

  #find({ hub, eventType, eventName }: ConnectionContext): Target | undefined {
    const find = (protocols: string) => this.#targets.get(keyOf(hub, eventType, eventName, protocols));
    return find("webpubsub") ?? find("all");
  }
}

const keyOf = (...parts: string[]) => JSON.stringify(parts.map((part) => part.toLowerCase()));

function boundValue(
  { triggerName, trigger }: FunctionDefinition,
  context: ConnectionContext,
  body: EventBody,
): TypedData {
  const name = triggerName.toLowerCase();
  if (name === "request") return { json: JSON.stringify(requestOf(context, body)) };
  if (name !== "data")
    return metadataOf(context, body)[bindable.find((each) => each.toLowerCase() === name) ?? ""] ?? {};
  if (body.data === undefined) return {};
  const binary = String(trigger.dataType ?? "").toLowerCase() === "binary";
  return binary ? { bytes: body.data } : { string: body.data.toString() };
}

/** The content of `context.triggerMetadata`. */
function metadataOf(context: ConnectionContext, body: EventBody): Record<string, TypedData> {
  const request = requestOf(context, body);
  const found = Object.entries({ connectionContext: context, ...request }).filter(([, value]) => value != null);
  return Object.fromEntries(
    found.map(([name, value]) => [
      name,
      typeof value === "string" ? { string: value } : { json: JSON.stringify(value) },
    ]),
  );
}
