import type { HttpResponseInit } from "@azure/functions";
import { fewProblems, quotable } from "../../contracts/bounded.ts";
import type { Problem, ProblemCode } from "../../contracts/problem.ts";

/** The HTTP status of each problem. */
export const statuses: Record<ProblemCode, number> = {
  "bad-request": 400,
  "too-large": 413,
  "not-json": 415,
  "not-signed-in": 401,
  forbidden: 403,
  "not-found": 404,
  "unknown-store": 404,
  "store-closed": 409,
  "store-paused": 409,
  "code-unknown": 404,
  "code-over": 410,
  "code-exhausted": 409,
  "order-state": 409,
  "order-version": 409,
  "order-held": 409,
  "recall-over": 409,
  "queue-full": 409,
  "drink-unavailable": 409,
  "choice-unavailable": 409,
  "bad-option": 400,
  "challenge-over": 410,
  "wrong-code": 403,
  "pairing-over": 410,
  "orders-open": 409,
  "works-here": 409,
  "resend-too-soon": 429,
  "too-many-requests": 429,
  "sms-refused": 400,
  "number-not-served": 400,
  "country-not-served": 400,
  "codes-used-up": 503,
  "texts-off": 409,
  "document-changed": 412,
  "document-invalid": 400,
  "too-many-stores": 409,
  "try-again": 503,
  internal: 500,
};

/** The title of each problem, for people. */
export const titles: Record<ProblemCode, string> = {
  "bad-request": "The request is invalid",
  "too-large": "The request is too large",
  "not-json": "The request is not JSON",
  "not-signed-in": "Please sign in",
  forbidden: "Not allowed",
  "not-found": "Not found",
  "unknown-store": "No such store",
  "store-closed": "The store is closed",
  "store-paused": "The store is paused",
  "code-unknown": "Unknown code",
  "code-over": "This code has expired",
  "code-exhausted": "This code is used up",
  "order-state": "The order is in another state",
  "order-version": "The order has changed",
  "order-held": "Someone else is making it",
  "recall-over": "Too late to take it back",
  "queue-full": "The queue is full",
  "drink-unavailable": "Not on the menu",
  "choice-unavailable": "A choice is sold out",
  "bad-option": "The options do not fit the drink",
  "challenge-over": "The code has expired",
  "wrong-code": "Wrong code",
  "pairing-over": "No screen shows this code",
  "orders-open": "An order is still on its way",
  "works-here": "They work here",
  "resend-too-soon": "A code was sent just now",
  "too-many-requests": "Too many tries",
  "sms-refused": "No message can be sent to this number",
  "number-not-served": "Not the number of a mobile phone",
  "country-not-served": "No codes are sent to this country",
  "codes-used-up": "No more codes are sent at the moment",
  "texts-off": "No messages are sent here",
  "document-changed": "Someone changed it meanwhile",
  "document-invalid": "The document is invalid",
  "too-many-stores": "Too many stores",
  "try-again": "Please try again",
  internal: "Something went wrong",
};

const longestDetail = 1_000;

/**
 * Thrown anywhere below a route to refuse a request; the route replies with the problem. The detail may quote the request: it is shortened, so that the reply
 * stays small.
 */
export class Refusal extends Error {
  readonly problem: Problem;

  constructor(
    code: ProblemCode,
    detail: string,
    more: Partial<Pick<Problem, "errors" | "order" | "retryAt" | "opensAt" | "attemptsLeft">> = {},
  ) {
    super(detail);
    this.name = "Refusal";
    this.problem = {
      type: `urn:crema:problem:${code}`,
      title: titles[code],
      status: statuses[code],
      detail: quotable(detail, longestDetail),
      code,
      ...more,
      ...(more.errors && { errors: fewProblems(more.errors) }),
    };
  }
}

/**
 * The refusal of a request because one part is invalid.
 * @param path the part, such as `phone` @param message what is wrong, as the end of a sentence that begins with the path
 */
export function wrongPart(path: string, message: string): Refusal {
  return new Refusal("bad-request", `${path} ${message}`, { errors: [{ path, message }] });
}

/** The HTTP form of a problem (RFC 9457). */
export function problemResponse(problem: Problem): HttpResponseInit {
  const retryAfter = problem.retryAt && Math.max(0, Math.ceil((Date.parse(problem.retryAt) - Date.now()) / 1000));
  return {
    status: problem.status,
    headers: {
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      ...(retryAfter === undefined || retryAfter === "" ? {} : { "retry-after": String(retryAfter) }),
      ...(problem.status === 401 ? { "www-authenticate": "Bearer" } : {}),
    },
    body: JSON.stringify(problem),
  };
}
