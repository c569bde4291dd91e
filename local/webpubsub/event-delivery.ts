import { createHmac } from "node:crypto";
import { killed, passing } from "../faults/meet.ts";
import type { Parts } from "../kernel/parts.ts";
import { outcomeOf } from "../recorder/requests.ts";
import { AbuseProtection } from "./abuse-protection.ts";
import type { Upstream } from "./connection.ts";
import { type EventHandler, type HubSettings, handlerOf, urlFor } from "./event-handlers.ts";
import { HandlerCalls, type HandlerOutcome, type HandlerReply } from "./handler-calls.ts";
import { type Metadata, metadataHeaders } from "./metadata.ts";
import { Pauses, pauses } from "./pauses.ts";

/** A connection's event, for a handler. */
export interface ConnectionEvent {
  kind: "sys" | "user";
  name: string;
  hub: string;
  connectionId: string;
  userId: string | undefined;
  subprotocol: string | undefined;
  upstream: Upstream;
  contentType: string;
  body: string | Buffer;
  metadata?: Metadata | undefined;
}

/** The result of a delivery: the handler's response, or why there is none. */
export type Delivered = HandlerReply | { failure: string };

/** The timeouts of a handler and of its validation, in ms. */
const answerTimeout = 30_000;
const validationTimeout = 10_000;

/** Sends events to the handlers of their hub: signed, after abuse protection, and with retries where they can help. */
export class EventDelivery {
  readonly #parts: Parts;
  readonly #key: string;
  readonly #host: () => string;
  readonly #calls: HandlerCalls;
  readonly #protection: AbuseProtection;
  readonly #hubs = new Map<string, HubSettings>();
  readonly #pauses: Pauses;
  #closed = false;

  /** @param host the service's host, which handlers receive and can allow. */
  constructor(parts: Parts, key: string, host: () => string) {
    this.#parts = parts;
    this.#key = key;
    this.#host = host;
    this.#calls = new HandlerCalls(parts);
    this.#pauses = new Pauses(parts.clock);
    const origins = () => [host(), host().replace(/:\d+$/, "")];
    this.#protection = new AbuseProtection(parts.clock, origins, (method, url) => this.#validate(method, url));
  }

  /** Whether the service is shutting down and sends no more events. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Replaces the hub's settings. */
  configure(hub: string, settings: HubSettings): void {
    this.#hubs.set(hub.toLowerCase(), settings);
  }

  /** The settings of a hub, whose name is case-insensitive; empty if it has none. */
  settings(hub: string): HubSettings {
    return this.#hubs.get(hub.toLowerCase()) ?? {};
  }

  /** The first handler of a hub that matches an event, if any. */
  handler(hub: string, kind: "sys" | "user", event: string): EventHandler | undefined {
    const { eventHandlers } = this.settings(hub);
    return eventHandlers === undefined ? undefined : handlerOf(eventHandlers, kind, event);
  }

  /** @param id the event's number on its connection. Never rejects. */
  async deliver(handler: EventHandler, event: ConnectionEvent, id: number): Promise<Delivered> {
    if (this.#closed) return { failure: "the service is stopping" };
    const { recorder } = this.#parts;
    const { name, hub, connectionId, userId, body, upstream } = event;
    const span = recorder.begin("webpubsub", "event", name, {
      causes: upstream.cause === 0 ? [] : [upstream.cause],
      keys: [`connection:${connectionId}`, ...(userId === undefined ? [] : [`user:${userId}`])],
      details: { hub, event: name, message: body },
    });
    const delivered = await recorder.within(span, () => this.#attempts(handler, event, id, span.id));
    if ("failure" in delivered) {
      span.note({ failure: delivered.failure });
      span.end("failed");
    } else {
      span.note({ answer: delivered.body });
      span.end(outcomeOf(delivered.status), delivered.status);
    }
    return delivered;
  }

  /** Aborts pending deliveries; they fail. */
  close(): void {
    this.#closed = true;
    this.#calls.close();
    this.#pauses.close();
  }

  async #attempts(handler: EventHandler, event: ConnectionEvent, id: number, span: number): Promise<Delivered> {
    const { hub, name, upstream } = event;
    const url = urlFor(handler, hub, name);
    const validation = urlFor(handler, hub, "validate");
    if (url === undefined || validation === undefined) return { failure: "the handler has no address" };
    const end = this.#parts.work.begin("web pubsub event");
    const refusal = await this.#protection.refusal(validation).finally(end);
    if (refusal !== undefined) return { failure: `${origin(url)} does not allow events from here: ${refusal}` };
    const headers = this.#headers(event, id);
    const outcome = await this.#again(async () => {
      const cookie = upstream.cookies.for(url, this.#parts.clock.now());
      return this.#metByFaults(name, () =>
        this.#calls.call({
          method: "POST",
          url,
          headers: {
            ...headers,
            ...(cookie === "" ? {} : { cookie }),
          },
          body: event.body,
          timeout: answerTimeout,
          span: handler.recorded ? span : 0,
        }),
      );
    });
    if ("failure" in outcome) return { failure: `${origin(url)}: ${outcome.failure}` };
    if (outcome.status >= 200 && outcome.status <= 299)
      upstream.cookies.take(url, outcome.headers["set-cookie"] ?? [], this.#parts.clock.now());
    return outcome;
  }

  /** Applies network faults: a delivery that is refused or lost on purpose is retried like any other. */
  async #metByFaults(event: string, call: () => Promise<HandlerOutcome>): Promise<HandlerOutcome> {
    const { faults, recorder } = this.#parts;
    const rule = faults?.take("webpubsub", "event", event);
    if (rule === undefined) return call();
    const { harm } = rule;
    recorder.running?.note({ fault: harm });
    const lost = { failure: `the answer was lost on purpose (${harm})`, timedOut: false };
    if (harm === "refuse") return { status: rule.status ?? 503, headers: {}, body: Buffer.alloc(0) };
    if (harm === "kill") {
      faults?.kill?.(killed);
      return lost;
    }
    if (harm === "delay") await passing(this.#parts, rule);
    const outcome = await call();
    if (harm === "kill-after") faults?.kill?.(killed);
    return harm === "delay" ? outcome : lost;
  }

  #validate(method: "OPTIONS" | "GET", url: URL): Promise<HandlerOutcome> {
    const headers = { "webhook-request-origin": this.#host(), "ce-awpsversion": "1.0" };
    return this.#again(() => this.#calls.call({ method, url, headers, timeout: validationTimeout }));
  }

  /**
   * Calls the handler, and retries after each pause while the response is 408 or 5xx or there is none. Only the calls count as work; the clock drives
   * the pauses.
   */
  async #again(call: () => Promise<HandlerOutcome>): Promise<HandlerOutcome> {
    for (let attempt = 0; ; attempt++) {
      const outcome = await this.#parts.work.track("web pubsub event", call());
      const pause = pauses[attempt];
      if (this.#closed || pause === undefined || !isPassing(outcome)) return outcome;
      await this.#pauses.pass(pause);
    }
  }

  #headers(event: ConnectionEvent, id: number): Record<string, string> {
    const { kind, name, hub, connectionId, userId, subprotocol, upstream, contentType, metadata } = event;
    const { clock, ids } = this.#parts;
    const signature = createHmac("sha256", this.#key).update(connectionId).digest("hex");
    return {
      ...metadataHeaders(metadata),
      "content-type": contentType,
      "webhook-request-origin": this.#host(),
      "ce-specversion": "1.0",
      "ce-awpsversion": "1.0",
      "ce-type": `azure.webpubsub.${kind}.${name}`,
      "ce-source": `/hubs/${hub}/client/${connectionId}`,
      "ce-id": String(id),
      "ce-time": new Date(clock.now()).toISOString().replace(/\.\d+Z$/, "Z"),
      "ce-hub": hub,
      "ce-connectionId": connectionId,
      "ce-eventName": name,
      "ce-signature": `sha256=${signature}`,
      "x-ms-client-request-id": ids.uuid(),
      // Header values are bytes; the service writes user names as UTF-8.
      ...(userId ? { "ce-userId": Buffer.from(userId).toString("latin1") } : {}),
      ...(subprotocol ? { "ce-subprotocol": subprotocol } : {}),
      ...(upstream.state === undefined ? {} : { "ce-connectionState": upstream.state }),
    };
  }
}

/** Whether a retry can help. */
const isPassing = (outcome: HandlerOutcome) =>
  "failure" in outcome ? !outcome.timedOut : outcome.status === 408 || outcome.status >= 500;

/** An address without its query, which may contain a key. */
const origin = (url: URL) => url.origin + url.pathname;
