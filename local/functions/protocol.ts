import type { ToAsker, ToServers } from "../kernel/near/protocol.ts";

/**
 * What the host and the application's worker thread say to each other. Each `postMessage` carries an array of these: what became ready in
 * one turn. The shapes of data, metadata and context are those of the core API that `@azure/functions` is written against.
 */

/** A message as it is posted: what is JSON through and through goes as its text, which both threads have written and read in a third of the time that V8's own copy takes. */
export type Posted<T> = T | string;

/** What was posted, as it was said. */
export const readPosted = <T>(posted: Posted<T>): T =>
  typeof posted === "string" ? (JSON.parse(posted) as T) : posted;

/** A value as it crosses between host and worker; exactly one member is set, none means "no value". */
export interface TypedData {
  string?: string;
  json?: string;
  bytes?: Uint8Array;
  int?: number;
  double?: number;
  http?: HttpRequestData;
  collectionString?: { string: string[] };
}

export interface HttpRequestData {
  method: string;
  url: string;
  nullableHeaders: Record<string, { value: string }>;
  nullableQuery: Record<string, { value: string }>;
  nullableParams: Record<string, { value: string }>;
  body?: { bytes: Uint8Array };
}

export interface HttpResponseData {
  statusCode?: string;
  headers?: Record<string, string>;
  cookies?: HttpCookie[];
  enableContentNegotiation?: boolean;
  body?: { string?: string; bytes?: Uint8Array } | null;
}

export interface HttpCookie {
  name: string;
  value: string;
  domain?: { value: string };
  path?: { value: string };
  expires?: { value: { seconds: number } };
  secure?: { value: boolean };
  httpOnly?: { value: boolean };
  maxAge?: { value: number };
  sameSite?: "none" | "lax" | "strict" | "explicitNone";
}

export interface Binding {
  type: string;
  direction: string;
  [option: string]: unknown;
}

interface Seconds {
  seconds: number;
}

/** `strategy` is `fixedDelay` or `exponentialBackoff`; a count of -1 means for ever. */
export interface RetryOptions {
  strategy: string;
  maxRetryCount: number;
  delayInterval?: Seconds;
  minimumInterval?: Seconds;
  maximumInterval?: Seconds;
}

/** A function as the application registered it. */
export interface RegisteredFunction {
  id: string;
  name: string;
  bindings: Record<string, Binding>;
  retryOptions?: RetryOptions;
}

export interface TraceContext {
  traceParent: string;
  traceState: string;
  attributes: Record<string, string>;
}

export interface RetryContext {
  retryCount: number;
  maxRetryCount: number;
  /** Missing on the first attempt. */
  exception?: { message: string; source: string; stackTrace: string };
}

export interface Invocation {
  functionId: string;
  invocationId: string;
  inputs: { name: string; data: TypedData }[];
  /**
   * Set for durable functions: the trigger's value itself, put in place of the first input, and the handler's value wanted as it is,
   * with one object that stands in two places still being one.
   */
  direct?: { value: unknown };
  /** Whether the values of outputs are wanted although the trigger's value is direct. */
  outputs?: boolean;
  triggerMetadata: Record<string, TypedData>;
  traceContext: TraceContext;
  retryContext?: RetryContext;
  /** What is recorded of it: its requests to the services say so. */
  span?: number;
}

export interface ThrownError {
  message: string;
  stack?: string;
  /** What it was caused by, in words: for the log alone, since Azure's host is not told. */
  because?: string;
}

export type InvocationReply =
  | {
      ok: true;
      returnValue?: (TypedData & { http?: HttpResponseData }) | null;
      outputData?: { name: string; data: TypedData }[];
      direct?: unknown;
    }
  | { ok: false; error: ThrownError };

export type LogLevelName = "trace" | "debug" | "information" | "warning" | "error" | "critical" | "none";

export type ToWorker =
  | { kind: "invoke"; sequence: number; invocation: Invocation }
  /** Answered with `wentRound` a tenth of a second of machine time later. */
  | { kind: "goRound" }
  /** Of requests to the services. */
  | { kind: "near"; message: ToAsker }
  | { kind: "stop" }
  /** The last of what it is told in its turn, where it works by turns: answered with `turnOver`. By `now` the time of its timers goes. */
  | { kind: "turn"; now: number };

export type FromWorker =
  | { kind: "loaded"; functions: RegisteredFunction[]; capabilities: Record<string, string>; files?: string[] }
  | { kind: "loadFailed"; error: ThrownError; needsTranspiler: boolean; files?: string[] }
  | { kind: "loadedMore"; files: string[] }
  | {
      kind: "log";
      level: LogLevelName;
      category: string;
      message: string;
      functionName?: string;
      invocationId?: string;
    }
  | { kind: "wentRound" }
  /** It has no more to do until it is told something, or `nextDue` has come. */
  | { kind: "turnOver"; nextDue?: number | undefined }
  | { kind: "near"; message: ToServers }
  | { kind: "done"; sequence: number; reply: InvocationReply };

/** What the worker thread is started with. */
export interface WorkerStart {
  root: string;
  /** What to load in place of `main` of the application's package.json. */
  main?: string | undefined;
  /** The shared cells of the `ServiceClock`. */
  clock: SharedArrayBuffer;
  hostVersion: string;
  /** Whether TypeScript is transpiled; otherwise Node strips its types. */
  transpile: boolean;
  /** Hosts, with their ports, of the services that record what a request comes from. */
  services: string[];
  /** Those of the services that are asked without a connection. */
  near: string[];
  /** Certificates (PEM) that the application is to trust, beside those that Node trusts. */
  trusted: string[];
  /** Whether to tell which files the application was loaded from. */
  tellFiles: boolean;
  /** Where it works by turns with its host, and its timers go by the time that it is told in each: what its chance comes from. */
  byTurns?: string | undefined;
}
