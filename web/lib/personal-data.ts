import { ApiError, codeOf } from "./api.ts";
import { describe } from "./errors.ts";
import { formatAge } from "./format.ts";
import { account as words } from "./strings/account.ts";
import { t } from "./text.ts";

/** Why somebody's data could not be returned or deleted. `now` is the server's time in ms. */
export function refusalText(error: unknown, now: number): string {
  const code = codeOf(error);
  if (code === "orders-open" || code === "works-here") return words.refused[code];
  const retryAt = error instanceof ApiError ? error.problem.retryAt : undefined;
  const wait = retryAt === undefined ? 0 : Date.parse(retryAt) - now;
  // This limit is per day; all others are per minute.
  if (code === "too-many-requests" && wait > 120_000) return t(words.again, { time: formatAge(wait) });
  return describe(error, now);
}
