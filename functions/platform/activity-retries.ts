import { RetryOptions } from "durable-functions";

/**
 * The retry policy of activities: exponential back-off up to a minute, for six hours, which is as long as a scan is known. An orchestration that gives
 * up loses what only it knows: an order that does not exist yet, a scan to be returned, a drink in progress. A late retry does no harm, since all
 * activities act on the document's current state.
 */
export const patient = new RetryOptions(1_000, 366);
patient.backoffCoefficient = 2;
patient.maxRetryIntervalInMilliseconds = 60_000;
