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
  "store-paused",
  "code-unknown",
  "code-over",
  "code-exhausted",
  "order-state",
  "order-version",
  "order-held",
  "recall-over",
  "queue-full",
  "drink-unavailable",
  "choice-unavailable",
  "bad-option",
  "challenge-over",
  "wrong-code",
  "pairing-over",
  "orders-open",
  "works-here",
  "resend-too-soon",
  "too-many-requests",
  "sms-refused",
  "number-not-served",
  "country-not-served",
  "codes-used-up",
  "texts-off",
  "document-changed",
  "document-invalid",
  "too-many-stores",
  "try-again",
  "internal",
] as const;
export type ProblemCode = (typeof problemCodes)[number];

/** One thing that is wrong, with where. In a document also what kind of mistake it is, for screens that have words of their own for it. */
export const placedProblem = z.object({
  path: z.string().describe("Where, such as `options[0].name`."),
  message: z.string().describe("What is wrong, in words that go on from the place."),
  mistake: z
    .enum(mistakes)
    .optional()
    .describe("In a document: what kind of mistake it is. Stable, for screens with words of their own."),
  limit: z.number().optional().describe("What it may be at least or at most."),
  names: z.string().optional().describe("The fields that do not belong there."),
});

/** The body of every error (RFC 9457, application/problem+json). */
export const problem = z.object({
  type: z.string().describe("`urn:crema:problem:<code>`."),
  title: z.string().describe("The same for every problem of the code."),
  status: z.int().describe("The HTTP status."),
  detail: z.string().describe("What was wrong here, and what would be right; for people."),
  code: z.enum(problemCodes).describe("Why the request was refused; stable, for programs."),
  errors: z.array(placedProblem).optional().describe("Which parts of the request were wrong."),
  order: orderView.optional().describe("The order as it is, where a command did not fit it."),
  retryAt: moment.optional().describe("When it is worth trying again."),
  opensAt: moment.optional().describe("When the store lets people in again, where its hours or a pause say so."),
  attemptsLeft: z.int().nonnegative().optional().describe("Wrong codes that may still be tried."),
});
export type Problem = z.infer<typeof problem>;
