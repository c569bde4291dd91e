import { AsyncLocalStorage } from "node:async_hooks";
import { performance } from "node:perf_hooks";
import type { Clock } from "../kernel/clock.ts";
import { kept, readable, weightOf } from "./kept.ts";
import type { LoggedLine, Outcome, Service, Span, SpanDetail } from "./span.ts";

/** What is known of a span when it begins. */
export interface Beginning {
  /** Ids of what caused it; left out, it is what runs now. */
  causes?: readonly number[];
  /** The trace that it says itself that it belongs to. */
  trace?: string | undefined;
  keys?: readonly string[];
  details?: Readonly<Record<string, unknown>>;
}

/** A span that can still be added to. */
export interface OpenSpan {
  readonly id: number;
  /** Says better what it is, once that is known. */
  is(kind: string, name: string): void;
  /** Adds what it is about. */
  about(...keys: string[]): void;
  /** Adds particulars; what is large is cut. */
  note(details: Readonly<Record<string, unknown>>): void;
  log(level: string, message: string): void;
  /** Ends it, once. */
  end(outcome: Exclude<Outcome, "running">, status?: number): void;
}

/** How much is kept; the oldest goes first. */
export interface RecorderLimits {
  /** Default 20,000. */
  spans?: number;
  /** Of bodies and other particulars, about; default 48 MB. */
  bytes?: number;
}

/** Told of each span as it begins and as it ends. */
export type Listener = (span: Span) => void;

/** Lines that a run may log before the others are only counted. */
const mostLines = 200;

/**
 * Keeps what the services did lately and what caused what: for the console, and for tests that want to know. It is bounded, in memory only, and
 * writes nothing out before somebody asks.
 *
 * What runs now is known along promises. Where something is handed on otherwise (a queue, a timer, a batch), whoever takes it up says what caused it.
 */
export class Recorder {
  readonly #clock: Clock;
  readonly #current = new AsyncLocalStorage<Recorded | undefined>();
  readonly #limits: Required<RecorderLimits>;
  readonly #listeners = new Set<Listener>();
  readonly #links = new Map<string, number>();
  /** Oldest first; what lies before `#head` is gone. */
  #spans: Recorded[] = [];
  /** What each span tells of itself, made once for all of them. */
  readonly #owner: Owner = { weighs: (bytes) => this.#weigh(bytes), changed: (span) => this.#tell(span) };
  #head = 0;
  #last = 0;
  #bytes = 0;

  constructor(clock: Clock, limits: RecorderLimits = {}) {
    this.#clock = clock;
    this.#limits = { spans: limits.spans ?? 20_000, bytes: limits.bytes ?? 48 * 1024 * 1024 };
  }

  /** Whether anything is kept at all. */
  get on(): boolean {
    return this.#limits.spans > 0;
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
    const running = this.#current.getStore();
    const causes = beginning.causes ?? (running === undefined ? [] : [running.id]);
    const trace = beginning.trace ?? this.#traceOf(causes);
    const id = ++this.#last;
    const span = new Recorded(id, service, kind, name, this.#clock, causes, trace ?? `local-${id}`, this.#owner);
    this.#spans.push(span);
    span.weighs(name.length);
    if (beginning.keys) span.about(...beginning.keys);
    if (beginning.details) span.note(beginning.details);
    if (this.#spans.length - this.#head > this.#limits.spans) this.#dropOldest();
    this.#tell(span);
    return span;
  }

  /** Runs `run` with the span as what runs now. */
  within<T>(span: OpenSpan, run: () => T): T {
    return span instanceof Recorded ? this.#current.run(span, run) : run();
  }

  /** Runs `run` with the span of this id as what runs now, if it is still kept. */
  under<T>(id: number, run: () => T): T {
    const span = id === 0 ? undefined : this.#at(id);
    return this.#current.run(span, run);
  }

  /** Runs `run` with nothing as what runs now: for what the clock begins, whoever set the timer. */
  detached<T>(run: () => T): T {
    return this.on ? this.#current.run(undefined, run) : run();
  }

  /** Remembers that `key` (a version of an item) comes from what runs now, for as long as that is kept. */
  link(key: string): void {
    const running = this.#current.getStore();
    // What is not kept any more is nothing's cause.
    if (running === undefined || running.gone) return;
    this.#links.set(key, running.id);
    running.links.push(key);
  }

  /** What `key` comes from; 0 when that is not known. */
  linked(key: string): number {
    return this.#links.get(key) ?? 0;
  }

  /** A span that is still kept. */
  find(id: number): SpanDetail | undefined {
    return this.#at(id);
  }

  /** What is kept and came after the span with the id `after`, oldest first. */
  *spans(after = 0): Generator<Span> {
    for (let at = this.#place(after + 1); at < this.#spans.length; at++) yield this.#spans[at] as Recorded;
  }

  /** The id of the oldest span that is kept; 0 when there is none. */
  get oldest(): number {
    return this.#spans[this.#head]?.id ?? 0;
  }

  /** The id of the newest span; 0 when there was none yet. */
  get newest(): number {
    return this.#last;
  }

  /** Calls `listener` with each span that begins or ends from now on; the returned function ends that. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(span: Recorded): void {
    for (const listener of this.#listeners) listener(span);
  }

  /** The trace that all causes share: `undefined` when there is no cause, empty when they are of several. */
  #traceOf(causes: readonly number[]): string | undefined {
    let trace: string | undefined;
    for (const cause of causes) {
      const other = this.#at(cause)?.trace;
      if (other === undefined || other === trace) continue;
      if (trace !== undefined) return "";
      trace = other;
    }
    return trace;
  }

  #at(id: number): Recorded | undefined {
    const found = this.#spans[this.#place(id)];
    return found?.id === id ? found : undefined;
  }

  /** Where the span with this id is, or would be: ids follow each other without a gap. */
  #place(id: number): number {
    const first = this.#spans[this.#head]?.id ?? id;
    return this.#head + Math.max(0, id - first);
  }

  #weigh(bytes: number): void {
    this.#bytes += bytes;
    while (this.#bytes > this.#limits.bytes && this.#spans.length - this.#head > 1) this.#dropOldest();
  }

  #dropOldest(): void {
    const oldest = this.#spans[this.#head++];
    if (oldest === undefined) return;
    this.#bytes -= oldest.weight;
    oldest.gone = true;
    for (const key of oldest.links) if (this.#links.get(key) === oldest.id) this.#links.delete(key);
    // Removed in one go, now and then.
    if (this.#head < 4096 || this.#head * 2 < this.#spans.length) return;
    this.#spans = this.#spans.slice(this.#head);
    this.#head = 0;
  }
}

/** Who keeps a span. */
interface Owner {
  weighs(bytes: number): void;
  changed(span: Recorded): void;
}

class Recorded implements SpanDetail, OpenSpan {
  readonly id: number;
  readonly service: Service;
  readonly at: number;
  readonly began = performance.now();
  readonly causes: readonly number[];
  readonly trace: string;
  readonly keys: string[] = [];
  readonly logs: LoggedLine[] = [];
  /** What is known to come from it. */
  readonly links: string[] = [];
  kind: string;
  name: string;
  took?: number;
  outcome: Outcome = "running";
  status?: number;
  /** About how many bytes it holds. */
  weight = 0;
  /** Whether it is not kept any more, though it may still run. */
  gone = false;
  /** What was said of it, one after the other. */
  readonly #noted: Readonly<Record<string, unknown>>[] = [];
  #unsaid = 0;
  readonly #clock: Clock;
  readonly #owner: Owner;

  constructor(
    id: number,
    service: Service,
    kind: string,
    name: string,
    clock: Clock,
    causes: readonly number[],
    trace: string,
    owner: Owner,
  ) {
    this.id = id;
    this.service = service;
    this.kind = kind;
    this.name = name;
    this.#clock = clock;
    this.at = clock.now();
    this.causes = causes;
    this.trace = trace;
    this.#owner = owner;
  }

  get details(): Readonly<Record<string, unknown>> {
    const more = this.#unsaid === 0 ? {} : { "lines not kept": this.#unsaid };
    const all = [...this.#noted, more].flatMap((each) => Object.entries(each));
    return Object.fromEntries(
      all.filter(([, value]) => value !== undefined).map(([name, value]) => [name, readable(value)]),
    );
  }

  is(kind: string, name: string): void {
    this.kind = kind;
    this.name = name;
  }

  about(...keys: string[]): void {
    let more = 0;
    for (const key of keys) {
      if (this.keys.includes(key)) continue;
      this.keys.push(key);
      more += key.length;
    }
    this.weighs(more);
  }

  note(details: Readonly<Record<string, unknown>>): void {
    let more = 0;
    // It stays as it came, unless something in it is too long to be kept: to put it together costs more than all else here, and few are looked at.
    let own: Record<string, unknown> | undefined;
    for (const name of Object.keys(details)) {
      const value = kept(details[name]);
      if (value !== details[name]) {
        own ??= { ...details };
        own[name] = value;
      }
      more += weightOf(value);
    }
    this.#noted.push(own ?? details);
    this.weighs(more);
  }

  log(level: string, message: string): void {
    if (this.logs.length >= mostLines) {
      this.#unsaid++;
      return;
    }
    const text = message.slice(0, 4096);
    this.logs.push({ at: this.#clock.now(), level, message: text });
    this.weighs(text.length);
  }

  end(outcome: Exclude<Outcome, "running">, status?: number): void {
    if (this.took !== undefined) return;
    this.took = performance.now() - this.began;
    this.outcome = outcome;
    if (status !== undefined) this.status = status;
    this.#owner.changed(this);
  }

  /** Counts what it holds more. */
  weighs(bytes: number): void {
    // It was counted off when it went.
    if (this.gone) return;
    this.weight += bytes;
    this.#owner.weighs(bytes);
  }
}

/** What stands for a span where nothing is kept. */
const nothing: OpenSpan = {
  id: 0,
  is: () => undefined,
  about: () => undefined,
  note: () => undefined,
  log: () => undefined,
  end: () => undefined,
};
