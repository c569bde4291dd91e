import { performance } from "node:perf_hooks";
import type { Bodies, Body } from "./bodies.ts";
import { readable, weightOf } from "./kept.ts";
import type { LoggedLine, Outcome, Service, Span, SpanDetail } from "./span.ts";

/** Lines of a run that are kept: how it began, */
const firstLines = 100;
/** and how it goes now, each in the place of the oldest of these. What was between is only counted. */
const lastLines = 100;
/** Texts up to this length are kept as they are: to write so little out would cost more than it saves. */
const short = 100;
/** Longest text of such a line that is kept, in characters. */
const longestLine = 4096;
/** What a slot keeps room for when its span goes. */
const roomKept = 64;

/** Stands in the place of a name for what is no particular but a key. */
const key = Symbol("key");

/** A line of a log as it is kept. */
type Line = Omit<LoggedLine, "message"> & { readonly message: string | Body };

/**
 * The place of a span in the buffer. The next one to come there is written over it, so that keeping the newest makes nothing new, and leaves nothing
 * for the garbage collector. It holds what it is told as it comes; what is shown of it is put together when somebody looks.
 */
export class Slot {
  id = 0;
  service: Service = "functions";
  kind = "";
  name = "";
  outcome: Outcome = "running";
  status: number | undefined;
  /** Ids of what caused it; most have one, which stands by itself. 0 is none. */
  causes: number | readonly number[] = 0;
  /** The trace that it belongs to: as text, or the id of the span that began one of its own. */
  trace: string | number = 0;
  /** About how many bytes it holds, beside bodies. */
  weight = 0;
  /** Numbers with a fraction from the beginning, so that they are always written over in place. */
  at = Number.NaN;
  began = Number.NaN;
  took = Number.NaN;
  /** What was said of it, one after the other: a name and its value. */
  readonly #said: unknown[] = [];
  #count = 0;
  #logs: Line[] | undefined;
  #unsaid = 0;

  /** Holds what is known at its beginning. */
  begin(service: Service, kind: string, name: string, at: number): void {
    this.service = service;
    this.kind = kind;
    this.name = name;
    this.at = at;
    this.began = performance.now();
  }

  /** Holds how it ended, and how long it took. */
  end(outcome: Outcome, status: number | undefined): void {
    this.took = performance.now() - this.began;
    this.outcome = outcome;
    this.status = status;
  }

  /** Counts what it holds more. Returns that. */
  weigh(bytes: number): number {
    this.weight += bytes;
    return bytes;
  }

  /** Holds what it is about. Returns what that weighs. */
  about(id: string): number {
    this.#say(key, id);
    return this.weigh(id.length);
  }

  /** Holds particulars, in `bodies` what is long. Returns what the others weigh. */
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

  /** Holds a line of its log: of very many the first and the last. Returns what it weighs more. */
  log({ at, level, message }: LoggedLine, bodies: Bodies): number {
    this.#logs ??= [];
    // Copied, for the beginning of a text holds all of it.
    const text = message.length > longestLine ? Buffer.from(message.slice(0, longestLine)).toString() : message;
    if (this.#logs.length < firstLines) {
      const isShort = text.length <= short;
      this.#logs.push({ at, level, message: isShort ? text : bodies.put(this.id, text) });
      return this.weigh(isShort ? text.length : 0);
    }
    // A body stays until its span goes: what makes room for the next line is held as a text.
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

  /** Lets go of all that it holds. */
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

  /** What everybody is shown of it, as it is now. */
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

  /** All that is kept of it. */
  detail(): SpanDetail {
    return {
      ...this.span(),
      details: this.#details(),
      logs: this.#lines().map((line) => ({ ...line, message: String(line.message) })),
    };
  }

  /** Its lines in their order. */
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
