import { Refusal } from "../kernel/refusal.ts";
import type { Recorder } from "../recorder/recorder.ts";
import type { Span } from "../recorder/span.ts";
import { waterfall } from "../recorder/waterfall.ts";
import { type Step, wayOf } from "../recorder/way.ts";
import { type Action, type Actions, answered, numberOf, textIn } from "./actions.ts";

/** The maximum number of spans in a response. */
const mostSpans = 1000;

/**
 * What the services did recently.
 *
 * | request | does |
 * | --- | --- |
 * | GET /recording/spans?after=ID&limit=N | spans after one, oldest first; without `after`, the newest; `run` distinguishes the start. Filters: `service`, `kind`, `outcome`, `key`, `trace`, `text`; `beginnings=true`: spans without a cause, from outside or from the clock |
 * | GET /recording/spans/ID | one, with its details and log |
 * | GET /recording/ways?of=ID, trace or key | the way of one thing through all services, nested; `as=text`: as lines of text; `details=true`: with details and logs |
 * | GET /recording/live | each span when it begins and when it ends, as server-sent events |
 */
export function recordingActions(recorder: Recorder): Actions {
  return {
    "GET /recording/spans": ({ url }) => {
      const limit = numberOf(url, "limit", 200, mostSpans);
      const fits = filterOf(url);
      const after = url.searchParams.has("after") ? numberOf(url, "after", 0) : undefined;
      const { oldest, newest, run } = recorder;
      return { oldest, newest, run, spans: found(recorder, fits, after, limit).map(viewOf) };
    },
    "GET /recording/spans/*": ({ names: [id = ""] }) => detailOf(recorder, Number(id)),
    "GET /recording/ways": wayAction(recorder),
    "GET /recording/live": liveAction(recorder),
  };
}

function found(recorder: Recorder, fits: (span: Span) => boolean, after: number | undefined, limit: number): Span[] {
  const spans: Span[] = [];
  if (after === undefined) return [...recorder.spans()].filter(fits).slice(-limit);
  for (const span of recorder.spans(after)) {
    if (fits(span)) spans.push(span);
    if (spans.length === limit) break;
  }
  return spans;
}

function filterOf(url: URL): (span: Span) => boolean {
  const query = url.searchParams;
  const exact = (["service", "kind", "outcome", "trace"] as const).flatMap((name) => {
    const values = query.getAll(name);
    return values.length === 0 ? [] : [(span: Span) => values.includes(span[name])];
  });
  const key = textIn(url, "key");
  const text = textIn(url, "text")?.toLowerCase();
  const beginnings = query.get("beginnings") === "true";
  return (span) =>
    exact.every((fits) => fits(span)) &&
    (!beginnings || span.causes.length === 0) &&
    (key === undefined || span.keys.includes(key)) &&
    (text === undefined ||
      `${span.kind} ${span.name} ${span.keys.join(" ")} ${span.trace}`.toLowerCase().includes(text));
}

function detailOf(recorder: Recorder, id: number): unknown {
  const span = recorder.find(id);
  if (span === undefined) {
    throw new Refusal(
      404,
      "NotFound",
      `Nothing is recorded with the id ${id}: the ids are ${recorder.oldest} to ${recorder.newest}. They start again at each start.`,
    );
  }
  return { ...viewOf(span), details: span.details, logs: span.logs };
}

function wayAction(recorder: Recorder): Action {
  return ({ url, response }) => {
    const of = textIn(url, "of");
    if (of === undefined)
      throw new RangeError("of= is missing: the id of a span, a trace, or a key such as instance:….");
    const way = wayOf(recorder, /^\d{1,15}$/.test(of) ? Number(of) : of);
    if (url.searchParams.get("as") === "text") {
      response.writeHead(200, { "content-type": "text/plain; charset=utf-8" });
      response.end(`${waterfall(way)}\n`);
      return answered;
    }
    const whole = url.searchParams.get("details") === "true";
    const view = ({ span, steps }: Step): object => ({
      ...((whole ? detailOf(recorder, span.id) : viewOf(span)) as object),
      steps: steps.map(view),
    });
    return { of, steps: way.map(view) };
  };
}

/** Sends changes in batches: a busy system has thousands of spans per second, and a page draws far fewer frames. */
function liveAction(recorder: Recorder): Action {
  return ({ request, response }) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    if (request.method === "HEAD") {
      response.end();
      return answered;
    }
    const waiting = new Map<number, Span>();
    let going = false;
    const schedule = () => {
      if (going || waiting.size === 0) return;
      going = true;
      setImmediate(send);
    };
    const ready = () => {
      going = false;
      schedule();
    };
    const send = () => {
      const text = JSON.stringify([...waiting.values()].map(viewOf));
      waiting.clear();
      // A client that does not read is not written to indefinitely.
      if (response.write(`data: ${text}\n\n`)) ready();
      else response.once("drain", ready);
    };
    const end = recorder.listen((span) => {
      waiting.set(span.id, span);
      if (waiting.size > mostSpans) waiting.delete(waiting.keys().next().value as number);
      schedule();
    });
    response.on("close", end);
    response.write("retry: 1000\n\n");
    return answered;
  };
}

/** A span for responses: plain JSON, without large values. */
function viewOf({ id, service, kind, name, at, began, took, outcome, status, causes, trace, keys }: Span): Span {
  return {
    ...{ id, service, kind, name, at, outcome, causes, trace, keys },
    began: Math.round(began * 100) / 100,
    ...(took === undefined ? {} : { took: Math.round(took * 100) / 100 }),
    ...(status === undefined ? {} : { status }),
  };
}
