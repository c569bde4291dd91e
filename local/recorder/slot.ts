import { performance } from "node:perf_hooks";
import type { Bodies, Body } from "./bodies.ts";
import { readable, weightOf } from "./kept.ts";
import type { LoggedLine, Outcome, Service, Span, SpanDetail } from "./span.ts";

/** The log lines of a run that are kept: the first ones, */
const firstLines = 100;
/** and the last ones, in a ring. Those in between are only counted. */
const lastLines = 100;
/** Texts up to this length are kept as strings: encoding them would cost more than it saves. */
const short = 100;
/** The maximum length of a log line, in characters. */
const longestLine = 4096;
/** The capacity that a slot keeps when its span is dropped. */
const roomKept = 64;

/** Stands in place of a name to mark a key. */
const key = Symbol("key");

/** A log line as it is kept. */
type Line = Omit<LoggedLine, "message"> & { readonly message: string | Body };

/**
 * The slot of a span in the ring. The next span overwrites it, so that recording allocates nothing and leaves nothing
 * for the garbage collector. It stores additions as they come; views are built on demand.
 */
export class Slot {
  id = 0;
  service: Service = "functions";
  kind = "";
  name = "";
  outcome: Outcome = "running";
  status: number | undefined;
  /** The ids of its causes; a single one, as most have, is not in a list. 0 is none. */
  causes: number | readonly number[] = 0;
  /** The trace that it belongs to: as text, or the id of the span that started the trace. */
  trace: string | number = 0;
  /** The approximate size in bytes, without bodies. */
  weight = 0;
  /** Initialized with fractional numbers, so that they are always overwritten in place. */
  at = Number.NaN;
  began = Number.NaN;
  took = Number.NaN;
  /** The additions in order: a name and its value. */
  readonly #said: unknown[] = [];
  #count = 0;
  #logs: Line[] | undefined;
  #unsaid = 0;

  /** Stores what is known at the beginning. */
  begin(service: Service, kind: string, name: string, at: number): void {
    this.service = service;
    this.kind = kind;
    this.name = name;
    this.at = at;
    this.began = performance.now();
  }

  /** Stores the outcome and the duration. */
  end(outcome: Outcome, status: number | undefined): void {
    this.took = performance.now() - this.began;
    this.outcome = outcome;
    this.status = status;
  }

  /** Adds to the size. Returns the addition. */
  weigh(bytes: number): number {
    this.weight += bytes;
    return bytes;
  }

  /** Adds a key. Returns its size. */
  about(id: string): number {
    this.#say(key, id);
    return this.weigh(id.length);
  }

  /** Adds details, long ones in `bodies`. Returns the size of the others. */
  note(details: Readonly<Record<string, unknown>>, bodies: Bodies): number {
    let more = 0;
    for (const name in details) {
      const value = details[name];
      if (typeof value === "string") {
        if (value.length > short) this.#say(name, bodies.put(this.id, value));
        else {
          this.#say(name, value);
          more += value.length;
        }
      } else if (value instanceof Uint8Array) this.#say(name, bodies.put(this.id, value));
      else if (value !== undefined) {
        this.#say(name, value);
        if (typeof value === "object" && value !== null) more += weightOf(value);
      }
    }
    return this.weigh(more);
  }

  /** Adds a log line; of very many only the first and last are kept. Returns the added size. */
  log({ at, level, message }: LoggedLine, bodies: Bodies): number {
    this.#logs ??= [];
    // Copied, because a substring would retain the whole text.
    const text = message.length > longestLine ? Buffer.from(message.slice(0, longestLine)).toString() : message;
    if (this.#logs.length < firstLines) {
      const isShort = text.length <= short;
      this.#logs.push({ at, level, message: isShort ? text : bodies.put(this.id, text) });
      return this.weigh(isShort ? text.length : 0);
    }
    // A body stays until its span is dropped, so a line that will be overwritten is kept as a string.
    const line = { at, level, message: text };
    if (this.#logs.length < firstLines + lastLines) {
      this.#logs.push(line);
      return this.weigh(text.length);
    }
    const place = firstLines + (this.#unsaid++ % lastLines);
    const before = this.#logs[place]?.message;
    this.#logs[place] = line;
    return this.weigh(text.length - (typeof before === "string" ? before.length : 0));
  }

  /** Clears everything. */
  clear(): void {
    if (this.#said.length > roomKept) this.#said.length = 0;
    else this.#said.fill(undefined, 0, this.#count);
    this.#count = 0;
    this.#logs = undefined;
    this.#unsaid = 0;
    this.weight = 0;
    this.id = 0;
    this.outcome = "running";
    this.status = undefined;
  }

  /** The current state of the span, for everybody. */
  span(): Span {
    const { id, service, kind, name, at, began, took, outcome, status, causes, trace } = this;
    return {
      ...{ id, service, kind, name, at, began, outcome },
      ...(outcome === "running" ? {} : { took }),
      ...(status === undefined ? {} : { status }),
      causes: typeof causes !== "number" ? causes : causes === 0 ? [] : [causes],
      trace: typeof trace === "string" ? trace : `local-${trace}`,
      keys: this.#keys(),
    };
  }

  /** All that is kept of the span. */
  detail(): SpanDetail {
    return {
      ...this.span(),
      details: this.#details(),
      logs: this.#lines().map((line) => ({ ...line, message: String(line.message) })),
    };
  }

  /** The log lines in order. */
  #lines(): readonly Line[] {
    const lines = this.#logs ?? [];
    if (this.#unsaid === 0) return lines;
    const oldest = firstLines + (this.#unsaid % lastLines);
    return [...lines.slice(0, firstLines), ...lines.slice(oldest), ...lines.slice(firstLines, oldest)];
  }

  #keys(): string[] {
    const keys = new Set<string>();
    for (let at = 0; at < this.#count; at += 2) if (this.#said[at] === key) keys.add(this.#said[at + 1] as string);
    return [...keys];
  }

  #details(): Record<string, unknown> {
    const details: Record<string, unknown> = {};
    for (let at = 0; at < this.#count; at += 2) {
      const name = this.#said[at];
      if (typeof name === "string") details[name] = readable(this.#said[at + 1]);
    }
    if (this.#unsaid > 0) details["lines not kept, between"] = this.#unsaid;
    return details;
  }

  #say(what: string | symbol, value: unknown): void {
    this.#said[this.#count++] = what;
    this.#said[this.#count++] = value;
  }
}
