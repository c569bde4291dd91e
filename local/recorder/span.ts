/** The services of the local Azure, as what is recorded names them. */
export type Service = "functions" | "durable" | "cosmos" | "eventgrid" | "webpubsub" | "sms";

/** `refused` is an answer that says no (a 4xx); `failed` that something broke. */
export type Outcome = "running" | "ok" | "refused" | "failed";

/** A line that a function logged while it ran. */
export interface LoggedLine {
  /** By the local clock, in ms since the epoch. */
  readonly at: number;
  readonly level: string;
  readonly message: string;
}

/**
 * One thing that a service did, with what caused it: a request, a run of a function, a delivery, an episode of an orchestration. In the terms of
 * OpenTelemetry it is a span; one that waited for several others (a batch of a change feed) has several causes.
 */
export interface Span {
  /** Ascending from 1 in the order in which things began. */
  readonly id: number;
  readonly service: Service;
  /** What was done, in the service's own word: `read`, `publish`, `deliver`, `activity`. */
  readonly kind: string;
  /** What it was done to or by: a container, a subscription, a function. */
  readonly name: string;
  /** When it began by the local clock, in ms since the epoch. */
  readonly at: number;
  /** When it began by the machine's time, in ms since the process began: the local clock may stand still. */
  readonly began: number;
  /** How long it took in ms of the machine's time; missing while it runs. */
  readonly took?: number;
  readonly outcome: Outcome;
  /** The HTTP status that it was answered with, where it was. */
  readonly status?: number;
  /** Ids of what caused it; empty when it came from outside or from the clock. */
  readonly causes: readonly number[];
  /** The trace that it belongs to: of a `traceparent`, or of its cause, or one of its own. Empty when its causes are of several. */
  readonly trace: string;
  /** What it was about, as `kind:id`: `instance:…`, `event:…`, `item:…`, `connection:…`. Things that share one belong together. */
  readonly keys: readonly string[];
}

/** A span with everything that was kept of it. */
export interface SpanDetail extends Span {
  /** Bodies and other particulars, by name. */
  readonly details: Readonly<Record<string, unknown>>;
  readonly logs: readonly LoggedLine[];
}
