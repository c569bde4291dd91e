import type { Endpoints } from "../index.ts";

/** The start parameters of a test stack's process, as JSON in its only argument. */
export interface StackStart {
  app: string;
  data: string;
  /** Milliseconds since the epoch. */
  heldAt: number;
  settings: Record<string, string>;
  /** Whether the log goes to standard error. */
  hangLikeAzure?: boolean;
  verbose: boolean;
}

/** Sent by the process once it has started. */
export interface StackReady {
  origin: string;
  masterKey: string;
  /** Address of the Durable HTTP management API, without a trailing slash. */
  durableUrl: string;
  durableKey: string;
  controlUrl: string;
  inboxUrl: string;
  endpoints: Endpoints;
  functions: { name: string; trigger: string }[];
}

/** An injected failure; see `failActivity`. */
export interface Failure {
  activity: string;
  message: string;
  times: number;
  after: number;
}

export type StackCommand =
  | { kind: "settle" }
  /** In milliseconds. */
  | { kind: "advance"; by: number }
  /** Moves time to the next instant at which anything is due, but not beyond `until` (ms since the epoch). */
  | { kind: "step"; until: number }
  | { kind: "fail"; failure: Failure }
  | { kind: "explain"; id: string }
  /** The reply is JSON, a list of texts. */
  | { kind: "errors" }
  | { kind: "close" };

export type ToStack = StackCommand & { call: number };

export type FromStack =
  | { kind: "ready"; ready: StackReady; now: number }
  | { kind: "failed"; message: string }
  /** `now` in milliseconds since the epoch. */
  | { kind: "done"; call: number; now: number; value?: string }
  | { kind: "refused"; call: number; now: number; message: string };
