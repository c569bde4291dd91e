import type { Timer } from "../kernel/clock.ts";
import type { Parts } from "../kernel/parts.ts";
import { causeHeader, outcomeOf } from "../recorder/requests.ts";
import type { SubscriptionDeclaration } from "./declarations.ts";
import { compileFilter } from "./filters.ts";
import { byHandWindow, sender, shakeHands } from "./handshake.ts";
import type { DeadLetter, Delivery, Journal } from "./journal.ts";
import type { Meters } from "./meters.ts";
import { unitsOf } from "./meters.ts";
import { Poster } from "./post.ts";
import { causedBy, causesOf, keysOf, traceOfEvent } from "./recorded.ts";
import { isDelivered, isFinal, type Outcome, outcomeName, retryDelay } from "./retry.ts";
import type { GridEvent, InputSchema } from "./schema.ts";

/** A delivery in memory, with the function that ends the work it is. */
interface Ready {
  key: string;
  delivery: Delivery;
  end: () => void;
}

/** What a subscription has to know of its topic. */
export interface Topic {
  id: string;
  schema: InputSchema;
  /** The address of a GET that validates a subscription by hand. */
  validationUrl(subscription: string, code: string): string;
}

/** Delivers to one subscription, so many at a time; keeps what failed until its next attempt is due. */
export class Subscription {
  readonly #parts: Parts;
  readonly #journal: Journal;
  readonly #meters: Meters;
  readonly #concurrency: number;
  readonly #poster: Poster;
  readonly #ready: Ready[] = [];
  readonly #waiting = new Map<string, Timer>();
  #declaration: SubscriptionDeclaration;
  #matches: (event: GridEvent) => boolean;
  #underWay = 0;
  #closed = false;
  readonly #topic: Topic;
  /** Whether the webhook has agreed to be sent events. */
  #agreed = false;
  #asking: Promise<boolean> | undefined;
  /** The code of the last validation, and until when it may be given back by hand, in ms since the epoch. */
  #byHand: { code: string; until: number } | undefined;

  constructor(
    parts: Parts,
    topic: Topic,
    journal: Journal,
    meters: Meters,
    declaration: SubscriptionDeclaration,
    concurrency: number,
  ) {
    this.#parts = parts;
    this.#topic = topic;
    this.#journal = journal;
    this.#meters = meters;
    this.#concurrency = concurrency;
    this.#poster = new Poster(parts.clock, concurrency);
    this.#declaration = declaration;
    this.#matches = compileFilter(declaration.filter);
    this.#introduce();
  }

  /** Takes the place of the declaration so far; what is on its way goes to the new destination. */
  redeclare(declaration: SubscriptionDeclaration): void {
    const before = this.#url();
    this.#declaration = declaration;
    this.#matches = compileFilter(declaration.filter);
    if (this.#url() === before) return;
    this.#agreed = false;
    this.#introduce();
  }

  /** Ends the handshake by hand. False when the code is not the one last sent, or too old. */
  agreeByHand(code: string): boolean {
    const right = this.#byHand?.code === code && this.#parts.clock.now() < this.#byHand.until;
    if (right && !this.#agreed)
      this.#parts.log.info(`The webhook of '${this.#declaration.name}' was validated by hand.`);
    this.#agreed ||= right;
    return right;
  }

  /** Shakes hands at once with a webhook that needs it, so that what is wrong is told before the first event. */
  #introduce(): void {
    if (!this.#declaration.destination.handshake || this.#closed) return;
    void this.#parts.work.track("event grid handshake", this.#askWebhook());
  }

  /** Whether the destination may be sent events; asks it if that is not known. */
  #mayDeliver(): Promise<boolean> {
    if (this.#agreed || !this.#declaration.destination.handshake) return Promise.resolve(true);
    return this.#askWebhook();
  }

  #askWebhook(): Promise<boolean> {
    this.#asking ??= this.#handshake().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #handshake(): Promise<boolean> {
    const { name } = this.#declaration;
    const url = this.#url();
    if (url === undefined) return false;
    const { clock, ids, log } = this.#parts;
    const code = ids.uuid();
    const now = clock.now();
    this.#byHand = { code, until: now + byHandWindow };
    const byHand = this.#topic.validationUrl(name, code);
    const { schema, id: topicId } = this.#topic;
    const time = new Date(now).toISOString();
    const result = await shakeHands(this.#poster, { url, subscription: name, schema, topicId, code, byHand, time });
    if (this.#closed) return false;
    if (result === "agreed") this.#agreed = true;
    else if (result === "by hand")
      log.warn(`The webhook of '${name}' has not agreed yet. A GET of ${byHand} within ten minutes does.`);
    else log.error(`The webhook of '${name}' is sent nothing, since the handshake failed: ${result.refused}.`);
    return this.#agreed;
  }

  get declaration(): SubscriptionDeclaration {
    return this.#declaration;
  }

  wants(event: GridEvent): boolean {
    const matches = this.#matches(event);
    if (matches && this.#declaration.filter?.advancedFilters?.length) this.#meters.advancedMatches++;
    return matches;
  }

  /** Delivers now or when the delivery is due. What is due is work from this very turn. */
  add(key: string, delivery: Delivery): void {
    if (this.#closed) return;
    if (delivery.due > this.#parts.clock.now()) {
      this.#waiting.set(
        key,
        this.#parts.clock.at(delivery.due, () => {
          this.#waiting.delete(key);
          this.#enqueue(key, delivery);
        }),
      );
    } else this.#enqueue(key, delivery);
  }

  close(): void {
    this.#closed = true;
    for (const timer of this.#waiting.values()) timer.cancel();
    for (const { end } of this.#ready) end();
    this.#ready.length = 0;
    this.#poster.close();
  }

  #enqueue(key: string, delivery: Delivery): void {
    this.#ready.push({ key, delivery, end: this.#parts.work.begin("event delivery") });
    this.#pump();
  }

  #pump(): void {
    while (this.#underWay < this.#concurrency) {
      const next = this.#ready.shift();
      if (next === undefined) return;
      this.#underWay++;
      void this.#attempt(next).finally(() => {
        this.#underWay--;
        next.end();
        this.#pump();
      });
    }
  }

  async #attempt({ key, delivery }: Ready): Promise<void> {
    const event = this.#journal.event(delivery.event);
    if (event === undefined || this.#closed) return;
    const { clock } = this.#parts;
    const { maxDeliveryAttempts = 30, eventTimeToLiveInMinutes = 1440 } = this.#declaration.retry ?? {};
    // Documented: the time to live is looked at only when an attempt is due.
    if (delivery.attempts > 0 && clock.now() - delivery.accepted >= eventTimeToLiveInMinutes * 60_000) {
      return this.#giveUp(key, delivery, event, "TimeToLiveExceeded");
    }
    const span = this.#parts.recorder.begin("eventgrid", "deliver", delivery.subscription, {
      causes: causesOf(delivery),
      trace: traceOfEvent(event),
      keys: keysOf(event),
      details: { event, attempt: delivery.attempts + 1 },
    });
    const outcome = (await this.#mayDeliver())
      ? await this.#send(event, delivery.attempts, span.id)
      : ({ failure: "NotValidated" } as const);
    span.note({ outcome: outcomeName(outcome) });
    if ("status" in outcome) span.end(outcomeOf(outcome.status), outcome.status);
    else span.end("failed");
    if (this.#closed) return;
    if (isDelivered(outcome)) {
      this.#meters.delivered++;
      return this.#keep(this.#journal.finish(key, delivery));
    }
    const attempts = delivery.attempts + 1;
    const now = clock.now();
    const failed: Delivery = {
      ...delivery,
      attempts,
      due: now + retryDelay(attempts, outcome, this.#parts.ids.random()),
      lastAttempt: now,
      lastOutcome: outcomeName(outcome),
      ...("status" in outcome ? { lastStatus: outcome.status } : {}),
    };
    if ("failure" in outcome) delete failed.lastStatus;
    causedBy(failed, span.id);
    this.#parts.log.warn(
      `Event ${event.id} was not taken by '${delivery.subscription}': ${describe(outcome)}, attempt ${attempts}.`,
    );
    if (isFinal(outcome)) return this.#giveUp(key, failed, event, "UndeliverableDueToClientError");
    if (attempts >= maxDeliveryAttempts) return this.#giveUp(key, failed, event, "MaxDeliveryAttemptsExceeded");
    this.#keep(this.#journal.postpone(key, failed));
    this.add(key, failed);
  }

  async #send(event: GridEvent, attemptsBefore: number, span: number): Promise<Outcome> {
    const { name } = this.#declaration;
    const url = this.#url();
    if (url === undefined) return { failure: "ResolutionError" };
    const cloud = "specversion" in event;
    const body = JSON.stringify(cloud ? event : [event]);
    this.#meters.attempts++;
    this.#meters.operations += unitsOf(body);
    return this.#poster.post(url, body, {
      "content-type": cloud ? "application/cloudevents+json; charset=utf-8" : "application/json; charset=utf-8",
      "aeg-event-type": "Notification",
      "aeg-subscription-name": name.toUpperCase(),
      // Attempts before this one: the first delivery says 0.
      "aeg-delivery-count": String(attemptsBefore),
      "aeg-data-version": String(event.dataVersion ?? ""),
      "aeg-metadata-version": "1",
      origin: sender,
      ...(span > 0 && this.#declaration.destination.recorded ? { [causeHeader]: String(span) } : {}),
    });
  }

  /** The destination now, or `undefined` when it cannot be told yet or is no address. */
  #url(): string | undefined {
    const { url } = this.#declaration.destination;
    try {
      const address = typeof url === "string" ? url : url();
      return URL.canParse(address) ? address : undefined;
    } catch {
      return undefined;
    }
  }

  #giveUp(key: string, delivery: Delivery, event: GridEvent, reason: DeadLetter["deadLetterReason"]): void {
    this.#meters.deadLettered++;
    this.#parts.log.error(`Event ${event.id} was given up for '${delivery.subscription}': ${reason}.`);
    const letter: DeadLetter = {
      id: key,
      subscription: delivery.subscription,
      event,
      deadLetterReason: reason,
      deliveryAttempts: delivery.attempts,
      lastDeliveryOutcome: delivery.lastOutcome ?? "Delivering",
      publishTime: new Date(delivery.accepted).toISOString(),
    };
    if (delivery.lastStatus !== undefined) letter.lastHttpStatusCode = delivery.lastStatus;
    if (delivery.lastAttempt !== undefined)
      letter.lastDeliveryAttemptTime = new Date(delivery.lastAttempt).toISOString();
    this.#keep(this.#journal.finish(key, delivery, letter));
  }

  /** Nobody waits for these commits: if one is lost in a crash, the event is delivered once more. */
  #keep(commit: Promise<void>): void {
    commit.catch((error: unknown) =>
      this.#parts.log.error("An event's state could not be kept.", { error: String(error) }),
    );
  }
}

function describe(outcome: Outcome): string {
  return "status" in outcome ? `answered ${outcome.status}` : outcome.failure;
}
