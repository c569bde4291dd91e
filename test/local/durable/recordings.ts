import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "vitest";

/** One call of the HTTP API and what the real host answered. */
export interface RecordedCall {
  label: string;
  request: { method: string; url: string; headers: Record<string, string>; body: string | null };
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

export interface HistoryEvent {
  EventType: number;
  [field: string]: unknown;
}

/** One turn of an orchestration: what the orchestrator was told, and what it answered. */
export interface Turn {
  trigger: { history: HistoryEvent[]; input: unknown; instanceId: string } & Record<string, unknown>;
  state: { isDone: boolean; actions: unknown[][]; output?: unknown; customStatus?: unknown };
}

/** The recordings of the HTTP API, in the order in which they were made. */
export const httpRecordings = [
  "http-01-start-and-status",
  "http-02-raise-event",
  "http-03-terminate-suspend-resume",
  "http-04-failures-rewind-restart",
  "http-05-list-filters-purge",
  "http-06-entities",
  "http-08-client-from-app",
  "http-07-everything",
] as const;

const folder = join(import.meta.dirname, "../../../../shared/data/functions-host");

/** Under CI the recordings must be there; a clone without them skips what needs them, and says so. */
export const recordingsAreThere = existsSync(folder) || process.env.CI === "true";

const read = (file: string): unknown => JSON.parse(readFileSync(join(folder, `${file}.json`), "utf8"));

/** The names of all recordings. */
export const recordings = () =>
  readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .map((file) => basename(file, ".json"));

/** How many calls or turns a recording holds, and the labels of calls that were given up before an answer came. */
export function countRecorded(file: string): { count: number; givenUp: string[] } {
  const entries = [read(file)].flat() as { label?: string; error?: string }[];
  return {
    count: entries.length,
    givenUp: entries.filter(({ error }) => error !== undefined).map(({ label = "" }) => label),
  };
}

/** The calls of one recording, in order, without those that were given up before an answer came. */
export function recordedCalls(file: `http-${string}`): RecordedCall[] {
  return (read(file) as (RecordedCall | { error: string })[]).filter(
    (call): call is RecordedCall => !("error" in call),
  );
}

/**
 * Makes a test of each call that is `wanted`, named by its label. A clone without the recordings cannot know the labels: there one skipped
 * test stands for them all.
 */
export function testEachCall(
  file: `http-${string}`,
  wanted: (call: RecordedCall) => boolean,
  run: (call: RecordedCall) => Promise<void>,
): void {
  if (!recordingsAreThere) {
    test.skip(`each call of ${file}`);
    return;
  }
  const calls = recordedCalls(file).filter(wanted);
  if (calls.length === 0) throw new Error(`${file} holds no call that is wanted`);
  for (const call of calls) test(call.label, () => run(call));
}

/** A turn of the recorded orchestration, 0 to 62: two generations of one instance (0 to 30), then of another (31 to 62). */
export function recordedTurn(turn: number): Turn {
  const invocations = read("orchestrationTrigger-everything") as {
    inputData: Record<string, { value: Turn["trigger"] }>;
    response: { returnValue: { json: string } };
  }[];
  const [trigger] = Object.values(invocations[turn]?.inputData ?? {});
  const answer = invocations[turn]?.response.returnValue.json;
  if (trigger === undefined || answer === undefined) throw new RangeError(`turn ${turn} is not recorded`);
  return { trigger: trigger.value, state: JSON.parse(answer) as Turn["state"] };
}

/** The client binding, as the text that a function was given. */
export function recordedClientBinding(): string {
  return (read("durableClient-binding") as { raw: string }).raw;
}

/** One call that the JavaScript client made to the real host, and the answer. */
export interface RecordedRpc {
  method: string;
  path: string;
  requestHeaders: Record<string, string>;
  requestBody: unknown;
  status: number;
  responseHeaders: Record<string, string>;
  responseBody: unknown;
}

export const recordedRpcCalls = (): RecordedRpc[] => read("client-rpc-http") as RecordedRpc[];

/** What an entity function was given, for the entity `key`, in order; ids of requests left out. */
export function recordedEntityBatches(key: string): unknown[] {
  const turns = read("entityTrigger-counter") as { inputData: Record<string, { value: EntityTrigger }> }[];
  return turns
    .flatMap(({ inputData }) => Object.values(inputData).map(({ value }) => value))
    .filter(({ self }) => self.key === key)
    .map(withoutIds);
}

export interface EntityTrigger {
  self: { name: string; key: string };
  batch: { id: string }[];
}

export const withoutIds = ({ batch, ...rest }: EntityTrigger) => ({
  ...rest,
  batch: batch.map(({ id: _, ...operation }) => operation),
});

interface TypedData {
  kind: "string" | "json";
  value: unknown;
}

/** One run of a function by its trigger, as the worker was asked for it. */
export interface RecordedInvocation {
  inputData: Record<string, TypedData>;
  triggerMetadata: Record<string, TypedData>;
  response: { returnValue: { json: string } };
}

export const recordedInvocations = (
  file: "activityTrigger-fetchThing" | "entityTrigger-counter" | "orchestrationTrigger-everything",
) => read(file) as RecordedInvocation[];

/** A request to the recorded application of HTTP functions, and what the real host answered; what stands for keys is in the recordings' README. */
export interface RecordedTrigger {
  name: string;
  request: {
    method: string;
    path: string;
    headers?: Record<string, string>;
    body?: string | { base64: string } | { bytes: number };
  };
  real: { status: number | string; headers: Record<string, string | string[]>; body: string };
}

export const recordedTriggers = (): RecordedTrigger[] => read("http-triggers") as RecordedTrigger[];

/** The files of the application that answered them, by name. */
export const recordedApp = (): Record<string, string> =>
  Object.fromEntries(
    readdirSync(join(folder, "http-triggers-app")).map((name) => [
      name,
      readFileSync(join(folder, "http-triggers-app", name), "utf8"),
    ]),
  );
