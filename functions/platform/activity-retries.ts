import { RetryOptions } from "durable-functions";

/**
 * Has activities tried again for six hours, as long as a scan is known, each pause twice the one before, up to a minute. A workflow that gives up leaves to others what only it knows: an order that is not
 * there yet, a scan that is to be given back, a drink in hand. All its activities answer with what the document says by then, so what comes late does nothing that is over.
 */
export const patient = new RetryOptions(1_000, 366);
patient.backoffCoefficient = 2;
patient.maxRetryIntervalInMilliseconds = 60_000;
