import { whyNot } from "../eventgrid/filters.ts";
import type { EventGrid, GridEvent, SubscriptionDeclaration } from "../eventgrid/index.ts";
import { Refusal } from "../kernel/refusal.ts";
import type { Recorder } from "../recorder/recorder.ts";
import { type Actions, type Asked, numberOf } from "./actions.ts";

/**
 * Topics, their subscriptions, and the events that are being delivered.
 *
 * | request | does |
 * | --- | --- |
 * | GET /eventgrid | the topics with their subscriptions, pending deliveries and dead letters |
 * | GET /eventgrid/TOPIC/events?limit=N | the latest recorded events, newest first, with the conditions of each subscription that they do not fulfil |
 * | POST /eventgrid/TOPIC/events | publishes: `events` (one or several) |
 * | POST /eventgrid/TOPIC/match | which subscriptions match `event`, and why the others do not |
 * | POST /eventgrid/TOPIC/replay | delivers to `subscription` the recorded events from `from` to `to` that match its filter |
 * | POST /eventgrid/TOPIC/subscriptions/NAME/validate | validates its webhook manually, like a GET of the validation address of its handshake |
 * | POST /eventgrid/TOPIC/deadletters/ID/redeliver | delivers the event of a dead letter again |
 */
export function eventGridActions(topics: ReadonlyMap<string, EventGrid>, recorder: Recorder): Actions {
  const topicOf = ({ names: [name = ""] }: Asked): EventGrid => {
    const topic = topics.get(name);
    if (topic !== undefined) return topic;
    throw new Refusal(404, "NotFound", `There is no topic "${name}"; the topics are ${[...topics.keys()].join(", ")}.`);
  };
  const published = (asked: Asked) => publishedOn(recorder, asked.names[0] ?? "");
  return {
    "GET /eventgrid": () => ({ topics: [...topics].map(([name, topic]) => viewOf(name, topic)) }),
    "GET /eventgrid/*/events": (asked) => {
      const { subscriptions } = topicOf(asked);
      const events = published(asked)
        .reverse()
        .slice(0, numberOf(asked.url, "limit", 50, 500));
      return { events: events.map((each) => ({ ...each, subscriptions: matchesOf(subscriptions, each.event) })) };
    },
    "POST /eventgrid/*/events": async (asked) => {
      const topic = topicOf(asked);
      const { events } = await asked.body();
      if (typeof events !== "object" || events === null)
        throw new RangeError("events is missing: an event, or a list.");
      return publish(topic, [events].flat() as GridEvent[]);
    },
    "POST /eventgrid/*/match": async (asked) => {
      const { event } = await asked.body();
      if (typeof event !== "object" || event === null) throw new RangeError("event is missing.");
      return { subscriptions: matchesOf(topicOf(asked).subscriptions, event as GridEvent) };
    },
    "POST /eventgrid/*/replay": async (asked) => {
      const topic = topicOf(asked);
      const { subscription, from, to } = await asked.body();
      const target = topic.subscriptions.find(({ name }) => name === subscription);
      if (target === undefined) throw new RangeError(`There is no subscription "${String(subscription)}".`);
      const [first, last] = [momentOf("from", from, 0), momentOf("to", to, Number.MAX_SAFE_INTEGER)];
      const events = published(asked)
        .filter(({ at, event }) => at >= first && at <= last && whyNot(target.filter, event).length === 0)
        .map(({ event }) => event);
      await topic.sendTo(target.name, events);
      return { sent: events.length };
    },
    "POST /eventgrid/*/subscriptions/*/validate": async (asked) => {
      const name = asked.names[1] ?? "";
      const status = topicOf(asked).validationOf(name);
      if (status.state !== "by hand") throw new RangeError(`"${name}" is not waiting for manual validation.`);
      const reply = await fetch(status.address);
      if (!reply.ok) throw new RangeError("Its ten minutes have passed; the next event starts a new handshake.");
    },
    "POST /eventgrid/*/deadletters/*/redeliver": async (asked) => {
      const id = asked.names[1] ?? "";
      const topic = topicOf(asked);
      if (!topic.deadLetters().some((letter) => letter.id === id))
        throw new Refusal(404, "NotFound", `There is no dead letter with the id ${id}.`);
      await topic.redeliver(id);
    },
  };
}

function viewOf(name: string, topic: EventGrid): object {
  return {
    name,
    endpoint: topic.endpoint,
    inputSchema: topic.inputSchema,
    isSystem: topic.isSystem,
    meters: topic.meters,
    subscriptions: topic.subscriptions.map((each) => ({
      name: each.name,
      to: addressOf(each.destination),
      filter: each.filter,
      delivery: deliveryOf(each),
      validation: topic.validationOf(each.name),
    })),
    deliveries: topic.deliveries(),
    deadLetters: topic.deadLetters(),
  };
}

/** A function's address contains its key. Whoever sees this page may see the key too, but nobody needs it here. */
function addressOf(destination: SubscriptionDeclaration["destination"]): string {
  if (!("url" in destination)) return `queue ${destination.queueName} (${destination.account.setting})`;
  const { url } = destination;
  try {
    return (typeof url === "string" ? url : url()).replace(/([?&]code=)[^&]*/, "$1…");
  } catch {
    return "not known yet";
  }
}

/** Non-default delivery settings of a subscription, in words, without secrets. */
function deliveryOf(declaration: SubscriptionDeclaration): string[] {
  const { destination, deadLetter, retry = {}, deliveryAttributeMappings: mappings = [] } = declaration;
  const {
    eventDeliverySchema: schema,
    maxEventsPerBatch: most = 1,
    preferredBatchSizeInKilobytes: size = 64,
  } = declaration;
  const time = "url" in destination ? undefined : destination.queueMessageTimeToLiveInSeconds;
  const headers = mappings.map((each) => {
    if (each.type === "Dynamic") return `${each.name}: from ${each.sourceField}`;
    return `${each.name}: ${each.isSecret ? "…" : each.value}`;
  });
  return [
    ...(schema === undefined ? [] : [`as ${schema}`]),
    ...(most === 1 ? [] : [`up to ${most} at a time, about ${size} KB`]),
    ...(time === undefined ? [] : [time === -1 ? "messages stay for ever" : `messages stay for ${time} s`]),
    ...headers,
    ...Object.entries(retry).map(([name, value]) => `${name} ${String(value)}`),
    ...(deadLetter === undefined
      ? []
      : [`dead letters to ${deadLetter.blobContainerName} (${deadLetter.account.setting})`]),
  ];
}

interface Match {
  readonly name: string;
  readonly takes: boolean;
  /** The conditions of its filter that the event does not fulfil. */
  readonly whyNot: readonly string[];
}

function matchesOf(subscriptions: readonly SubscriptionDeclaration[], event: GridEvent): Match[] {
  return subscriptions.map(({ name, filter }) => {
    const reasons = whyNot(filter, event);
    return { name, takes: reasons.length === 0, whyNot: reasons };
  });
}

interface Published {
  readonly span: number;
  readonly at: number;
  readonly event: GridEvent;
}

/** The recorded publishes of a topic, oldest first. */
function publishedOn(recorder: Recorder, topic: string): Published[] {
  return [...recorder.spans()]
    .filter(
      ({ service, kind, name, outcome }) =>
        service === "eventgrid" && kind === "publish" && name === topic && outcome === "ok",
    )
    .flatMap(({ id, at }) => {
      const { events } = recorder.find(id)?.details ?? {};
      return (Array.isArray(events) ? (events as GridEvent[]) : []).map((event) => ({ span: id, at, event }));
    });
}

/** Publishes like any publisher, so that invalid events are refused. */
async function publish({ endpoint, key }: EventGrid, events: GridEvent[]): Promise<unknown> {
  const cloud = events.every((event) => "specversion" in event);
  const media = cloud ? "application/cloudevents-batch+json" : "application/json";
  const headers = { "aeg-sas-key": key, "content-type": `${media}; charset=utf-8` };
  const reply = await fetch(endpoint, { method: "POST", headers, body: JSON.stringify(events) });
  if (reply.ok) return { published: events.length };
  const { error } = (await reply.json()) as { error?: { code: string; message: string } };
  throw new Refusal(
    reply.status,
    error?.code ?? "Refused",
    error?.message ?? `The response status was ${reply.status}.`,
  );
}

function momentOf(name: string, value: unknown, fallback: number): number {
  if (value === undefined || value === "") return fallback;
  const time = typeof value === "string" ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(time)) throw new RangeError(`${name} must be a time such as 2026-06-15T10:00:00Z.`);
  return time;
}
