import type { StorageClients } from "../functions/storage/clients.ts";
import type { Timer } from "../kernel/clock.ts";
import type { Due } from "../kernel/due.ts";
import type { Parts } from "../kernel/parts.ts";
import { outcomeOf } from "../recorder/requests.ts";
import { hasBatches, takeBatch } from "./batch.ts";
import { DeadLetterBlobs } from "./dead-letter-blobs.ts";
import type { SubscriptionDeclaration } from "./declarations.ts";
import { attributesOf, bodyOf, inSchema } from "./delivered-form.ts";
import type { Destination } from "./delivery-settings.ts";
import { compileFilter } from "./filters.ts";
import { sender } from "./handshake.ts";
import type { DeadLetter, Delivery, Done, Journal } from "./journal.ts";
import type { Meters } from "./meters.ts";
import { unitsOf } from "./meters.ts";
import { Poster } from "./post.ts";
import { sendToQueue } from "./queue-sender.ts";
import { causedBy, causesOf, deliveryAsKept, keysOf, traceOfEvent } from "./recorded.ts";
import { isDelivered, isFinal, type Outcome, outcomeName, retryDelay } from "./retry.ts";
import type { GridEvent, InputSchema } from "./schema.ts";
import { Validation, type ValidationStatus } from "./validation.ts";

/** A delivery in memory, with the function that ends its unit of work. */
interface Ready {
  key: string;
  delivery: Delivery;
  end: () => void;
}

/** A delivery that is being attempted. */
interface Tried extends Ready {
  event: GridEvent;
}

/** What a subscription needs from its topic. */
export interface Topic {
  id: string;
  schema: InputSchema;
  /** The address for manual validation of a subscription by a GET. */
  validationUrl(subscription: string, code: string): string;
  /** The maximum number of concurrent deliveries. */
  concurrency: number;
  storage: StorageClients;
  journal: Journal;
  meters: Meters;
}

/** Delivers to one subscription with limited concurrency, and schedules retries. */
export class Subscription {
  readonly #parts: Parts;
  readonly #topic: Topic;
  readonly #poster: Poster;
  readonly #validation: Validation;
  readonly #blobs: DeadLetterBlobs;
  readonly #ready: Ready[] = [];
  readonly #waiting = new Map<string, Timer>();
  #declaration: SubscriptionDeclaration;
  #matches: (event: GridEvent) => boolean;
  #underWay = 0;
  #collecting = false;
  #closed = false;

  constructor(parts: Parts, topic: Topic, declaration: SubscriptionDeclaration) {
    this.#parts = parts;
    this.#topic = topic;
    this.#declaration = declaration;
    this.#matches = compileFilter(declaration.filter);
    this.#poster = new Poster(parts, topic.concurrency);
    this.#validation = new Validation(parts, this.#poster, () => ({
      subscription: this.#declaration.name,
      url: needsHandshake(this.#declaration.destination) ? this.#url() : undefined,
      schema: this.#declaration.eventDeliverySchema ?? topic.schema,
      topicId: topic.id,
      headers: attributesOf(this.#declaration.deliveryAttributeMappings),
      byHand: (code) => topic.validationUrl(this.#declaration.name, code),
    }));
    this.#blobs = new DeadLetterBlobs(parts, topic.journal, topic.storage, () => ({
      declaration: this.#declaration,
      schema: this.#declaration.eventDeliverySchema,
    }));
    this.#introduce();
  }

  /** Replaces the declaration. Pending deliveries go to the new destination. */
  redeclare(declaration: SubscriptionDeclaration): void {
    const [before, schema] = [this.#url(), this.#declaration.eventDeliverySchema];
    this.#declaration = declaration;
    this.#matches = compileFilter(declaration.filter);
    if (this.#url() === before && declaration.eventDeliverySchema === schema) return;
    this.#validation.forget();
    this.#introduce();
  }

  /** Completes manual validation. False if the code is not the latest one, or has expired. */
  agreeByHand(code: string): boolean {
    return this.#validation.agreeByHand(code);
  }

  get declaration(): SubscriptionDeclaration {
    return this.#declaration;
  }

  get validation(): ValidationStatus {
    return needsHandshake(this.#declaration.destination) ? this.#validation.status : { state: "not needed" };
  }

  /** Whether the filter matches an event. Matches of advanced filters are counted, because they are billed. */
  wants(event: GridEvent): boolean {
    const matches = this.#matches(event);
    if (matches && this.#declaration.filter?.advancedFilters?.length) this.#topic.meters.advancedMatches++;
    return matches;
  }

  /** Starts the delivery now or when it is due. A delivery that is due counts as work from this turn on. */
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

  /** Scheduled work besides the deliveries. */
  due(): Iterable<Due> {
    return this.#blobs.due();
  }

  /** Stops delivering. Pending attempts are aborted, and repeated after the next start. */
  close(): void {
    this.#closed = true;
    for (const timer of this.#waiting.values()) timer.cancel();
    for (const { end } of this.#ready) end();
    this.#ready.length = 0;
    this.#validation.close();
    this.#blobs.close();
    this.#poster.close();
  }

  /** Validates a webhook at once if it needs it, so that problems are reported before the first event. */
  #introduce(): void {
    if (!needsHandshake(this.#declaration.destination) || this.#closed) return;
    void this.#parts.work.track("event grid handshake", this.#validation.passed());
  }

  #enqueue(key: string, delivery: Delivery): void {
    this.#ready.push({ key, delivery, end: this.#parts.work.begin("event delivery") });
    if (!hasBatches(this.#declaration)) this.#pump();
    if (!hasBatches(this.#declaration) || this.#collecting) return;
    // Deliveries of the same turn of the event loop are batched; nothing waits longer than that.
    this.#collecting = true;
    setImmediate(() => {
      this.#collecting = false;
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#underWay < this.#topic.concurrency && this.#ready.length > 0) {
      const batch = takeBatch(this.#ready, this.#declaration, ({ delivery }) => this.#eventOf(delivery));
      this.#underWay++;
      void this.#attempt(batch).finally(() => {
        this.#underWay--;
        for (const { end } of batch) end();
        this.#pump();
      });
    }
  }

  /** An event in its delivered form. */
  #eventOf({ event: key }: Delivery): GridEvent | undefined {
    const event = this.#topic.journal.event(key);
    return event && inSchema(event, this.#declaration.eventDeliverySchema);
  }

  async #attempt(batch: readonly Ready[]): Promise<void> {
    if (this.#closed) return;
    const declaration = this.#declaration;
    const agreed = !needsHandshake(declaration.destination) || (await this.#validation.passed());
    if (this.#closed) return;
    // The declaration changed in the meantime: deliver with the new one.
    if (declaration !== this.#declaration) {
      for (const { key, delivery } of batch) this.#enqueue(key, delivery);
      return;
    }
    const tried = this.#stillAlive(
      batch.flatMap((each): Tried[] => {
        const event = this.#eventOf(each.delivery);
        return event === undefined ? [] : [{ ...each, event }];
      }),
    );
    const [first] = tried;
    if (first === undefined) return;
    const events = tried.map(({ event }) => event);
    const attempt = Math.max(...tried.map(({ delivery }) => delivery.attempts)) + 1;
    const span = this.#parts.recorder.begin("eventgrid", "deliver", this.#declaration.name, {
      causes: [...new Set(tried.flatMap(({ delivery }) => causesOf(delivery)))],
      trace: tried.length === 1 ? traceOfEvent(first.event) : undefined,
      keys: events.flatMap(keysOf),
    });
    const form = bodyOf(events, hasBatches(this.#declaration));
    span.note({ ...deliveryAsKept(events, form.body), attempt });
    const outcome: Outcome = agreed
      ? await this.#deliver(events, form, attempt - 1, span.id)
      : { failure: "NotValidated" };
    if (!isDelivered(outcome)) span.note({ outcome: outcomeName(outcome) });
    if ("status" in outcome) span.end(outcomeOf(outcome.status), outcome.status);
    else span.end("failed");
    if (this.#closed) return;
    if (isDelivered(outcome)) {
      this.#topic.meters.delivered += tried.length;
      return this.#keep(this.#topic.journal.finish(tried));
    }
    this.#failed(tried, outcome, span.id);
  }

  /** Removes expired deliveries. As documented, the time to live is checked only when an attempt is due. */
  #stillAlive(tried: readonly Tried[]): Tried[] {
    const { eventTimeToLiveInMinutes = 1440 } = this.#declaration.retry ?? {};
    const oldest = this.#parts.clock.now() - eventTimeToLiveInMinutes * 60_000;
    const isOver = ({ delivery: { attempts, accepted } }: Tried) => attempts > 0 && accepted <= oldest;
    this.#giveUp(tried.filter(isOver), "TimeToLiveExceeded");
    return tried.filter((each) => !isOver(each));
  }

  /** Schedules a retry for each delivery of a failed batch, or gives it up. */
  #failed(tried: readonly Tried[], outcome: Outcome, span: number): void {
    const { maxDeliveryAttempts = 30 } = this.#declaration.retry ?? {};
    const now = this.#parts.clock.now();
    const spread = this.#parts.ids.random();
    const again: Tried[] = [];
    const last: Tried[] = [];
    for (const each of tried) {
      const attempts = each.delivery.attempts + 1;
      const { lastStatus: _, ...before } = each.delivery;
      const failed: Delivery = {
        ...before,
        attempts,
        due: now + retryDelay(attempts, outcome, spread),
        lastAttempt: now,
        lastOutcome: outcomeName(outcome),
        ...("status" in outcome ? { lastStatus: outcome.status } : {}),
      };
      causedBy(failed, span);
      this.#parts.log.warn(
        `Event ${String(each.event.id)} was not accepted by '${failed.subscription}': ${describe(outcome)}, attempt ${attempts}.`,
      );
      (attempts >= maxDeliveryAttempts ? last : again).push({ ...each, delivery: failed });
    }
    if (isFinal(outcome, "url" in this.#declaration.destination ? "webhook" : "queue")) {
      this.#giveUp([...again, ...last], "UndeliverableDueToClientError");
      return;
    }
    this.#giveUp(last, "MaxDeliveryAttemptsExceeded");
    if (again.length === 0) return;
    this.#keep(this.#topic.journal.postpone(new Map(again.map(({ key, delivery }) => [key, delivery]))));
    for (const { key, delivery } of again) this.add(key, delivery);
  }

  async #deliver(
    events: readonly GridEvent[],
    { body, contentType }: ReturnType<typeof bodyOf>,
    attemptsBefore: number,
    span: number,
  ): Promise<Outcome> {
    const { destination } = this.#declaration;
    const { meters, storage } = this.#topic;
    const [first = {}] = events;
    const url = this.#url();
    if ("url" in destination && url === undefined) return { failure: "ResolutionError" };
    meters.attempts++;
    meters.operations += operationsOf(events, body);
    if (!("url" in destination)) return sendToQueue(storage, this.#parts.clock, destination, first);
    const headers = {
      ...attributesOf(this.#declaration.deliveryAttributeMappings, first),
      "content-type": contentType,
      "aeg-event-type": "Notification",
      "aeg-subscription-name": this.#declaration.name.toUpperCase(),
      // The number of previous attempts: 0 in the first delivery.
      "aeg-delivery-count": String(attemptsBefore),
      "aeg-data-version": String(first.dataVersion ?? ""),
      "aeg-metadata-version": "1",
      origin: sender,
    };
    return this.#poster.post(url ?? "", body, headers, destination.recorded ? span : 0);
  }

  /** The current webhook address; `undefined` if it is not known yet, is invalid, or if the destination is a queue. */
  #url(): string | undefined {
    const { destination } = this.#declaration;
    if (!("url" in destination)) return undefined;
    try {
      const address = typeof destination.url === "string" ? destination.url : destination.url();
      return URL.canParse(address) ? address : undefined;
    } catch {
      return undefined;
    }
  }

  #giveUp(tried: readonly Tried[], reason: DeadLetter["deadLetterReason"]): void {
    if (tried.length === 0) return;
    const done = tried.map(({ key, delivery }): Done => {
      this.#parts.log.error(
        `Event ${String(this.#topic.journal.event(delivery.event)?.id)} was given up for '${delivery.subscription}': ${reason}.`,
      );
      return { key, delivery, letter: { ...this.#letter(key, delivery, reason), ...this.#blobs.planned() } };
    });
    this.#topic.meters.deadLettered += done.length;
    this.#keep(this.#topic.journal.finish(done));
    this.#blobs.wake();
  }

  #letter(key: string, delivery: Delivery, reason: DeadLetter["deadLetterReason"]): DeadLetter {
    const { subscription, attempts, lastOutcome = "Delivering", lastStatus, lastAttempt, accepted } = delivery;
    return {
      id: key,
      subscription,
      event: this.#topic.journal.event(delivery.event) ?? {},
      deadLetterReason: reason,
      deliveryAttempts: attempts,
      lastDeliveryOutcome: lastOutcome,
      publishTime: new Date(accepted).toISOString(),
      ...(lastStatus === undefined ? {} : { lastHttpStatusCode: lastStatus }),
      ...(lastAttempt === undefined ? {} : { lastDeliveryAttemptTime: new Date(lastAttempt).toISOString() }),
    };
  }

  /** These commits are not awaited: if a crash loses one, the event is delivered once more. */
  #keep(commit: Promise<void>): void {
    commit.catch((error: unknown) =>
      this.#parts.log.error("An event's state could not be kept.", { error: String(error) }),
    );
  }
}

const needsHandshake = (destination: Destination): boolean => "url" in destination && destination.handshake === true;

/** The billed operations of a delivery: each event counts separately. */
const operationsOf = (events: readonly GridEvent[], body: string): number =>
  events.length === 1 ? unitsOf(body) : events.reduce((sum, event) => sum + unitsOf(JSON.stringify(event)), 0);

function describe(outcome: Outcome): string {
  return "status" in outcome ? `answered ${outcome.status}` : outcome.failure;
}
