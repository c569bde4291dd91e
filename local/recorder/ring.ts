import { Bodies } from "./bodies.ts";
import { Slot } from "./slot.ts";

/** The limits of the recording; the oldest spans are dropped first. */
export interface RecorderLimits {
  /** Default 20,000. */
  spans?: number;
  /** The approximate size of bodies and other details; default 48 MB. */
  bytes?: number;
}

/** The newest spans in a ring of slots. Ids are consecutive, so an id determines its slot. */
export class Ring {
  readonly bodies: Bodies;
  /** The id of the oldest span that is kept, or of the next one if there is none. */
  oldest = 1;
  /** The id of the newest span; 0 before the first. */
  newest = 0;
  readonly #limits: Required<RecorderLimits>;
  /** Undefined if a span was still running when it was dropped: it then keeps its slot for itself. */
  readonly #slots: (Slot | undefined)[] = [];
  #weight = 0;

  constructor({ spans = 20_000, bytes = 48 * 1024 * 1024 }: RecorderLimits) {
    this.#limits = { spans, bytes };
    this.bodies = new Bodies(bytes);
  }

  /** Whether recording is on. */
  get on(): boolean {
    return this.#limits.spans > 0;
  }

  /** The slot of the next span; the oldest span is dropped if necessary. */
  next(): Slot {
    if (this.newest - this.oldest + 1 >= this.#limits.spans) this.#dropOldest();
    const id = ++this.newest;
    const place = this.#placeOf(id);
    const slot = this.#slots[place] ?? new Slot();
    this.#slots[place] = slot;
    slot.id = id;
    return slot;
  }

  /** The slot of a span that is still kept. */
  at(id: number): Slot | undefined {
    return id >= this.oldest && id <= this.newest ? this.#slots[this.#placeOf(id)] : undefined;
  }

  /** Adds to the size of the slots, without bodies; drops the oldest spans if it is too large. */
  weigh(bytes: number): void {
    this.#weight += bytes;
    while (this.#weight + this.bodies.bytes > this.#limits.bytes && this.oldest < this.newest) this.#dropOldest();
  }

  #dropOldest(): void {
    const id = this.oldest++;
    const place = this.#placeOf(id);
    const slot = this.#slots[place];
    if (slot === undefined) return;
    this.#weight -= slot.weight;
    if (slot.outcome === "running") this.#slots[place] = undefined;
    else slot.clear();
    this.bodies.drop(this.oldest);
  }

  #placeOf(id: number): number {
    return (id - 1) % this.#limits.spans;
  }
}
