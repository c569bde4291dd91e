import type { Recorder } from "./recorder.ts";
import type { Span } from "./span.ts";

/** A span with what came of it, in the order in which it began. */
export interface Step<T extends Span = Span> {
  readonly span: T;
  readonly steps: readonly Step<T>[];
}

/**
 * The way of one thing through the services: everything of its trace, with what led to it. A batch of several traces is on the way of each, and of
 * what follows from it only what is of this one.
 * @param of the id of a span, whose trace it is (or, where it has none, the span and what comes of it); a trace; or a key such as `instance:…`
 */
export function wayOf(recorder: Recorder, of: number | string): Step[] {
  const all = [...recorder.spans()];
  const { spans, belongs } = selected(all, recorder, of);
  const wanted = new Set<Span>();
  const add = (span: Span | undefined): void => {
    if (span === undefined || wanted.has(span)) return;
    wanted.add(span);
    const causes = span.causes.map((id) => recorder.find(id)).filter((cause) => cause !== undefined);
    // What waited together with others comes from its own cause, if that can be told.
    const own = causes.filter(belongs);
    for (const cause of own.length > 0 ? own : causes) add(cause);
  };
  for (const span of spans) add(span);
  return tree(all.filter((span) => wanted.has(span)));
}

interface Selected {
  readonly spans: readonly Span[];
  /** Whether a span is of the trace (or of one of the traces) that is looked for. */
  belongs(span: Span): boolean;
}

function selected(all: readonly Span[], recorder: Recorder, of: number | string): Selected {
  const span = typeof of === "number" ? recorder.find(of) : undefined;
  if (typeof of === "number") {
    if (span === undefined) return { spans: [], belongs: () => false };
    if (span.trace === "") return below(all, of);
  }
  const key = typeof of === "string" ? of : "";
  const traces = new Set(key === "" ? [span?.trace ?? ""] : tracesOf(all, key));
  const belongs = ({ trace, keys }: Span): boolean =>
    traces.has(trace) ||
    keys.includes(key) ||
    keys.some((each) => each.startsWith("trace:") && traces.has(each.slice("trace:".length)));
  return { spans: all.filter(belongs), belongs };
}

/** The traces of what has a key; a trace is its own. */
function tracesOf(all: readonly Span[], key: string): string[] {
  const found = all.filter(({ keys, trace }) => trace !== "" && keys.includes(key));
  return [key, ...found.map(({ trace }) => trace)];
}

/** What comes of a span that is of no one trace. */
function below(all: readonly Span[], of: number): Selected {
  const ids = new Set([of]);
  const spans = all.filter(({ id, causes }) => {
    if (causes.some((cause) => ids.has(cause))) ids.add(id);
    return ids.has(id);
  });
  return { spans, belongs: ({ id }) => ids.has(id) };
}

/** Spans, oldest first, each below the first of its causes that is among them. */
function tree(spans: readonly Span[]): Step[] {
  const roots: Step[] = [];
  const below = new Map<number, Step[]>();
  for (const span of spans) {
    const steps: Step[] = [];
    below.set(span.id, steps);
    const cause = span.causes.find((id) => below.has(id));
    (cause === undefined ? roots : (below.get(cause) as Step[])).push({ span, steps });
  }
  return roots;
}
