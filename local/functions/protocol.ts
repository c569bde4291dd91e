import type { ToAsker, ToServers } from "../kernel/near/protocol.ts";

/**
 * The messages between the host and the application's worker thread. Each `postMessage` carries an array of them: those of one turn. Data, metadata
 * and context have the shapes of the core API that `@azure/functions` is written against.
 */

/** A posted message. Pure JSON is sent as text: writing and parsing it takes a third of the time of V8's structured clone. */
export type Posted<T> = T | string;

/** The original message. */
export const readPosted = <T>(posted: Posted<T>): T =>
  typeof posted === "string" ? (JSON.parse(posted) as T) : posted;

/** A value as it is passed between host and worker. Exactly one member is set; none means "no value". */
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

/** `strategy` is `fixedDelay` or `exponentialBackoff`; a count of -1 means unlimited. */
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
  /** Absent on the first attempt. */
  exception?: { message: string; source: string; stackTrace: string };
}

export interface Invocation {
  functionId: string;
  invocationId: string;
  inputs: { name: string; data: TypedData }[];
  /**
   * Set for durable functions: the trigger's value replaces the first input, and the handler's value is returned unchanged, so that an object that
   * occurs twice is still one object.
   */
  direct?: { value: unknown };
  /** Whether the values of outputs are returned although the trigger's value is direct. */
  outputs?: boolean;
  triggerMetadata: Record<string, TypedData>;
  traceContext: TraceContext;
  retryContext?: RetryContext;
  /** Its span, which its requests to the services name as their cause. */
  span?: number;
}

export interface ThrownError {
  message: string;
  stack?: string;
  /** The cause of the error as text: only for the log, since Azure's host does not get it. */
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
  /** The reply is `wentRound`, a tenth of a second of machine time later. */
  | { kind: "goRound" }
  /** A response to a request to the services. */
  | { kind: "near"; message: ToAsker }
  | { kind: "stop" }
  /** Ends the messages of a turn, if the thread runs by turns; the reply is `turnOver`. Its timers use the time `now`. */
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
  /** It has nothing more to do until it gets a message or `nextDue` has come. */
  | { kind: "turnOver"; nextDue?: number | undefined }
  | { kind: "near"; message: ToServers }
  | { kind: "done"; sequence: number; reply: InvocationReply };

/** The start parameters of the worker thread. */
export interface WorkerStart {
  root: string;
  /** Loaded in place of `main` of the application's package.json. */
  main?: string | undefined;
  /** The shared cells of the `ServiceClock`. */
  clock: SharedArrayBuffer;
  hostVersion: string;
  /** Whether TypeScript is transpiled; otherwise Node strips its types. */
  transpile: boolean;
  /** Hosts, with their ports, of the services that record the cause of a request. */
  services: string[];
  /** The services among them that are called without a connection. */
  near: string[];
  /** Certificates (PEM) that the application has to trust, besides those that Node trusts. */
  trusted: string[];
  /** Whether to report the files that the application was loaded from. */
  tellFiles: boolean;
  /** Set if it runs by turns with its host, with timers that use the time of each turn: the seed of its randomness. */
  byTurns?: string | undefined;
}
