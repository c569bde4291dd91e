import { AsyncLocalStorage } from "node:async_hooks";
import { performance } from "node:perf_hooks";
import type { Clock } from "../kernel/clock.ts";
import { Handle, type Keeper, nothing, type OpenSpan } from "./open-span.ts";
import { type RecorderLimits, Ring } from "./ring.ts";
import type { Slot } from "./slot.ts";
import type { Service, Span, SpanDetail } from "./span.ts";

export type { OpenSpan } from "./open-span.ts";
export type { RecorderLimits } from "./ring.ts";

/** What is known of a span when it begins. */
export interface Beginning {
  /** Ids of what caused it, or the one that did, 0 for nothing; left out, it is what runs now. */
  causes?: number | readonly number[];
  /** The trace that it says itself that it belongs to. */
  trace?: string | undefined;
  keys?: readonly string[];
  details?: Readonly<Record<string, unknown>>;
}

/** Told of each span as it begins and as it ends. */
export type Listener = (span: Span) => void;

/**
 * Keeps what the services did lately and what caused what: for the console, and for tests that want to know. It is bounded, in memory only, and
 * puts nothing together before somebody asks.
 *
 * What runs now is known along promises. Where something is handed on otherwise (a queue, a timer, a batch), whoever takes it up says what caused it.
 */
export class Recorder {
  /** Tells this from what was recorded before an earlier start, whose ids were the same. */
  readonly run = Math.round(performance.timeOrigin + performance.now()).toString(36);
  readonly #current = new AsyncLocalStorage<Handle | undefined>();
  readonly #ring: Ring;
  readonly #keeper: Keeper;
  readonly #listeners = new Set<Listener>();

  constructor(clock: Clock, limits: RecorderLimits = {}) {
    this.#ring = new Ring(limits);
    this.#keeper = { clock, ring: this.#ring, changed: (slot) => this.#tell(slot) };
  }

  /** Whether anything is kept at all. */
  get on(): boolean {
    return this.#ring.on;
  }

  /** The id of what runs now; 0 for nothing. */
  get now(): number {
    return this.#current.getStore()?.id ?? 0;
  }

  /** What runs now. */
  get running(): OpenSpan | undefined {
    return this.#current.getStore();
  }

  /** Begins a span. Somebody has to end it. */
  begin(service: Service, kind: string, name: string, beginning: Beginning = {}): OpenSpan {
    if (!this.on) return nothing;
    const { causes = this.now, trace, keys, details } = beginning;
    const own = trace ?? this.#traceOf(causes);
    const slot = this.#ring.next();
    slot.begin(service, kind, name, this.#keeper.clock.now());
    slot.causes = typeof causes === "number" || causes.length > 1 ? causes : (causes[0] ?? 0);
    slot.trace = own ?? slot.id;
    const span = new Handle(slot, this.#keeper);
    this.#ring.weigh(slot.weigh(name.length));
    if (keys) span.about(...keys);
    if (details) span.note(details);
    this.#tell(slot);
    return span;
  }

  /** Runs `run` with the span as what runs now. */
  within<T>(span: OpenSpan, run: () => T): T {
    return span instanceof Handle ? this.#current.run(span, run) : run();
  }

  /** Runs `run` with the span of this id as what runs now, if it is still kept. */
  under<T>(id: number, run: () => T): T {
    const slot = this.#ring.at(id);
    return this.#current.run(slot && new Handle(slot, this.#keeper), run);
  }

  /** Runs `run` with nothing as what runs now: for what the clock begins, whoever set the timer. */
  detached<T>(run: () => T): T {
    return this.on ? this.#current.run(undefined, run) : run();
  }

  /** Whether the span with this id is still kept. */
  keeps(id: number): boolean {
    return this.#ring.at(id) !== undefined;
  }

  /** A span that is still kept, as it is now. */
  find(id: number): SpanDetail | undefined {
    return this.#ring.at(id)?.detail();
  }

  /** What is kept and came after the span with the id `after`, as it is now, oldest first. */
  *spans(after = 0): Generator<Span> {
    for (let id = Math.max(after + 1, this.#ring.oldest); id <= this.#ring.newest; id++) {
      const slot = this.#ring.at(id);
      if (slot !== undefined) yield slot.span();
    }
  }

  /** The id of the oldest span that is kept; 0 when there is none. */
  get oldest(): number {
    const { oldest, newest } = this.#ring;
    return oldest <= newest ? oldest : 0;
  }

  /** The id of the newest span; 0 when there was none yet. */
  get newest(): number {
    return this.#ring.newest;
  }

  /** Calls `listener` with each span that begins or ends from now on; the returned function ends that. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(slot: Slot): void {
    if (this.#listeners.size === 0) return;
    const span = slot.span();
    for (const listener of this.#listeners) listener(span);
  }

  /** The trace that all causes share: `undefined` when there is no cause, empty when they are of several. */
  #traceOf(causes: number | readonly number[]): string | number | undefined {
    if (typeof causes === "number") return this.#ring.at(causes)?.trace;
    let trace: string | number | undefined;
    for (const cause of causes) {
      const other = this.#ring.at(cause)?.trace;
      if (other === undefined || other === trace) continue;
      if (trace !== undefined) return "";
      trace = other;
    }
    return trace;
  }
}
