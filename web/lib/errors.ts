import type { ProblemCode } from "../../contracts/problem.ts";
import { ApiError, NetworkError } from "./api.ts";
import { formatRemaining } from "./format.ts";
import { errors } from "./strings/common.ts";
import { t } from "./text.ts";

/** Refusals that are over at a moment which the server tells. */
const waits: readonly ProblemCode[] = ["resend-too-soon", "too-many-requests"];

/** When it is over, where the server tells of that. */
const overAt = ({ problem: { code, retryAt } }: ApiError): string | undefined =>
  waits.includes(code) ? retryAt : undefined;

/** Whether what is told of it counts down to the moment at which it is over. */
export function countsDown(error: unknown): boolean {
  return error instanceof ApiError && overAt(error) !== undefined;
}

/** What to tell a person about a failed request: what happened and what to do. `now` is the server's time in ms. */
export function describe(error: unknown, now: number): string {
  if (error instanceof NetworkError) return errors.network;
  if (!(error instanceof ApiError)) return errors.unexpected;
  const { code, attemptsLeft } = error.problem;
  if (error.byHost && code === "not-found") return errors.switchedOff;
  if (code === "wrong-code" && attemptsLeft !== undefined && attemptsLeft > 0)
    return t(errors.wrongCode, { n: attemptsLeft });
  const over = overAt(error);
  if (over !== undefined) return t(errors.waitFor, { time: formatRemaining(Date.parse(over) - now) });
  // A server that is newer than this page may have codes that it does not know.
  return Object.hasOwn(errors.byCode, code) ? errors.byCode[code as keyof typeof errors.byCode] : errors.unexpected;
}
