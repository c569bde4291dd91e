import type { HttpResponseData, ThrownError, TypedData } from "./protocol.ts";

/** `handler`: the code threw. `timeout`: it exceeded functionTimeout. `worker`: its thread ended. */
export type FailureCause = "handler" | "timeout" | "worker";

export type InvocationResult =
  | { ok: true; returnValue: (TypedData & { http?: HttpResponseData }) | null; direct: unknown }
  | {
      ok: false;
      cause: FailureCause;
      error: ThrownError;
      /** With the cause `worker`: the code with which the thread ended by itself while it ran the code. */
      exitCode?: number | undefined;
    };
