/** The services of the local Azure, as the recording names them. */
export type Service = "functions" | "durable" | "cosmos" | "eventgrid" | "webpubsub" | "sms";

/** `refused` is a 4xx response; `failed` an error. */
export type Outcome = "running" | "ok" | "refused" | "failed";

/** A line that a function logged while it ran. */
export interface LoggedLine {
  /** By the local clock, in ms since the epoch. */
  readonly at: number;
  readonly level: string;
  readonly message: string;
}

/**
 * One operation of a service with its causes: a request, a run of a function, a delivery, an episode of an orchestration. It corresponds to a span of
 * OpenTelemetry; an operation on a batch (of a change feed) has several causes.
 */
export interface Span {
  /** Ascending from 1 in the order of beginning. */
  readonly id: number;
  readonly service: Service;
  /** The operation, in the service's own word: `read`, `publish`, `deliver`, `activity`. */
  readonly kind: string;
  /** The object or the actor: a container, a subscription, a function. */
  readonly name: string;
  /** When it began by the local clock, in ms since the epoch. */
  readonly at: number;
  /** When it began by the machine's time, in ms since the process started: the local clock may stand still. */
  readonly began: number;
  /** The duration in ms of the machine's time; undefined while it runs. */
  readonly took?: number;
  readonly outcome: Outcome;
  /** The HTTP status of the response, if any. */
  readonly status?: number;
  /** The ids of its causes; empty if it was started from outside or by the clock. */
  readonly causes: readonly number[];
  /** The trace that it belongs to: from a `traceparent`, from its cause, or its own. Empty if its causes belong to several. */
  readonly trace: string;
  /** The things that it concerns, as `kind:id`: `instance:…`, `event:…`, `item:…`, `connection:…`. Spans that share a key belong together. */
  readonly keys: readonly string[];
}

/** A span with all its details. */
export interface SpanDetail extends Span {
  /** Bodies and other details, by name. */
  readonly details: Readonly<Record<string, unknown>>;
  readonly logs: readonly LoggedLine[];
}
