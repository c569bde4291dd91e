import type { FunctionsHost } from "../functions/index.ts";
import { Refusal } from "../kernel/refusal.ts";
import type { Recorder } from "../recorder/recorder.ts";
import { ranBy } from "../recorder/runs.ts";
import type { LoggedLine, Span } from "../recorder/span.ts";
import type { Actions } from "./actions.ts";

/** The maximum number of runs in the list of a function. */
const mostRuns = 20;
/** The maximum number of log lines of these runs. */
const mostLines = 100;
const methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/**
 * The application's functions.
 *
 * | request | does |
 * | --- | --- |
 * | GET /functions | all functions, with their triggers, the number of runs and of recorded failures, and the last run |
 * | GET /functions/NAME/runs | its latest recorded runs, newest first, with their logs, and the input of the newest, to call it with that again |
 * | POST /functions/NAME/run | runs a timer now (outside its schedule), a warm-up, or an Event Grid function with the event in `input` |
 * | POST /functions/call | sends an HTTP request to the application, with the master key: `method`, `path`, `headers`, `body` |
 * | POST /functions/reload | ends the application and loads it again |
 * | POST /functions/scale | starts further instances, or ends the oldest, until there are `instances` of them |
 */
export function functionsActions(host: FunctionsHost, recorder: Recorder): Actions {
  return {
    "GET /functions": () => {
      const runs = runsByName(recorder);
      return {
        origin: host.origin,
        instances: host.instances,
        functions: host.functions.map((each) => {
          const own = runs.get(each.name) ?? [];
          const last = own.at(-1);
          return {
            ...each,
            runs: host.meters.executions[each.name] ?? 0,
            // Of the recorded runs: the latest thousands.
            failures: own.filter(({ outcome }) => outcome === "failed").length,
            ...(last === undefined ? {} : { last: { id: last.id, at: last.at, outcome: last.outcome } }),
          };
        }),
      };
    },
    "GET /functions/*/runs": ({ names: [name = ""] }) => {
      const runs = (runsByName(recorder).get(name) ?? []).slice(-mostRuns).reverse();
      return { runs, logs: logsOf(recorder, runs), sample: sampleOf(recorder, runs) };
    },
    "POST /functions/*/run": async ({ names: [name = ""], body }) => {
      const { input } = await body();
      const text = typeof input === "string" || input === undefined ? (input ?? "") : JSON.stringify(input);
      await passedOn(host, "POST", `/admin/functions/${encodeURIComponent(name)}`, JSON.stringify({ input: text }));
    },
    "POST /functions/call": async ({ body }) => {
      const { method = "GET", path, headers = {}, body: content } = await body();
      if (typeof path !== "string" || !path.startsWith("/"))
        throw new RangeError("path is missing: what follows the origin, such as /api/talks.");
      if (typeof method !== "string" || !methods.includes(method))
        throw new RangeError(`method must be one of ${methods.join(", ")}.`);
      const given = new Headers({ "x-functions-key": host.masterKey });
      for (const [name, value] of Object.entries(headers as Record<string, unknown>)) given.set(name, String(value));
      const reply = await fetch(`${addressOf(host)}${path}`, {
        method,
        headers: given,
        redirect: "manual",
        ...(content === undefined || content === "" ? {} : { body: String(content) }),
      });
      return { status: reply.status, headers: Object.fromEntries(reply.headers), body: await reply.text() };
    },
    "POST /functions/reload": () => host.reload(),
    "POST /functions/scale": async ({ body }) => {
      const { instances } = await body();
      await host.scale(typeof instances === "number" ? instances : Number.NaN);
    },
  };
}

/** The recorded runs of each function, oldest first. */
function runsByName(recorder: Recorder): Map<string, Span[]> {
  const runs = new Map<string, Span[]>();
  for (const span of recorder.spans()) {
    const name = ranBy(span);
    if (name === undefined) continue;
    const own = runs.get(name);
    if (own === undefined) runs.set(name, [span]);
    else own.push(span);
  }
  return runs;
}

/** The log lines of the runs, newest first. */
function logsOf(recorder: Recorder, runs: readonly Span[]): readonly (LoggedLine & { span: number })[] {
  const lines = runs.flatMap(({ id }) =>
    (recorder.find(id)?.logs ?? []).map((line) => ({ ...line, span: id })).reverse(),
  );
  return lines.slice(0, mostLines);
}

/** The input of the latest run: of an HTTP function its request, of any other its input. Nothing if it was too long to be recorded entirely. */
function sampleOf(recorder: Recorder, runs: readonly Span[]): Record<string, unknown> | undefined {
  const [newest] = runs;
  if (newest === undefined) return undefined;
  const given = recorder.find(newest.id)?.details ?? {};
  const isRequest = newest.kind === "http";
  const body = isRequest ? given.request : given.input;
  if (typeof body === "object" && body !== null && "cut" in body) return undefined;
  const [method, path] = isRequest ? newest.name.split(" ") : [];
  return { ...(path === undefined ? {} : { method, path }), ...(body === undefined ? {} : { body }) };
}

/** This machine's own address, because its network name may not resolve here. */
const addressOf = ({ port }: FunctionsHost) => `http://127.0.0.1:${port}`;

async function passedOn(host: FunctionsHost, method: string, path: string, body: string): Promise<void> {
  const headers = { "x-functions-key": host.masterKey, "content-type": "application/json" };
  const reply = await fetch(`${addressOf(host)}${path}`, { method, headers, body });
  if (reply.ok) return void (await reply.arrayBuffer());
  const { code = "Refused", message = `The response status was ${reply.status}.` } = (await reply.json()) as {
    code?: string;
    message?: string;
  };
  throw new Refusal(reply.status, code, message);
}
