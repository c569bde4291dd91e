import type { Clock } from "../kernel/clock.ts";
import type { Ring } from "./ring.ts";
import type { Slot } from "./slot.ts";
import type { Outcome } from "./span.ts";

/** A span that is still open for additions. */
export interface OpenSpan {
  readonly id: number;
  /** Sets a better kind and name once they are known. */
  is(kind: string, name: string): void;
  /** Adds keys. */
  about(...keys: string[]): void;
  /** Adds details; large values are truncated, and `undefined` is ignored. */
  note(details: Readonly<Record<string, unknown>>): void;
  /** Adds a log line. */
  log(level: string, message: string): void;
  /** Ends the span, once. */
  end(outcome: Exclude<Outcome, "running">, status?: number): void;
}

/** The recorder, for its spans. */
export interface Keeper {
  readonly ring: Ring;
  readonly clock: Clock;
  /** Notifies the listeners. */
  changed(slot: Slot): void;
}

/** The handle of whoever began a span: once the span is no longer kept its slot may belong to another one. */
export class Handle implements OpenSpan {
  readonly id: number;
  readonly #slot: Slot;
  readonly #keeper: Keeper;

  constructor(slot: Slot, keeper: Keeper) {
    this.id = slot.id;
    this.#slot = slot;
    this.#keeper = keeper;
  }

  /** Its slot, as long as the span is kept. */
  get slot(): Slot | undefined {
    return this.id >= this.#keeper.ring.oldest ? this.#slot : undefined;
  }

  is(kind: string, name: string): void {
    const { slot } = this;
    if (slot === undefined) return;
    slot.kind = kind;
    slot.name = name;
  }

  about(...keys: string[]): void {
    const { slot } = this;
    if (slot === undefined) return;
    let more = 0;
    for (const key of keys) more += slot.about(key);
    this.#keeper.ring.weigh(more);
  }

  note(details: Readonly<Record<string, unknown>>): void {
    const { ring } = this.#keeper;
    const more = this.slot?.note(details, ring.bodies);
    if (more !== undefined) ring.weigh(more);
  }

  log(level: string, message: string): void {
    const { ring, clock } = this.#keeper;
    const more = this.slot?.log({ at: clock.now(), level, message }, ring.bodies);
    if (more !== undefined) ring.weigh(more);
  }

  end(outcome: Exclude<Outcome, "running">, status?: number): void {
    const slot = this.#slot;
    // A span that was still running when it was dropped keeps its slot, and listeners are notified of its end.
    if (slot.id !== this.id || slot.outcome !== "running") return;
    slot.end(outcome, status);
    this.#keeper.changed(slot);
  }
}

/** The span that is used while recording is off. */
export const nothing: OpenSpan = {
  id: 0,
  is: () => undefined,
  about: () => undefined,
  note: () => undefined,
  log: () => undefined,
  end: () => undefined,
};
