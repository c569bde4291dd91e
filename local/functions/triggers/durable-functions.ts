import type { DurableFunctions, InvocationOutcome } from "../../durable/functions.ts";
import { AppThreadEnded } from "../app-thread.ts";
import type { FunctionDefinition, TriggerKind } from "../definition.ts";
import type { Invoker, TriggerInput } from "../invoker.ts";
import { activityMetadata, entityMetadata } from "./durable-metadata.ts";

/**
 * The application's durable functions, as the engine runs them. A run rejects with `AppThreadEnded` if it neither completed nor failed: its thread
 * was stopped, or it exceeded the time-out (except for an activity, which then has failed). The engine runs it again. If the thread crashed, only an
 * entity runs again, as on Azure.
 */
export function durableFunctions(definitions: readonly FunctionDefinition[], invoker: Invoker): DurableFunctions {
  const byKind = (kind: TriggerKind) =>
    definitions.filter((definition) => definition.kind === kind && !definition.disabled);
  const index = (kind: TriggerKind) =>
    new Map(byKind(kind).map((definition) => [definition.name.toLowerCase(), definition]));
  const kinds = { orchestration: index("orchestration"), activity: index("activity"), entity: index("entity") };

  const run = async (
    kind: keyof typeof kinds,
    name: string,
    inputOf: (triggerName: string) => TriggerInput,
  ): Promise<InvocationOutcome> => {
    const definition = kinds[kind].get(name.toLowerCase());
    if (definition === undefined) {
      return {
        ok: false,
        error: { message: `The function '${name}' doesn't exist, is disabled, or is not an ${kind} function.` },
      };
    }
    const result = await invoker.invoke(definition, inputOf(definition.triggerName));
    if (result.ok) return { ok: true, value: result.direct };
    if (result.exitCode !== undefined && kind !== "entity") {
      return { ok: false, error: { message: workerExited(result.exitCode), workerExited: true } };
    }
    if (result.cause === "worker" || (result.cause === "timeout" && kind !== "activity")) {
      throw new AppThreadEnded(result.error.message);
    }
    return { ok: false, error: result.error };
  };
  const names = (kind: TriggerKind) => byKind(kind).map(({ name }) => name);
  return {
    orchestrators: names("orchestration"),
    activities: names("activity"),
    entities: names("entity"),
    runOrchestrator: (name, data) => run("orchestration", name, () => ({ direct: { value: data } })),
    runEntity: (name, data) =>
      run("entity", name, (trigger) => ({ direct: { value: data }, metadata: entityMetadata(trigger, data) })),
    runActivity: (name, input, instanceId) =>
      run("activity", name, (trigger) => ({
        direct: { value: input },
        metadata: activityMetadata(trigger, input, instanceId),
      })),
  };
}

/** The text of the real host's WorkerProcessExitException. */
const workerExited = (code: number) => `node exited with code ${code} (0x${(code >>> 0).toString(16).toUpperCase()})`;
