import type { EntityContext, OrchestrationContext } from "durable-functions";
import type { DurableFunctions, InvocationOutcome } from "../durable/index.ts";
import type { Sdk, Trigger } from "./sdk.ts";

/** An orchestrator's handler, as `df.app.orchestration` takes it. */
export type Handler = (context: OrchestrationContext) => Generator<unknown, unknown, never>;

/** Replacements for the functions that an orchestrator calls, by name. */
export interface Stubs {
  /** Called with the input. The return value is the result; an error thrown is the failure. */
  activities?: Record<string, (input: never, instanceId: string) => unknown>;
  /** The handler of another orchestrator, which is run, or a function that returns the result at once. */
  subOrchestrations?: Record<string, Handler | ((input: never) => unknown)>;
  /** Called with the operation, its input and the entity's key. The return value is the reply to a call. */
  entities?: Record<string, (operation: string, input: never, key: string) => unknown>;
}

/** A call that the orchestrator made. Calls are in the order in which they ran, with one for each attempt of a retried call. */
export interface OrchestratorCall {
  kind: "activity" | "subOrchestration" | "entity";
  name: string;
  input: unknown;
  /** Only for an entity. */
  operation?: string;
  key?: string;
}

/** The id of the instance under test; all other instances are its sub-orchestrations. */
export const mainInstance = "test";

interface OrchestratorData {
  instanceId: string;
  isReplaying: boolean;
  input: string | null;
  history: { Timestamp: string }[];
}

const mostGenerations = 1000;
const endless = `The orchestrator continued as new ${mostGenerations.toLocaleString("en")} times without time passing. It would loop for ever, on Azure too: wait for a timer or an event before continueAsNew, or return.`;

const generatorPrototype = Object.getPrototypeOf(function* () {}) as object;
const isHandler = (candidate: unknown): candidate is Handler =>
  typeof candidate === "function" && Object.getPrototypeOf(candidate) === generatorPrototype;

/**
 * The functions for an engine that runs `handler` under `name`, with `stubs` for everything it calls. Records the calls and the names without a stub.
 */
export class StubbedFunctions implements DurableFunctions {
  readonly calls: OrchestratorCall[] = [];
  /** Activities, sub-orchestrations and entities that were called and have no stub, in words. */
  readonly missing = new Set<string>();
  readonly orchestrators: readonly string[];
  readonly activities: readonly string[];
  readonly entities: readonly string[];
  readonly #sdk: Sdk;
  readonly #main: string;
  readonly #stubs: Stubs;
  readonly #orchestrators: Map<string, Trigger>;
  /** The number of consecutive generations that began without time passing, and the time at which they did. */
  #generations = 0;
  #moment: string | undefined;

  /** @throws Error if a handler is no generator function, or a stub is no function. */
  constructor(sdk: Sdk, main: string, handler: Handler, stubs: Stubs) {
    if (!isHandler(handler))
      throw new TypeError("The orchestrator's handler must be a generator function: function* (context) { … }.");
    this.#sdk = sdk;
    this.#main = main;
    this.#stubs = stubs;
    for (const [kind, given] of Object.entries(stubs)) {
      for (const [name, stub] of Object.entries(given ?? {})) {
        if (typeof stub !== "function") throw new TypeError(`${kind}.${name} must be a function.`);
      }
    }
    this.#orchestrators = new Map([[key(main), sdk.createOrchestrator(handler)]]);
    for (const [name, stub] of Object.entries(stubs.subOrchestrations ?? {})) {
      this.#orchestrators.set(key(name), sdk.createOrchestrator(isHandler(stub) ? stub : atOnce(name, stub)));
    }
    this.orchestrators = [main, ...Object.keys(stubs.subOrchestrations ?? {})];
    this.activities = Object.keys(stubs.activities ?? {});
    this.entities = Object.keys(stubs.entities ?? {});
  }

  async runOrchestrator(name: string, data: unknown): Promise<InvocationOutcome> {
    const { instanceId, isReplaying, input, history } = data as OrchestratorData;
    if (instanceId === mainInstance && !isReplaying && this.#goesRound(history[0]?.Timestamp)) {
      // If all stubs return within one turn, the runner's time-out could never fire without this.
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#generations > mostGenerations) return { ok: false, error: { message: endless } };
    }
    if (key(name) !== key(this.#main) && !isReplaying) {
      this.calls.push({ kind: "subOrchestration", name, input: input === null ? undefined : parsed(input) });
    }
    const outcome = await outcomeOf(() => {
      const trigger = this.#orchestrators.get(key(name));
      if (trigger === undefined) throw new Error(`No orchestrator "${name}".`);
      return trigger(structuredClone(data), new this.#sdk.DummyOrchestrationContext(name, "test", () => undefined));
    });
    this.#noteMissing(outcome);
    return outcome;
  }

  /** Whether a generation begins at the same moment as the one before. */
  #goesRound(moment: string | undefined): boolean {
    this.#generations = moment === this.#moment ? this.#generations + 1 : 1;
    this.#moment = moment;
    return this.#generations > 1;
  }

  runActivity(name: string, input: unknown, instanceId: string): Promise<InvocationOutcome> {
    this.calls.push({ kind: "activity", name, input });
    return outcomeOf(() => find(this.#stubs.activities, name)?.(structuredClone(input) as never, instanceId));
  }

  runEntity(name: string, data: unknown): Promise<InvocationOutcome> {
    const stub = find(this.#stubs.entities, name);
    const run = (context: EntityContext<unknown>) => {
      const { operationName: operation = "", entityKey } = context.df;
      const input = context.df.getInput<unknown>();
      this.calls.push({ kind: "entity", name, operation, key: entityKey, input });
      context.df.return(stub?.(operation, input as never, entityKey));
    };
    const context = new this.#sdk.DummyEntityContext(name, "test", () => undefined);
    return outcomeOf(() => this.#sdk.createEntityFunction(run)(structuredClone(data), context));
  }

  /** A function without a stub fails in the engine like an unknown function. In a unit test it means that the test is incomplete. */
  #noteMissing(outcome: InvocationOutcome): void {
    if (!outcome.ok) return;
    const { actions = [] } = outcome.value as { actions?: readonly (readonly Action[])[] };
    const look = (action: Action): void => {
      for (const part of action.compoundActions ?? []) look(part);
      const { functionName, actionType, instanceId = "" } = action;
      if (actionType <= 1) this.#need("activities", this.activities, functionName);
      if (actionType === 2 || actionType === 3) this.#need("subOrchestrations", this.orchestrators, functionName);
      // Calls, signals and scheduled signals identify their entity by an id such as `@name@key`.
      if ([7, 9, 10].includes(actionType)) this.#need("entities", this.entities, instanceId.split("@")[1]);
    };
    for (const list of actions) for (const action of list) look(action);
  }

  #need(kind: keyof Stubs, known: readonly string[], name: string | undefined): void {
    if (name === undefined || known.some((each) => key(each) === key(name))) return;
    this.missing.add(`${kind}: { ${name}: … }`);
  }
}

interface Action {
  actionType: number;
  functionName?: string;
  instanceId?: string;
  compoundActions?: readonly Action[];
}

const key = (name: string) => name.toLowerCase();

function find<T>(stubs: Record<string, T> | undefined, name: string): T | undefined {
  return Object.entries(stubs ?? {}).find(([candidate]) => key(candidate) === key(name))?.[1];
}

/** An orchestrator that returns the result of `stub`. */
function atOnce(name: string, stub: (input: never) => unknown): Handler {
  // biome-ignore lint/correctness/useYield: an orchestrator is a generator even when it never waits
  return function* (context) {
    const result = stub(context.df.getInput() as never);
    if (result instanceof Promise) {
      throw new TypeError(
        `The stub of the sub-orchestration ${name} returns a promise; an orchestrator cannot await one.`,
      );
    }
    return result;
  };
}

async function outcomeOf(run: () => unknown): Promise<InvocationOutcome> {
  try {
    // As between the host and a worker: a value that cannot be sent there is refused here too.
    return { ok: true, value: structuredClone(await run()) };
  } catch (error) {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    return { ok: false, error: { message, ...(stack === undefined ? {} : { stack }) } };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
