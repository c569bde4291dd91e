/** The engine's records in the store, and the messages that wake an instance. */

/** An event of an orchestration's history, with the field names of the protocol. */
export interface HistoryEvent {
  readonly EventType: number;
  readonly EventId: number;
  readonly IsPlayed: boolean;
  /** ISO 8601, UTC. */
  readonly Timestamp: string;
  readonly [field: string]: unknown;
}

export type RuntimeStatus = "Pending" | "Running" | "Suspended" | "Completed" | "Failed" | "Terminated" | "Canceled";

export interface Parent {
  readonly id: string;
  readonly executionId: string;
  readonly name: string;
  readonly taskId: number;
}

/**
 * An open wait for an external event: the position of its action in the list, and the number of ways in which events of different names can end that.
 */
export type Waiter = readonly [place: number, names: number];

/** What is to be done once the open tasks have ended. */
export type Ending =
  | { readonly kind: "done"; readonly status: "Completed" | "Failed"; readonly result: string | null }
  | { readonly kind: "again"; readonly input: string | null; readonly carry?: HistoryEvent };

/** The row of an instance. A sleeping instance takes only this, its history and its open tasks. */
export interface InstanceRecord {
  readonly id: string;
  readonly name: string;
  readonly version: string | null;
  readonly executionId: string;
  /** The number of continue-as-new. */
  readonly generation: number;
  readonly parent?: Parent;
  readonly status: RuntimeStatus;
  /** JSON text. */
  readonly customStatus?: string;
  /** JSON text of a result, or the plain text of a failure or of a reason. */
  readonly output?: string;
  /** Milliseconds since the epoch. */
  readonly created: number;
  readonly updated: number;
  /** The time of the last episode: an orchestration's time never moves backwards. */
  readonly clock: number;
  /** The next sequence id, counted as the SDK counts it. */
  readonly next: number;
  /** The number of pages of the history; each episode writes one. */
  readonly pages: number;
  /** Open tasks that hold back completion. */
  readonly open: number;
  /** The number of waits for external events in the list of actions so far. */
  readonly waits: number;
  readonly waiters?: Readonly<Record<string, readonly Waiter[]>>;
  /** Events delivered and not yet waited for, by name. */
  readonly buffered?: Readonly<Record<string, number>>;
  readonly ending?: Ending;
  /** The first event of a generation that has not had its first turn; not yet part of the history if `Pending`. */
  readonly unstarted?: HistoryEvent;
  /** How many times in a row continue-as-new handed the same event to the next generation. */
  readonly redelivered?: number;
  /** Scheduler ids of the entities that a critical section holds. */
  readonly locks?: readonly string[];
  /** The number of entity calls and locks without a reply. */
  readonly asked?: number;
  /** With `hangLikeAzure`: why the instance will never continue. */
  readonly stuck?: string;
  /** With `hangLikeAzure`: the next event of this name goes to a waiter that is left over, and wakes nothing. */
  readonly swallows?: string;
}

/** A known action: type, sequence id, name. `redo` is set after a rewind if it is to be scheduled again under its old id. */
export interface KnownAction {
  readonly type: number;
  readonly id: number;
  readonly name: string;
  readonly redo?: true;
}

/** The events and actions that one episode added. */
export interface HistoryPage {
  readonly events: readonly HistoryEvent[];
  readonly actions?: readonly KnownAction[];
}

/** As the SDK writes it into an action; all in milliseconds. */
export interface RetryPolicy {
  readonly firstRetryIntervalInMilliseconds: number;
  readonly maxNumberOfAttempts: number;
  readonly backoffCoefficient?: number;
  readonly maxRetryIntervalInMilliseconds?: number;
  readonly retryTimeoutInMilliseconds?: number;
}

/** The state of a retried call: the attempt (from 1) and when the first one began. */
export interface Retry {
  readonly policy: RetryPolicy;
  readonly attempt: number;
  readonly since: number;
}

/** A call of an activity, a sub-orchestration or an HTTP address. */
export interface CallTask {
  readonly kind: "activity" | "child" | "http";
  readonly name: string;
  /** JSON text. */
  readonly input: string | null;
  readonly version?: string | null;
  readonly retry?: Retry;
  /** The instance id that the orchestrator requested, if any. */
  readonly wanted?: string;
  /** The instance id of a sub-orchestration. */
  readonly child?: string;
}

export interface TimerTask {
  readonly kind: "timer";
  readonly due: number;
  /** When a timer with several parts is finally due. */
  readonly final?: number;
  /** The attempt that follows a retry timer; `undefined` if no attempts are left. */
  readonly then?: CallTask;
  /** It still fires and is recorded, without any effect. */
  readonly cancelled?: true;
  /** The next request of a durable HTTP call, with the id that the SDK assigned. */
  readonly poll?: { readonly id: number; readonly input: string };
}

/** A task in progress; the row is deleted when it ends. */
export type TaskRecord = (CallTask | TimerTask) & {
  readonly instance: string;
  readonly id: number;
  readonly executionId: string;
};

/** Something that happened to an instance. `executionId` is set if a message for an older generation must be dropped. */
export type Message =
  | { readonly kind: "event"; readonly at: number; readonly name: string; readonly input: string | null }
  | {
      readonly kind: "reply";
      readonly at: number;
      readonly name: string;
      readonly input: string;
      readonly executionId: string;
    }
  | { readonly kind: "terminate" | "suspend" | "resume"; readonly at: number; readonly reason: string | null }
  | { readonly kind: "timer"; readonly at: number; readonly taskId: number; readonly executionId: string }
  | {
      readonly kind: "done" | "failed";
      readonly at: number;
      readonly taskId: number;
      readonly executionId: string;
      /** JSON text of a result, or the reason of a failure. */
      readonly result: string | null;
      readonly details?: string;
      readonly failure?: unknown;
    };

/** A message that has to outlive the process. */
export interface InboxRecord {
  readonly instance: string;
  readonly message: Message;
}

export const terminal: ReadonlySet<RuntimeStatus> = new Set(["Completed", "Failed", "Terminated", "Canceled"]);
