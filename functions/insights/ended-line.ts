import type { OrderView } from "../../contracts/order.ts";
import type { RefusedScans } from "../../contracts/scans.ts";
import { traceNow } from "../platform/order-trace.ts";
import { lastStep } from "./facts.ts";

/**
 * The log line for an order that has ended, which the workbook and the alert on Azure query: JSON, durations in seconds, no personal data. `wait` is the
 * customer's waiting time, also if they waited in vain.
 */
export function endedLine(order: OrderView): string {
  const { id, storeId, state, end, drink, counter, createdAt, submittedAt, claimedAt, readyAt, endedAt } = order;
  const seconds = (from: string | undefined, to: string | undefined) =>
    from === undefined || to === undefined ? undefined : (Date.parse(to) - Date.parse(from)) / 1000;
  const served = readyAt !== undefined;
  return JSON.stringify({
    crema: "order-ended",
    order: id,
    store: storeId,
    state,
    ...(!served && state !== "refused" && { step: lastStep(order) }),
    by: end?.by,
    reason: end?.why ?? end?.reason,
    drink: drink?.id,
    placed: counter && "counter",
    choose: counter ? undefined : seconds(createdAt, submittedAt),
    wait: seconds(submittedAt, readyAt ?? endedAt),
    make: seconds(claimedAt, readyAt),
    counter: state === "collected" ? seconds(readyAt, endedAt) : undefined,
    trace: traceNow(),
  });
}

/** The log line for scans that began no order, with counts by the code of the problem in the reply. */
export function refusedLine({ storeId, from, counts, more }: RefusedScans): string {
  return JSON.stringify({ crema: "scans-refused", store: storeId, from, counts, more });
}
