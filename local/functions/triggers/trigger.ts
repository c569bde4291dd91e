/** A trigger that starts invocations by itself. */
export interface Trigger {
  /** Resolves once it is ready; rejects with what is wrong with its declaration or environment. */
  start(): Promise<void>;
  /** Starts no further invocation; those in progress may complete. */
  stop(): void;
  /** Resolves once nothing is in progress any more after the stop; called once the application has ended. */
  ended?(): Promise<void>;
}
