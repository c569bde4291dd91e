/** How an invocation of user code ended; an error keeps the text and stack of what was thrown. */
export type InvocationOutcome = { ok: true; value: unknown } | { ok: false; error: InvocationError };

export interface InvocationError {
  message: string;
  stack?: string;
}

/**
 * What the durable engine needs of the functions host that runs the application's code. Names are matched without case by the host.
 * `data` is what the real host puts into the trigger (see `../../docs`); the value of an orchestrator's outcome is the state object as the SDK
 * returned it, in which one action object that stands in two places is still one object.
 */
export interface DurableFunctions {
  readonly orchestrators: readonly string[];
  readonly activities: readonly string[];
  readonly entities: readonly string[];
  /** Runs an orchestrator over its history, for one turn; rejects when that could not be done at all. */
  runOrchestrator(name: string, data: unknown): Promise<InvocationOutcome>;
  /** `input` `undefined` stands for "none". */
  runActivity(name: string, input: unknown, instanceId: string): Promise<InvocationOutcome>;
  /** Runs an entity function over a batch of operations; rejects when that could not be done at all. */
  runEntity(name: string, data: unknown): Promise<InvocationOutcome>;
}
