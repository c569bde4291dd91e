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
  /** The ids of its causes, or its single cause, 0 for none; by default the current span. */
  causes?: number | readonly number[];
  /** The trace that it claims to belong to. */
  trace?: string | undefined;
  keys?: readonly string[];
  details?: Readonly<Record<string, unknown>>;
}

/** Called for each span when it begins and when it ends. */
export type Listener = (span: Span) => void;

/**
 * Records what the services did lately and what caused what: for the console, and for tests. It is bounded, in memory only, and
 * builds views only on demand.
 * The current span follows promises. Where work is handed over otherwise (a queue, a timer, a batch), the receiver states the cause.
 */
export class Recorder {
  /** Distinguishes this start from earlier ones, whose span ids were the same. */
  readonly run = Math.round(performance.timeOrigin + performance.now()).toString(36);
  readonly #current = new AsyncLocalStorage<Handle | undefined>();
  readonly #ring: Ring;
  readonly #keeper: Keeper;
  readonly #listeners = new Set<Listener>();

  constructor(clock: Clock, limits: RecorderLimits = {}) {
    this.#ring = new Ring(limits);
    this.#keeper = { clock, ring: this.#ring, changed: (slot) => this.#tell(slot) };
  }

  /** Whether recording is on. */
  get on(): boolean {
    return this.#ring.on;
  }

  /** The id of the current span; 0 for none. */
  get now(): number {
    return this.#current.getStore()?.id ?? 0;
  }

  /** The current span. */
  get running(): OpenSpan | undefined {
    return this.#current.getStore();
  }

  /** Begins a span. The caller must end it. */
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

  /** Runs `run` with the span as the current one. */
  within<T>(span: OpenSpan, run: () => T): T {
    return span instanceof Handle ? this.#current.run(span, run) : run();
  }

  /** Runs `run` with the span of this id as the current one, if it is still kept. */
  under<T>(id: number, run: () => T): T {
    const slot = this.#ring.at(id);
    return this.#current.run(slot && new Handle(slot, this.#keeper), run);
  }

  /** Runs `run` without a current span: for work that the clock starts, whoever set the timer. */
  detached<T>(run: () => T): T {
    return this.on ? this.#current.run(undefined, run) : run();
  }

  /** Whether the span with this id is still kept. */
  keeps(id: number): boolean {
    return this.#ring.at(id) !== undefined;
  }

  /** The current state of a span that is still kept. */
  find(id: number): SpanDetail | undefined {
    return this.#ring.at(id)?.detail();
  }

  /** The current state of the kept spans after the id `after`, oldest first. */
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

  /** The id of the newest span; 0 before the first. */
  get newest(): number {
    return this.#ring.newest;
  }

  /** Calls `listener` for each span that begins or ends, until the returned function is called. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(slot: Slot): void {
    if (this.#listeners.size === 0) return;
    const span = slot.span();
    for (const listener of this.#listeners) listener(span);
  }

  /** The trace that all causes share: `undefined` without causes, empty if they belong to several. */
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
