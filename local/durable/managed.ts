import type { RuntimeStatus } from "./records.ts";

/** A row of a list of instances; times in ms since the epoch. */
export interface InstanceRow {
  readonly id: string;
  readonly name: string;
  readonly status: RuntimeStatus;
  readonly created: number;
  readonly updated: number;
  /** With `hangLikeAzure`: why it hangs. */
  readonly stuck?: string;
}

/** What an instance waits for. */
export interface Waiting {
  readonly kind: "event" | "timer" | "activity" | "sub-orchestration" | "http" | "entity";
  readonly name: string;
  /** When a timer fires, in ms since the epoch. */
  readonly due?: number;
  /** The id of a sub-orchestration. */
  readonly instance?: string;
}

/** An instance with everything that is known about it. */
export interface InstanceDetail extends InstanceRow {
  readonly executionId: string;
  readonly generation: number;
  readonly parent?: string;
  /** JSON text. */
  readonly input: string | null;
  readonly output?: string;
  readonly customStatus?: string;
  readonly waitsFor: readonly Waiting[];
  /** Events that were received and not waited for, with their counts. */
  readonly unheard: Readonly<Record<string, number>>;
  readonly locks: readonly string[];
  /** The history of the current generation, oldest first, with the field names of the protocol. */
  readonly history: readonly Record<string, unknown>[];
}

export interface EntityRow {
  readonly id: string;
  readonly exists: boolean;
  readonly state?: string;
  readonly lockedBy?: string;
  readonly updated: number;
}
