/** The outcome of an invocation of user code. An error keeps the text and stack of what was thrown. */
export type InvocationOutcome = { ok: true; value: unknown } | { ok: false; error: InvocationError };

export interface InvocationError {
  message: string;
  stack?: string;
  /** Set if the application's worker ended during the run; the message says so. */
  workerExited?: true;
}

/**
 * The interface of the durable engine to the functions host, which runs the application's code. The host matches names without case.
 * `data` is what the real host puts into the trigger (see `../../docs`). The value of an orchestrator's outcome is the state object as the SDK
 * returned it, in which an action object that occurs twice is still the same object.
 */
export interface DurableFunctions {
  readonly orchestrators: readonly string[];
  readonly activities: readonly string[];
  readonly entities: readonly string[];
  /** Runs one turn of an orchestrator over its history; rejects if it could not be run at all, or was stopped. */
  runOrchestrator(name: string, data: unknown): Promise<InvocationOutcome>;
  /** An `input` of `undefined` means "none". */
  runActivity(name: string, input: unknown, instanceId: string): Promise<InvocationOutcome>;
  /** Runs an entity function over a batch of operations; rejects if it could not be run at all. */
  runEntity(name: string, data: unknown): Promise<InvocationOutcome>;
}
