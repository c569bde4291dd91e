import { passing } from "../faults/meet.ts";
import { dotnetLong } from "../kernel/dotnet-long.ts";
import { isTooDeep, tooDeeplyNested } from "../kernel/json-net.ts";
import type { Core } from "./core.ts";
import { toJson } from "./decisions.ts";
import { runHttp } from "./durable-http.ts";
import { activityFailed, activityFailureDetails, workerExitDetails } from "./failures.ts";
import type { InvocationError, InvocationOutcome } from "./functions.ts";
import type { Message, TaskRecord } from "./records.ts";

/** Runs an activity or a durable HTTP call to its end; rejects only if the functions host could not run it at all. */
export async function runTask(core: Core, task: TaskRecord): Promise<Message> {
  const about = { taskId: task.id, executionId: task.executionId };
  if (task.kind === "timer" || task.kind === "child") throw new Error(`A ${task.kind} is not run.`);
  if (task.kind === "http") {
    const { ok, text } = await runHttp(core, task.input ?? "{}");
    const at = core.parts.clock.now();
    return ok
      ? { ...about, kind: "done", at, result: text }
      : {
          ...about,
          kind: "failed",
          at,
          result: activityFailed(task.name, text),
          details: activityFailureDetails(text),
        };
  }
  const input = activityInput(task.input);
  const outcome = await runActivity(core, task, input);
  const at = core.parts.clock.now();
  if (outcome.ok && isTooDeep(outcome.value))
    return { ...about, kind: "failed", at, ...failure(task.name, { message: tooDeeplyNested }) };
  if (outcome.ok) return { ...about, kind: "done", at, result: resultOf(outcome.value) };
  return { ...about, kind: "failed", at, ...failure(task.name, outcome.error) };
}

/** Runs the activity, unless a fault is injected. */
async function runActivity(
  core: Core,
  task: { name: string; instance: string },
  input: unknown,
): Promise<InvocationOutcome> {
  const { faults, recorder } = core.parts;
  const rule = faults?.take("durable", "activity", task.name);
  if (rule !== undefined) recorder.running?.note({ fault: rule.harm });
  if (rule?.harm === "delay") await passing(core.parts, rule);
  if (rule?.harm === "fail") return { ok: false, error: { message: "It failed on purpose: a fault is switched on." } };
  return core.functions().runActivity(task.name, input, task.instance);
}

/**
 * The input of an activity: `undefined` for no value and for null, and the word for a boolean, whose text in .NET is not JSON. `json` as in
 * `CallTask.input`.
 */
function activityInput(json: string | null): unknown {
  const input = json === null ? undefined : (JSON.parse(json) as unknown);
  if (typeof input !== "boolean") return input;
  return input ? "True" : "False";
}

/** The real worker passes a whole number on as one with 64 bits, which is the nearest one if it is larger. */
function resultOf(value: unknown): string | null {
  if (!Number.isInteger(value) || Math.abs(value as number) < 2 ** 63) return toJson(value);
  return String(dotnetLong(value as number));
}

function failure(name: string, { message, stack, workerExited }: InvocationError) {
  if (workerExited)
    return { result: `Activity function '${name}' failed: ${message}`, details: workerExitDetails(message) };
  const structured = parseStructured(message);
  return {
    result: activityFailed(name, structured?.errorMessage ?? message),
    details: activityFailureDetails(message, stack),
    ...(structured === undefined
      ? {}
      : {
          failure: {
            ErrorType: structured.errorType,
            ErrorMessage: structured.errorMessage,
            StackTrace: structured.stackTrace ?? "",
            IsNonRetriable: structured.isNonRetriable ?? false,
            Properties: structured.properties ?? null,
            InnerFailure: null,
          },
        }),
  };
}

interface Structured {
  errorType: string;
  errorMessage: string;
  isNonRetriable?: boolean;
  properties?: unknown;
  stackTrace?: string;
}

/** The form of an error's message in the SDK if the application has set an exception properties provider. */
function parseStructured(message: string): Structured | undefined {
  if (!message.startsWith("{")) return undefined;
  try {
    const parsed = JSON.parse(message) as Partial<Structured>;
    return parsed.errorType !== undefined && parsed.errorMessage !== undefined ? (parsed as Structured) : undefined;
  } catch {
    return undefined;
  }
}
