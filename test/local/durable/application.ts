import Module from "node:module";
import type { OrchestrationContext, Task } from "durable-functions";
import type { DurableFunctions, InvocationOutcome } from "../../../local/durable/functions.ts";

type Callback = (input: unknown, context: unknown) => unknown;
interface Metadata {
  name: string;
  bindings: Record<string, { type: string; direction: string }>;
}
interface Registered {
  type: string;
  name: string;
  callback: Callback;
}

const registered = new Map<string, Registered>();

/** The part of the worker's module that `@azure/functions` uses; it has to be there before that is loaded. */
const core = {
  version: "0.0.0",
  hostVersion: "4.1037.0",
  registerFunction({ name, bindings }: Metadata, callback: Callback) {
    const trigger = Object.values(bindings).find(({ type }) => /trigger$/i.test(type));
    registered.set(name.toLowerCase(), { name, callback, type: trigger?.type.toLowerCase() ?? "" });
    return { dispose: () => registered.delete(name.toLowerCase()) };
  },
  registerHook: () => ({ dispose: () => undefined }),
  setProgrammingModel: () => undefined,
  getProgrammingModel: () => undefined,
  log: () => undefined,
  Disposable: class {},
};

interface Loader {
  _load(request: string, ...rest: unknown[]): unknown;
}
const loader = Module as unknown as Loader;
const load = loader._load;
loader._load = function (request, ...rest) {
  return request === "@azure/functions-core" ? core : load.call(this, request, ...rest);
};

export const df = await import("durable-functions");
export const { HttpRequest, InvocationContext } = (await import("@azure/functions")).default;

/** An orchestrator that waits for nothing. */
export function plain(run: (context: OrchestrationContext) => unknown) {
  // biome-ignore lint/correctness/useYield: an orchestrator is a generator even when it never waits
  return function* (context: OrchestrationContext): Generator<Task, unknown, never> {
    return run(context);
  };
}

/** How often each function has been run, and what is to happen instead of running it. */
export interface Runs {
  readonly counts: Map<string, number>;
  /** Called before each run; what it returns is awaited. */
  before?: (name: string, instance: string) => Promise<void> | void;
}

/** The functions registered so far, as the functions host offers them; data crosses by structured clone as it does to a worker thread. */
export function loadedFunctions(runs: Runs = { counts: new Map() }): DurableFunctions {
  const ofType = (type: string) =>
    [...registered.values()].filter((found) => found.type === type).map(({ name }) => name);
  const run = async (type: string, name: string, input: unknown, instance = ""): Promise<InvocationOutcome> => {
    const found = registered.get(name.toLowerCase());
    if (found?.type !== type) return { ok: false, error: { message: `No ${type} '${name}'.` } };
    runs.counts.set(found.name, (runs.counts.get(found.name) ?? 0) + 1);
    await runs.before?.(found.name, instance);
    const context = new InvocationContext({
      functionName: found.name,
      invocationId: "test",
      logHandler: () => undefined,
    });
    try {
      const value = await found.callback(structuredClone(input), context);
      return { ok: true, value: structuredClone(value) };
    } catch (error) {
      const { message, stack } = error as Error;
      return { ok: false, error: { message, ...(stack === undefined ? {} : { stack }) } };
    }
  };
  return {
    orchestrators: ofType("orchestrationtrigger"),
    activities: ofType("activitytrigger"),
    entities: ofType("entitytrigger"),
    runOrchestrator: (name, data) => run("orchestrationtrigger", name, data),
    runActivity: (name, input, instance) => run("activitytrigger", name, input, instance),
    runEntity: (name, data) => run("entitytrigger", name, data),
  };
}
