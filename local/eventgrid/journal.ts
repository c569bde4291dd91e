import type { Change, Store, Table } from "../store/store.ts";
import type { GridEvent } from "./schema.ts";

/** One event on its way to one subscription. */
export interface Delivery {
  /** The key of the event's record. */
  event: string;
  subscription: string;
  /** When the event was accepted (or sent again by hand), in ms since the epoch: its time to live counts from here. */
  accepted: number;
  /** When to try (again), in ms since the epoch. */
  due: number;
  /** Failed attempts so far. */
  attempts: number;
  lastAttempt?: number;
  lastOutcome?: string;
  lastStatus?: number;
}

/** An event that was given up, with the reason and outcome in Event Grid's words. */
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
  /** The blob that it shall be in, or is in, where a container was declared. */
  blob?: DeadLetterBlob;
}

/** Where a dead letter is to be written, by when it is given up (ms since the epoch); once it is there, its name, or why it never came. */
export type DeadLetterBlob = { until: number } | { name: string } | { failed: string };

/** A delivery that is done: delivered, or given up with a dead letter. */
export interface Done {
  key: string;
  delivery: Delivery;
  letter?: DeadLetter;
}

/** What the topic has in the store: events once each, a record for each delivery that is not done, and the dead letters. */
export class Journal {
  readonly #store: Store;
  readonly #names: { events: string; deliveries: string; deadLetters: string };
  /** Deliveries not done, by event; the event is removed with the last. */
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

  /** An event by the key of its record; `undefined` once no delivery of it is left. */
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
      // An event that no subscription wants is accepted and forgotten.
      if (this.#left.has(key)) changes.push({ table: this.#names.events, key, value });
    }
    for (const [key, value] of deliveries) changes.push({ table: this.#names.deliveries, key, value });
    return this.#store.commit(changes);
  }

  /** Notes failed attempts, the deliveries by their keys. */
  postpone(deliveries: ReadonlyMap<string, Delivery>): Promise<void> {
    return this.#store.commit([...deliveries].map(([key, value]) => ({ table: this.#names.deliveries, key, value })));
  }

  /** Removes deliveries that are done, and their events with the last of each; keeps their dead letters. */
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

  /** Notes of dead letters which blob they are in; those that are not there any more are left alone. */
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

  /** Puts a dead letter's event back as if it had just been accepted. */
  revive(id: string, delivery: Delivery, event: GridEvent): Promise<void> {
    return this.accept(new Map([[delivery.event, event]]), new Map([[id, delivery]]), [
      { table: this.#names.deadLetters, key: id, value: undefined },
    ]);
  }
}
