/** A trigger that starts invocations by itself. */
export interface Trigger {
  /** Resolves once it is ready; rejects with what is wrong with its declaration or surroundings. */
  start(): Promise<void>;
  /** Starts nothing any more; what is under way may end. */
  stop(): void;
  /** Resolves when nothing is under way any more after the stop; called once the application has ended. */
  ended?(): Promise<void>;
}
