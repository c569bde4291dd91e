import type { Clock } from "../kernel/clock.ts";
import type { Ring } from "./ring.ts";
import type { Slot } from "./slot.ts";
import type { Outcome } from "./span.ts";

/** A span that can still be added to. */
export interface OpenSpan {
  readonly id: number;
  /** Says better what it is, once that is known. */
  is(kind: string, name: string): void;
  /** Adds what it is about. */
  about(...keys: string[]): void;
  /** Adds particulars; what is large is cut, and what is `undefined` is none. */
  note(details: Readonly<Record<string, unknown>>): void;
  /** Adds a line that was logged meanwhile. */
  log(level: string, message: string): void;
  /** Ends it, once. */
  end(outcome: Exclude<Outcome, "running">, status?: number): void;
}

/** Who keeps spans. */
export interface Keeper {
  readonly ring: Ring;
  readonly clock: Clock;
  /** Tells those who listen. */
  changed(slot: Slot): void;
}

/** What whoever began a span has of it: once it is not kept any more its slot may be that of another one. */
export class Handle implements OpenSpan {
  readonly id: number;
  readonly #slot: Slot;
  readonly #keeper: Keeper;

  constructor(slot: Slot, keeper: Keeper) {
    this.id = slot.id;
    this.#slot = slot;
    this.#keeper = keeper;
  }

  /** Its slot, for as long as it is kept. */
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
    // What ran on when it was not kept any more has its slot still, and who listens hears how it ended.
    if (slot.id !== this.id || slot.outcome !== "running") return;
    slot.end(outcome, status);
    this.#keeper.changed(slot);
  }
}

/** What stands for a span where nothing is kept. */
export const nothing: OpenSpan = {
  id: 0,
  is: () => undefined,
  about: () => undefined,
  note: () => undefined,
  log: () => undefined,
  end: () => undefined,
};
