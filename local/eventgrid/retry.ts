const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** The delays after the first, second, … failed attempt; the last one repeats. Documented as best effort. */
const schedule = [
  10 * second,
  30 * second,
  1 * minute,
  5 * minute,
  10 * minute,
  30 * minute,
  1 * hour,
  3 * hour,
  6 * hour,
  12 * hour,
];

/** Minimum delays after statuses for which an early retry is pointless. */
const leastWait = new Map([
  [404, 5 * minute],
  [408, 2 * minute],
  [503, 30 * second],
]);

/** Statuses after which Event Grid does not retry: for webhooks, and for Azure resources. */
const final = { webhook: new Set([400, 401, 403, 413]), queue: new Set([400, 403, 413]) };

/** The timeout of a delivery attempt. */
export const answerTimeout = 30 * second;

/** Why there was no response, or why a webhook was not called: it has not passed the handshake. */
export type Failure = "TimedOut" | "SocketError" | "ResolutionError" | "NotValidated";

/** The result of a delivery attempt: an HTTP status, or a failure without a response. */
export type Outcome = { status: number } | { failure: Failure };

/** Only these statuses count as delivered; every other response is a failure, including redirects. */
export const isDelivered = (outcome: Outcome) => "status" in outcome && outcome.status >= 200 && outcome.status <= 204;

/**
 * Whether Event Grid gives up after this outcome, without another attempt.
 * After https://learn.microsoft.com/azure/event-grid/delivery-and-retry
 */
export const isFinal = (outcome: Outcome, to: keyof typeof final) =>
  "status" in outcome && final[to].has(outcome.status);

/**
 * The delay until the next attempt in milliseconds.
 * @param attempts failed attempts so far, from 1.
 * @param spread from 0 to 1: the small random part that Event Grid adds, so that retries are not synchronized.
 */
export function retryDelay(attempts: number, outcome: Outcome, spread: number): number {
  const wait = schedule[Math.min(attempts, schedule.length) - 1] ?? 12 * hour;
  const least = "status" in outcome ? (leastWait.get(outcome.status) ?? 0) : 0;
  return Math.round(Math.max(wait, least) * (1 + spread / 10));
}

/** The name of an outcome in a dead letter (`lastDeliveryOutcome`). */
export function outcomeName(outcome: Outcome): string {
  if ("failure" in outcome) return outcome.failure;
  const names: Record<number, string> = {
    400: "BadRequest",
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    408: "TimedOut",
    413: "PayloadTooLarge",
    429: "Busy",
    503: "Busy",
  };
  return names[outcome.status] ?? "GenericError";
}
