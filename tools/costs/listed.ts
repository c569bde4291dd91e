import type { Cut } from "../../local/recorder/kept.ts";
import type { Recorder } from "../../local/recorder/recorder.ts";
import { ranBy } from "../../local/recorder/runs.ts";
import type { SpanDetail } from "../../local/recorder/span.ts";

/** An operation with its caller and count, and its request units if it is one of Cosmos DB. */
export interface Line {
  by: string;
  what: string;
  times: number;
  requestUnits: number;
}

/** The services' operations since the span `after`, grouped by kind, most frequent first: which function, or request of a screen, made which call. */
export function listed(recorder: Recorder, after: number): Line[] {
  const lines = new Map<string, Line>();
  for (const { id } of recorder.spans(after)) {
    const span = recorder.find(id);
    const what = span && whatOf(span);
    if (span === undefined || what === undefined) continue;
    const by = callerOf(recorder, span);
    const key = `${by} ${what}`;
    const line = lines.get(key) ?? { by, what, times: 0, requestUnits: 0 };
    line.times += 1;
    line.requestUnits += Number(span.details.charge ?? 0);
    lines.set(key, line);
  }
  return [...lines.values()].sort((a, b) => b.times - a.times || (a.what < b.what ? -1 : 1));
}

/** The lines as rows of Markdown. @param orders the number of orders to divide by */
export function linesShown(lines: readonly Line[], orders: number): string {
  const rows = lines.map(({ by, what, times, requestUnits }) => {
    const [each, units] = [times / orders, requestUnits / orders].map((n) => (n === 0 ? "" : n.toFixed(2)));
    return `| ${what} | ${by} | ${each} | ${units} |`;
  });
  return ["| what | by | an order | request units |", "| --- | --- | ---: | ---: |", ...rows, ""].join("\n");
}

function whatOf(span: SpanDetail): string | undefined {
  const { service, kind, name, status = 200, details } = span;
  const ran = ranBy(span);
  if (service === "functions") return ran && `function: ${ran}`;
  const answered = status >= 400 ? ` (${status})` : "";
  if (service === "cosmos") {
    const about = aboutOf(details);
    return `cosmos: ${kind} ${name.split("/")[1]}${about && ` ${about}`}${answered}`;
  }
  if (service === "webpubsub" && (kind === "send" || kind === "http")) return `webpubsub: ${kind}${answered}`;
  if (service === "durable") return `durable: ${kind} ${kindOf(name)}${answered}`;
  if (service === "eventgrid") return `eventgrid: ${kind} ${name}${answered}`;
  return undefined;
}

/** The kind of a document, the text of a query, or the operations of a batch. Creations and change feeds need no detail. */
function aboutOf({ id, request }: SpanDetail["details"]): string {
  if (typeof id === "string") return kindOf(decodeURIComponent(id));
  const { query, cut } = (request ?? {}) as { query?: unknown } & Partial<Cut>;
  if (typeof query === "string") return query.replace(/\s+/g, " ").slice(0, 70);
  if (Array.isArray(request)) return operationsIn(JSON.stringify(request)).join("+");
  // Of a request that is too long to be recorded, only the beginning is available.
  return cut === undefined ? "" : [...operationsIn(cut), "…"].join("+");
}

const operationsIn = (batch: string) =>
  [...batch.matchAll(/"operationType":"(\w+)"/g)].map(([, operation]) => operation);

const kindOf = (id: string) =>
  id
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "<uuid>")
    .replace(/[0-9a-f]{20,}/g, "<hash>")
    .replace(/(customer|reach|scan:.*):[\w-]{10,}$/, "$1:<customer>")
    .replace(/\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, "<time>");

/** The function that made the call, if it is known. */
function callerOf(recorder: Recorder, span: SpanDetail): string {
  const [cause] = span.causes;
  const before = cause === undefined ? undefined : recorder.find(cause);
  if (before === undefined) return "";
  const ran = before.service === "functions" ? ranBy(before) : undefined;
  return ran === undefined ? callerOf(recorder, before) : `run ${ran}`;
}
