import type { Recorder } from "./recorder.ts";
import type { Span } from "./span.ts";

/** The maximum depth of a way. An eternal monitor causes itself again and again; deeper spans are shown beside their cause. */
const deepest = 40;

/** A span with its effects, in the order in which they began. */
export interface Step<T extends Span = Span> {
  readonly span: T;
  readonly steps: readonly Step<T>[];
}

/**
 * The way of one thing through the services: everything in its trace, and what led to it. A batch of several traces is part of the way of each, but
 * of its effects only those of the same trace.
 * @param of the id of a span: its trace and all its effects; a trace; or a key such as `instance:…`
 */
export function wayOf(recorder: Recorder, of: number | string): Step[] {
  const all = [...recorder.spans()];
  const byId = new Map(all.map((span) => [span.id, span]));
  const { spans, belongs } = selected(all, byId, of);
  const wanted = new Set<Span>();
  const open = [...spans];
  for (let span = open.pop(); span !== undefined; span = open.pop()) {
    if (wanted.has(span)) continue;
    wanted.add(span);
    const causes = span.causes.map((id) => byId.get(id)).filter((cause) => cause !== undefined);
    // What waited together with others is attributed to its own cause, if that is known.
    const own = causes.filter(belongs);
    open.push(...(own.length > 0 ? own : causes));
  }
  return tree(all.filter((span) => wanted.has(span)));
}

interface Selected {
  readonly spans: readonly Span[];
  /** Whether a span belongs to one of the requested traces. */
  belongs(span: Span): boolean;
}

function selected(all: readonly Span[], byId: ReadonlyMap<number, Span>, of: number | string): Selected {
  const traces = typeof of === "string" ? tracesOf(all, of) : tracesOfSpan(all, byId.get(of));
  const key = typeof of === "string" ? of : "";
  const led = typeof of === "number" ? below(all, of) : new Set<number>();
  const belongs = (span: Span): boolean =>
    traces.has(span.trace) ||
    led.has(span.id) ||
    span.keys.includes(key) ||
    saysTraces(span).some((it) => traces.has(it));
  return { spans: all.filter(belongs), belongs };
}

/** The traces of spans with a key, or the trace itself. */
function tracesOf(all: readonly Span[], key: string): Set<string> {
  const found = all.filter(({ keys, trace }) => trace !== "" && keys.includes(key));
  return new Set([key, ...found.map(({ trace }) => trace)]);
}

/** The trace of a span, and the trace that its document claims: a request continues in the trace of the thing that it concerns. */
function tracesOfSpan(all: readonly Span[], span: Span | undefined): Set<string> {
  if (span === undefined || span.trace === "") return new Set();
  const own = all.filter(({ trace }) => trace === span.trace);
  const [other, ...more] = new Set(own.flatMap(saysTraces));
  // A span that concerns many things at once, such as a sweep, is not part of the way of any of them.
  return new Set(other === undefined || more.length > 0 ? [span.trace] : [span.trace, other]);
}

const saysTraces = ({ keys }: Span): string[] =>
  keys.filter((key) => key.startsWith("trace:")).map((key) => key.slice("trace:".length));

/** A span and all its effects. */
function below(all: readonly Span[], of: number): Set<number> {
  const ids = new Set([of]);
  for (const { id, causes } of all) if (causes.some((cause) => ids.has(cause))) ids.add(id);
  return ids;
}

/** Spans, oldest first, each below the first of its causes in the list. */
function tree(spans: readonly Span[]): Step[] {
  const roots: Step[] = [];
  /** The effects of each span, and their depth. */
  const below = new Map<number, { steps: Step[]; depth: number }>();
  for (const span of spans) {
    const cause = span.causes.find((id) => below.has(id));
    const { steps: beside, depth } = (cause === undefined ? undefined : below.get(cause)) ?? { steps: roots, depth: 0 };
    const steps: Step[] = [];
    beside.push({ span, steps });
    below.set(span.id, depth < deepest ? { steps, depth: depth + 1 } : { steps: beside, depth });
  }
  return roots;
}
