import * as z from "zod";
import { moment } from "./common.ts";
import { orderView } from "./order.ts";

/** Why a request was refused; stable, for programs. The texts beside it are for people and may change. */
export const problemCodes = [
  "bad-request",
  "too-large",
  "not-json",
  "not-signed-in",
  "forbidden",
  "not-found",
  "unknown-store",
  "store-closed",
  "code-unknown",
  "code-over",
  "code-exhausted",
  "order-state",
  "order-version",
  "order-held",
  "drink-unavailable",
  "bad-option",
  "challenge-over",
  "wrong-code",
  "resend-too-soon",
  "too-many-requests",
  "sms-refused",
  "number-not-served",
  "country-not-served",
  "codes-used-up",
  "document-changed",
  "document-invalid",
  "try-again",
  "internal",
] as const;
export type ProblemCode = (typeof problemCodes)[number];

/** The body of every error (RFC 9457, application/problem+json). */
export const problem = z.object({
  /** `urn:crema:problem:<code>`. */
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.enum(problemCodes),
  /** Which parts of the request were wrong. */
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  /** The order as it is, where a command did not fit it. */
  order: orderView.optional(),
  /** When it is worth trying again. */
  retryAt: moment.optional(),
  /** Wrong codes that may still be tried. */
  attemptsLeft: z.int().nonnegative().optional(),
});
export type Problem = z.infer<typeof problem>;
