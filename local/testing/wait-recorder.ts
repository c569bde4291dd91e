import type { DurableFunctions } from "../durable/index.ts";
import type { WaitAction } from "./waits.ts";

/** Keeps the actions that each orchestration returned last. They contain what a history does not, such as the events it waits for. */
export class WaitRecorder {
  readonly #actions = new Map<string, readonly WaitAction[]>();

  /** `undefined` if the instance has had no turn since the process started. */
  actions(instance: string): readonly WaitAction[] | undefined {
    return this.#actions.get(instance);
  }

  /** The same functions; the actions that their orchestrators return are recorded. */
  wrap(functions: DurableFunctions): DurableFunctions {
    return {
      ...functions,
      runOrchestrator: async (name, data) => {
        const outcome = await functions.runOrchestrator(name, data);
        const { actions } = ((outcome.ok && outcome.value) || {}) as { actions?: readonly (readonly WaitAction[])[] };
        if (Array.isArray(actions)) this.#actions.set((data as { instanceId: string }).instanceId, actions.flat());
        return outcome;
      },
    };
  }
}
