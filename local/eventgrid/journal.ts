import type { Change, Store, Table } from "../store/store.ts";
import type { GridEvent } from "./schema.ts";

/** A pending delivery: one event for one subscription. */
export interface Delivery {
  /** The key of the event's record. */
  event: string;
  subscription: string;
  /** When the event was accepted (or resent manually), in ms since the epoch. Its time to live starts here. */
  accepted: number;
  /** When the next attempt is due, in ms since the epoch. */
  due: number;
  /** Failed attempts so far. */
  attempts: number;
  lastAttempt?: number;
  lastOutcome?: string;
  lastStatus?: number;
}

/** A dead letter: an event that could not be delivered, with the reason and outcome in Event Grid's words. */
export interface DeadLetter {
  id: string;
  subscription: string;
  event: GridEvent;
  deadLetterReason: "MaxDeliveryAttemptsExceeded" | "TimeToLiveExceeded" | "UndeliverableDueToClientError";
  deliveryAttempts: number;
  lastDeliveryOutcome: string;
  lastHttpStatusCode?: number;
  /** ISO 8601. */
  publishTime: string;
  /** ISO 8601. */
  lastDeliveryAttemptTime?: string;
  /** The blob that contains it or will contain it, if a container was declared. */
  blob?: DeadLetterBlob;
}

/** The state of a dead letter's blob: the deadline for writing it (ms since the epoch), its name once written, or why it was not written. */
export type DeadLetterBlob = { until: number } | { name: string } | { failed: string };

/** A finished delivery: delivered, or dead-lettered. */
export interface Done {
  key: string;
  delivery: Delivery;
  letter?: DeadLetter;
}

/** The topic's state in the store: each event once, a record for each pending delivery, and the dead letters. */
export class Journal {
  readonly #store: Store;
  readonly #names: { events: string; deliveries: string; deadLetters: string };
  /** The number of pending deliveries by event. The event is removed with the last one. */
  readonly #left = new Map<string, number>();

  constructor(store: Store, topic: string) {
    this.#store = store;
    this.#names = {
      events: `eventgrid/${topic}/events`,
      deliveries: `eventgrid/${topic}/deliveries`,
      deadLetters: `eventgrid/${topic}/deadletters`,
    };
    for (const { event } of this.deliveries.values()) this.#left.set(event, (this.#left.get(event) ?? 0) + 1);
  }

  get deliveries(): Table<Delivery> {
    return this.#store.table<Delivery>(this.#names.deliveries);
  }

  get deadLetters(): Table<DeadLetter> {
    return this.#store.table<DeadLetter>(this.#names.deadLetters);
  }

  /** An event by the key of its record; `undefined` once it has no pending deliveries. */
  event(key: string): GridEvent | undefined {
    return this.#store.table<GridEvent>(this.#names.events).get(key);
  }

  /** Stores events with their deliveries in one commit; resolves when they are on disk. */
  accept(
    events: ReadonlyMap<string, GridEvent>,
    deliveries: ReadonlyMap<string, Delivery>,
    also: Change[] = [],
  ): Promise<void> {
    const changes = [...also];
    for (const { event } of deliveries.values()) this.#left.set(event, (this.#left.get(event) ?? 0) + 1);
    for (const [key, value] of events) {
      // An event that matches no subscription is accepted and dropped.
      if (this.#left.has(key)) changes.push({ table: this.#names.events, key, value });
    }
    for (const [key, value] of deliveries) changes.push({ table: this.#names.deliveries, key, value });
    return this.#store.commit(changes);
  }

  /** Records failed delivery attempts by the keys of the deliveries. */
  postpone(deliveries: ReadonlyMap<string, Delivery>): Promise<void> {
    return this.#store.commit([...deliveries].map(([key, value]) => ({ table: this.#names.deliveries, key, value })));
  }

  /** Removes finished deliveries, and each event with its last delivery; stores the dead letters. */
  finish(done: readonly Done[]): Promise<void> {
    const changes: Change[] = [];
    for (const { key, delivery, letter } of done) {
      changes.push({ table: this.#names.deliveries, key, value: undefined });
      const left = (this.#left.get(delivery.event) ?? 1) - 1;
      if (left > 0) this.#left.set(delivery.event, left);
      else {
        this.#left.delete(delivery.event);
        changes.push({ table: this.#names.events, key: delivery.event, value: undefined });
      }
      if (letter) changes.push({ table: this.#names.deadLetters, key: letter.id, value: letter });
    }
    return this.#store.commit(changes);
  }

  /** Records the blob of dead letters; removed ones are ignored. */
  inBlob(ids: readonly string[], blob: DeadLetterBlob): Promise<void> {
    const letters = ids.flatMap((id) => this.deadLetters.get(id) ?? []);
    return this.#store.commit(
      letters.map((letter) => ({ table: this.#names.deadLetters, key: letter.id, value: { ...letter, blob } })),
    );
  }

  /** Removes a dead letter. */
  forget(id: string): Promise<void> {
    return this.#store.commit([{ table: this.#names.deadLetters, key: id, value: undefined }]);
  }

  /** Queues a dead letter's event again as if it had just been accepted. */
  revive(id: string, delivery: Delivery, event: GridEvent): Promise<void> {
    return this.accept(new Map([[delivery.event, event]]), new Map([[id, delivery]]), [
      { table: this.#names.deadLetters, key: id, value: undefined },
    ]);
  }
}
