import type { IncomingMessage, ServerResponse } from "node:http";
import { delayOf } from "../faults/delays.ts";
import { meet } from "../faults/meet.ts";
import { StorageClients } from "../functions/storage/clients.ts";
import { decodedPart } from "../kernel/address.ts";
import type { Due } from "../kernel/due.ts";
import { listen, readBody, type Secure, sendEmpty, sendJson, urlOf } from "../kernel/http-server.ts";
import type { Parts } from "../kernel/parts.ts";
import { recordRequest } from "../recorder/requests.ts";
import { authorize } from "./authorization.ts";
import { checkDeclaration, type SubscriptionDeclaration } from "./declarations.ts";
import { type DeadLetter, type Delivery, Journal } from "./journal.ts";
import { type Meters, newMeters, unitsOf } from "./meters.ts";
import { causedBy, keysOf, listAsKept } from "./recorded.ts";
import { Refusal } from "./refusal.ts";
import { checkHeaders, checkTarget } from "./request-checks.ts";
import { documentedBytes, type GridEvent, type InputSchema, isCloudEvents, readEvents, schemaOf } from "./schema.ts";
import { Subscription, type Topic } from "./subscription.ts";
import type { ValidationStatus } from "./validation.ts";

export type { AdvancedFilter, EventFilter, RetryPolicy, SubscriptionDeclaration } from "./declarations.ts";
export type {
  DeadLetterContainer,
  DeliveryAttributeMapping,
  DeliverySettings,
  Destination,
  QueueDestination,
} from "./delivery-settings.ts";
export type { DeadLetter } from "./journal.ts";
export type { Meters } from "./meters.ts";
export type { GridEvent, InputSchema } from "./schema.ts";
export type { ValidationStatus } from "./validation.ts";

/** Injects rare conditions. Both functions are called in the turn in which a publish is accepted. */
export interface Faults {
  /** How one event reaches one subscription: how many times (default once), after how many milliseconds (default at once). */
  delivery?: ((event: GridEvent, subscription: string) => { times?: number; delay?: number } | undefined) | undefined;
  /** If true, the publisher gets a 503 although its events are stored and will be delivered. */
  dropAcknowledgement?: ((events: readonly GridEvent[]) => boolean) | undefined;
}

export interface EventGrid {
  /** The address for the SDK's client, with `/api/events`. */
  readonly endpoint: string;
  readonly key: string;
  readonly port: number;
  readonly meters: Readonly<Meters>;
  readonly faults: Faults;
  /**
   * Adds subscriptions, or changes those of the same name. Declare them at every start: pending deliveries then continue.
   * @throws TypeError for a declaration that Azure would refuse.
   */
  subscribe(declarations: readonly SubscriptionDeclaration[]): void;
  /** The current subscriptions. */
  readonly subscriptions: readonly SubscriptionDeclaration[];
  /** The state of the handshake with a subscription's webhook. */
  validationOf(subscription: string): ValidationStatus;
  /** The topic's declared input schema. */
  readonly inputSchema: InputSchema | undefined;
  /** Whether it is a system topic: its events come only from an Azure resource. */
  readonly isSystem: boolean;
  /** Publishes the events of the Azure resource of a system topic. Resolves when they are on disk. */
  emit(events: readonly GridEvent[]): Promise<void>;
  /** Pending deliveries. */
  deliveries(): (Delivery & { id: string; eventId: string })[];
  /**
   * Sends events to one subscription as if they had just been published, bypassing its filter.
   * @throws RangeError if the subscription does not exist
   */
  sendTo(subscription: string, events: readonly GridEvent[]): Promise<void>;
  /** Deliveries that are waiting for their next attempt, in no particular order. */
  due(): Iterable<Due>;
  /** Dead letters, oldest first. */
  deadLetters(): DeadLetter[];
  /** Delivers a dead letter's event again as if it had just been published. Rejects for an unknown id. */
  redeliver(id: string): Promise<void>;
  close(): Promise<void>;
}

export interface EventGridOptions {
  host?: string;
  port?: number;
  /** Host names that requests may use, in addition to those of this machine. */
  names?: readonly string[];
  /** If given, the port also serves https. */
  secure?: Secure;
  /** The topic's name; default `events`. */
  topic?: string;
  /** The access key, base64; by default it is generated at the first start and stored. */
  key?: string;
  /** Without it both schemas are accepted, and CloudEvents cause a warning: on Azure such a topic would only accept the Event Grid schema. */
  inputSchema?: InputSchema;
  /** The maximum number of concurrent deliveries per subscription; default 32. */
  deliveryConcurrency?: number;
  /** Clients of the storage accounts of subscriptions. Sharing them with the readers notifies those at once, without waiting for their next poll. */
  storage?: StorageClients;
  /** Makes this a system topic: the id of the resource that emits the events. Nobody else can publish to it, and it uses the Event Grid schema. */
  source?: string;
}

/** Starts a custom topic. @throws PortTakenError */
export async function startEventGrid(parts: Parts, options: EventGridOptions = {}): Promise<EventGrid> {
  const { host = "127.0.0.1", topic = "events", deliveryConcurrency = 32, source } = options;
  const inputSchema = source === undefined ? options.inputSchema : "EventGridSchema";
  const { clock, store, work, ids, recorder } = parts;
  const log = parts.log.named("event grid");
  const key = options.key ?? (await keptKey(parts, topic));
  const topicId = source ?? `/subscriptions/local/resourceGroups/local/providers/Microsoft.EventGrid/topics/${topic}`;
  const journal = new Journal(store, topic);
  const meters = newMeters();
  const faults: Faults = {};
  const subscriptions = new Map<string, Subscription>();

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const url = urlOf(request);
    const letter = /^\/deadletters(?:\/([^/]+))?$/.exec(url.pathname);
    if (letter) return ofDeadLetters(request, response, letter[1]);
    const [, name] = /^\/eventsubscriptions\/([^/]+)\/validate$/.exec(url.pathname) ?? [];
    if (name === undefined)
      return meet(parts, "eventgrid", "publish", topic, response, () => publish(request, response, url));
    request.resume();
    const code = url.searchParams.get("id") ?? "";
    if (!subscriptions.get(decodedPart(name) ?? "")?.agreeByHand(code)) {
      throw new Refusal(
        400,
        "BadRequest",
        "This code is not from the last validation, or its ten minutes have passed.",
      );
    }
    sendJson(response, 200, "Webhook successfully validated as a subscription endpoint.");
  };

  /** Azure keeps dead letters in a container of Blob Storage. Here there may be none, so this API reads and removes them. */
  const ofDeadLetters = async (request: IncomingMessage, response: ServerResponse, part: string | undefined) => {
    request.resume();
    authorize(request, key, clock.now());
    const id = part === undefined ? undefined : decodedPart(part);
    if (request.method === "GET" && id === undefined) return sendJson(response, 200, [...journal.deadLetters.values()]);
    if (request.method !== "DELETE" || id === undefined) {
      throw new Refusal(
        405,
        "MethodNotAllowed",
        "Dead letters are read by GET /deadletters and removed by DELETE /deadletters/ID.",
      );
    }
    if (!journal.deadLetters.has(id)) throw new Refusal(404, "NotFound", `There is no dead letter with the id ${id}.`);
    await journal.forget(id);
    sendEmpty(response, 204);
  };

  let warned = false;
  const warnOfDefault = () => {
    if (!warned)
      log.warn(
        `The topic '${topic}' has no inputSchema and received CloudEvents. On Azure such a topic accepts the Event Grid schema and refuses CloudEvents: declare "inputSchema": "CloudEventSchemaV1_0", here and in its template.`,
      );
    warned = true;
  };

  let warnedOfSize = false;
  const warnOfSize = (bytes: number) => {
    if (!warnedOfSize)
      log.warn(
        `A request with ${bytes} bytes of events was sent. The documentation promises ${documentedBytes}, even if the service accepts more: send fewer events at a time.`,
      );
    warnedOfSize = true;
  };

  const publish = async (request: IncomingMessage, response: ServerResponse, url: URL) => {
    checkTarget(request, url);
    if (source !== undefined) {
      throw new Refusal(
        403,
        "Forbidden",
        `This is the system topic of ${source}; it accepts only that service's own events.`,
      );
    }
    checkHeaders(request);
    authorize(request, key, clock.now());
    // Read the body to the end even if it is too long: the SDK reports an earlier response as a broken connection.
    const body = await readBody(request);
    const media = request.headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
    if (inputSchema === undefined && isCloudEvents(media)) warnOfDefault();
    if (body.length > documentedBytes) warnOfSize(body.length);
    const events = readEvents(body, media, inputSchema ?? schemaOf(media), topicId);
    store.makeRoom(body.length);
    const span = recorder.running;
    const texts = events.map((event) => JSON.stringify(event));
    span?.is("publish", topic);
    span?.note({ events: listAsKept(events, `[${texts.join()}]`) });
    span?.about(...events.flatMap(keysOf));
    const drop = faults.dropAcknowledgement?.(events) === true;
    // Ingress of events from Azure resources is free.
    meters.operations += texts.reduce((sum, text) => sum + unitsOf(text), 0);
    await accept(events);
    if (drop)
      throw new Refusal(
        503,
        "ServiceUnavailable",
        "The acknowledgement was dropped on purpose; the events are stored.",
      );
    sendEmpty(response, 200);
  };

  /** Stores events with their deliveries, and starts delivery once they are on disk. */
  const accept = async (events: readonly GridEvent[]): Promise<void> => {
    const kept = new Map(events.map((event) => [ids.uuid(), event]));
    const deliveries = new Map<string, Delivery>();
    const accepted = clock.now();
    for (const [eventKey, event] of kept) {
      meters.published++;
      for (const [subscription, target] of subscriptions) {
        if (!target.wants(event)) continue;
        const { times = 1, delay = 0 } = faults.delivery?.(event, subscription) ?? carriage(parts, subscription);
        for (let copy = 0; copy < times; copy++) {
          const delivery = { event: eventKey, subscription, accepted, due: accepted + delay, attempts: 0 };
          deliveries.set(ids.uuid(), causedBy(delivery, recorder.now));
        }
      }
    }
    await journal.accept(kept, deliveries);
    for (const [id, delivery] of deliveries) subscriptions.get(delivery.subscription)?.add(id, delivery);
  };

  const server = await listen({
    part: "Event Grid",
    host,
    port: options.port ?? 0,
    names: options.names ?? [],
    secure: options.secure,
    handle: (request, response) =>
      work.track(
        "event grid request",
        recordRequest(recorder, "eventgrid", request, response, (span) =>
          handle(request, response).catch((error: unknown) => {
            if (!(error instanceof Refusal)) throw error;
            const asked = `${request.method} ${urlOf(request).pathname.slice(0, 100)}`;
            log.warn(`${asked} was answered ${error.status}: ${error.message}`);
            span.note({ refused: error.message });
            request.resume();
            sendJson(response, error.status, error.body);
          }),
        ),
      ),
    failed: (error) => log.error("A request failed.", { error: String(error) }),
  });

  const origin = `http://${host === "0.0.0.0" ? "127.0.0.1" : host}:${server.port}`;
  const about: Topic = {
    id: topicId,
    schema: inputSchema ?? "CloudEventSchemaV1_0",
    validationUrl: (name, code) => `${origin}/eventsubscriptions/${name}/validate?id=${code}`,
    concurrency: deliveryConcurrency,
    storage: options.storage ?? new StorageClients(),
    journal,
    meters,
  };

  return {
    endpoint: `${origin}/api/events`,
    key,
    port: server.port,
    meters,
    faults,
    subscribe: (declarations) => {
      for (const declaration of declarations) checkDeclaration(declaration, inputSchema);
      for (const declaration of declarations) {
        const existing = subscriptions.get(declaration.name);
        if (existing) {
          existing.redeclare(declaration);
          continue;
        }
        const subscription = new Subscription({ ...parts, log }, about, declaration);
        subscriptions.set(declaration.name, subscription);
        for (const [id, delivery] of journal.deliveries) {
          if (delivery.subscription === declaration.name) subscription.add(id, delivery);
        }
      }
    },
    get subscriptions() {
      return [...subscriptions.values()].map(({ declaration }) => declaration);
    },
    validationOf: (name) => subscriptions.get(name)?.validation ?? { state: "not needed" },
    inputSchema,
    isSystem: source !== undefined,
    emit: (events) => {
      const span = recorder.begin("eventgrid", "publish", topic, { keys: events.flatMap(keysOf), details: { events } });
      const accepted = recorder.within(span, () => accept(events));
      return work.track("event of a resource", accepted).then(
        () => span.end("ok"),
        (error: unknown) => {
          span.end("failed");
          throw error;
        },
      );
    },
    deliveries: () =>
      [...journal.deliveries].map(([id, each]) => ({ ...each, id, eventId: String(journal.event(each.event)?.id) })),
    sendTo: async (name, events) => {
      const target = subscriptions.get(name);
      if (target === undefined) throw new RangeError(`There is no subscription '${name}'.`);
      const now = clock.now();
      const kept = new Map(events.map((event) => [ids.uuid(), event]));
      const deliveries = new Map(
        [...kept.keys()].map((event): [string, Delivery] => {
          const delivery = { event, subscription: name, accepted: now, due: now, attempts: 0 };
          return [ids.uuid(), causedBy(delivery, recorder.now)];
        }),
      );
      await work.track("event redelivery", journal.accept(kept, deliveries));
      for (const [id, delivery] of deliveries) target.add(id, delivery);
    },
    *due() {
      for (const { due, subscription, event, attempts } of journal.deliveries.values()) {
        if (due <= clock.now()) continue;
        const what = attempts === 0 ? "delivery to" : `attempt ${attempts + 1} to`;
        yield {
          at: due,
          service: "eventgrid",
          what,
          name: subscription,
          key: `event:${String(journal.event(event)?.id)}`,
        };
      }
      for (const subscription of subscriptions.values()) yield* subscription.due();
    },
    deadLetters: () => [...journal.deadLetters.values()],
    redeliver: async (id) => {
      const letter = journal.deadLetters.get(id);
      if (letter === undefined) throw new Error(`There is no dead letter with the id ${id}.`);
      const subscription = subscriptions.get(letter.subscription);
      if (subscription === undefined) throw new Error(`The subscription '${letter.subscription}' is not declared.`);
      const now = clock.now();
      const delivery = { event: ids.uuid(), subscription: letter.subscription, accepted: now, due: now, attempts: 0 };
      causedBy(delivery, recorder.now);
      await work.track(
        "event redelivery",
        journal.revive(id, delivery, letter.event).then(() => subscription.add(id, delivery)),
      );
    },
    close: async () => {
      for (const subscription of subscriptions.values()) subscription.close();
      await server.close();
    },
  };
}

/** The delivery faults of an event for a subscription, if faults are active. */
function carriage({ faults }: Parts, subscription: string): { times?: number; delay?: number } {
  const rule = faults?.take("eventgrid", "deliver", subscription);
  if (rule?.harm === "twice") return { times: 2 };
  return rule?.harm === "late" || rule?.harm === "delay" ? { delay: delayOf(rule) } : {};
}

async function keptKey({ store, ids }: Parts, topic: string): Promise<string> {
  const table = `eventgrid/${topic}/settings`;
  const kept = store.table<string>(table).get("key");
  if (kept !== undefined) return kept;
  const key = ids.bytes(32).toString("base64");
  await store.commit([{ table, key: "key", value: key }]);
  return key;
}
