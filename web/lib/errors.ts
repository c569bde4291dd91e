import { ApiError, NetworkError } from "./api.ts";
import { formatRemaining } from "./format.ts";
import { errors } from "./strings/common.ts";
import { t } from "./text.ts";

/** What to tell a person about a failed request: what happened and what to do. `now` is the server's time in ms. */
export function describe(error: unknown, now: number): string {
  if (error instanceof NetworkError) return errors.network;
  if (!(error instanceof ApiError)) return errors.unexpected;
  const { code, detail, retryAt, attemptsLeft } = error.problem;
  if (code === "wrong-code" && attemptsLeft !== undefined) return t(errors.wrongCode, { n: attemptsLeft });
  if ((code === "resend-too-soon" || code === "too-many-requests") && retryAt !== undefined)
    return t(errors.waitFor, { time: formatRemaining(Date.parse(retryAt) - now) });
  const known: Partial<Record<typeof code, string>> = errors.byCode;
  return known[code] ?? detail;
}
