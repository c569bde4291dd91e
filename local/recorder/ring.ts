import { Bodies } from "./bodies.ts";
import { Slot } from "./slot.ts";

/** How much is kept; the oldest goes first. */
export interface RecorderLimits {
  /** Default 20,000. */
  spans?: number;
  /** Of bodies and other particulars, about; default 48 MB. */
  bytes?: number;
}

/** The newest spans, each in its slot. Ids follow each other without a gap, so that one says where its slot is. */
export class Ring {
  readonly bodies: Bodies;
  /** The id of the oldest span that is kept, or that the next one will have. */
  oldest = 1;
  /** The id of the newest span; 0 when there was none yet. */
  newest = 0;
  readonly #limits: Required<RecorderLimits>;
  /** None where a span ran on when it had to go: the slot is its own from then on. */
  readonly #slots: (Slot | undefined)[] = [];
  #weight = 0;

  constructor({ spans = 20_000, bytes = 48 * 1024 * 1024 }: RecorderLimits) {
    this.#limits = { spans, bytes };
    this.bodies = new Bodies(bytes);
  }

  /** Whether anything is kept at all. */
  get on(): boolean {
    return this.#limits.spans > 0;
  }

  /** The slot of the next span; the oldest makes room. */
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

  /** Counts what the slots hold more, beside bodies; where that is too much the oldest go. */
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
