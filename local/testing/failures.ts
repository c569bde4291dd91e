import type { DurableFunctions, InvocationOutcome } from "../durable/index.ts";
import type { Failure } from "./protocol.ts";

/** Injected failures, which replace runs of activities. */
export class Failures {
  readonly #open: Failure[] = [];

  /** @throws Error if the application has no such activity. */
  add(failure: Failure, activities: readonly string[]): void {
    if (!activities.some((name) => same(name, failure.activity))) {
      const known = activities.length === 0 ? "It has none." : `Its activities: ${activities.join(", ")}.`;
      throw new Error(`The application has no activity "${failure.activity}". ${known}`);
    }
    this.#open.push({ ...failure });
  }

  /** The same functions, with the injected failures. A run that is to fail does not call the application's code. */
  wrap(functions: DurableFunctions): DurableFunctions {
    return {
      ...functions,
      runActivity: (name, input, instanceId) => {
        const message = this.#take(name);
        if (message === undefined) return functions.runActivity(name, input, instanceId);
        const failed: InvocationOutcome = { ok: false, error: { message } };
        return Promise.resolve(failed);
      },
    };
  }

  #take(name: string): string | undefined {
    const failure = this.#open.find(({ activity }) => same(activity, name));
    if (failure === undefined) return undefined;
    if (failure.after > 0) {
      failure.after--;
      return undefined;
    }
    failure.times--;
    if (failure.times <= 0) this.#open.splice(this.#open.indexOf(failure), 1);
    return failure.message;
  }
}

const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
