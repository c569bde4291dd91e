import * as z from "zod";
import { moment } from "./common.ts";
import { mistakes } from "./mistakes.ts";
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

/** One thing that is wrong, with where. In a document also what kind of mistake it is, for screens that have words of their own for it. */
export const placedProblem = z.object({
  path: z.string(),
  message: z.string(),
  mistake: z.enum(mistakes).optional(),
  /** What it may be at least or at most. */
  limit: z.number().optional(),
  /** The fields that do not belong there. */
  names: z.string().optional(),
});

/** The body of every error (RFC 9457, application/problem+json). */
export const problem = z.object({
  /** `urn:crema:problem:<code>`. */
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.enum(problemCodes),
  /** Which parts of the request were wrong. */
  errors: z.array(placedProblem).optional(),
  /** The order as it is, where a command did not fit it. */
  order: orderView.optional(),
  /** When it is worth trying again. */
  retryAt: moment.optional(),
  /** Wrong codes that may still be tried. */
  attemptsLeft: z.int().nonnegative().optional(),
});
export type Problem = z.infer<typeof problem>;
