import type { ProblemCode } from "../../contracts/problem.ts";
import { ApiError, NetworkError } from "./api.ts";
import { formatRemaining } from "./format.ts";
import { errors } from "./strings/common.ts";
import { t } from "./text.ts";

/** Refusals that end at a moment which the server gives. */
const waits: readonly ProblemCode[] = ["resend-too-soon", "too-many-requests"];

/** When the refusal ends, if the server says so. */
const overAt = ({ problem: { code, retryAt } }: ApiError): string | undefined =>
  waits.includes(code) ? retryAt : undefined;

/** Whether the error's description counts down to the end of the refusal. */
export function countsDown(error: unknown): boolean {
  return error instanceof ApiError && overAt(error) !== undefined;
}

/** The description of a failed request for a user: what happened and what to do. `now` is the server's time in ms. */
export function describe(error: unknown, now: number): string {
  if (error instanceof NetworkError) return errors.network;
  if (!(error instanceof ApiError)) return errors.unexpected;
  const { code, attemptsLeft } = error.problem;
  if (error.byHost && code === "not-found") return errors.switchedOff;
  if (code === "wrong-code" && attemptsLeft !== undefined && attemptsLeft > 0)
    return t(errors.wrongCode, { n: attemptsLeft });
  const over = overAt(error);
  if (over !== undefined) return t(errors.waitFor, { time: formatRemaining(Date.parse(over) - now) });
  // A server that is newer than this page may send unknown codes.
  return Object.hasOwn(errors.byCode, code) ? errors.byCode[code as keyof typeof errors.byCode] : errors.unexpected;
}
