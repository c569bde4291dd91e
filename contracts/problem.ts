import * as z from "zod";
import { moment } from "./common.ts";
import { mistakes } from "./mistakes.ts";
import { orderView } from "./order.ts";

/** Why a request was refused. The codes are stable and for programs; the texts are for people and may change. */
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

/** One mistake in a request, with its place. For a document it also has a kind, since screens have their own text for each kind. */
export const placedProblem = z.object({
  path: z.string().describe("The place, such as `options[0].name`."),
  message: z.string().describe("What is wrong: a text that continues the place."),
  mistake: z
    .enum(mistakes)
    .optional()
    .describe("For a document: the kind of mistake. Stable, so that screens can have their own text for it."),
  limit: z.number().optional().describe("The minimum or maximum that is allowed."),
  names: z.string().optional().describe("The names of the unknown fields, or of the documents that use this one."),
});

/** The body of every error (RFC 9457, application/problem+json). */
export const problem = z.object({
  type: z.string().describe("`urn:crema:problem:<code>`."),
  title: z.string().describe("A short text, the same for all problems with this code."),
  status: z.int().describe("The HTTP status."),
  detail: z.string().describe("What is wrong with this request, and what would be right; for people."),
  code: z.enum(problemCodes).describe("Why the request was refused; stable, for programs."),
  errors: z.array(placedProblem).optional().describe("The mistakes in the request, each with its place."),
  order: orderView.optional().describe("The current order, if a command was refused because of its state or version."),
  retryAt: moment.optional().describe("When a retry can succeed."),
  opensAt: moment.optional().describe("When the store admits customers again, if its hours or a pause determine that."),
  attemptsLeft: z.int().nonnegative().optional().describe("The number of attempts that are left."),
});
export type Problem = z.infer<typeof problem>;
