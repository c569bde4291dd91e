import type { OrchestrationContext, Task } from "durable-functions";
import { orderEventId } from "../contracts/events.ts";
import type { OrderState } from "../contracts/order-states.ts";
import {
  activities,
  type GiveBackScan,
  type OrderProgress,
  type OrderRef,
  type OrderResumption,
  type OrderSignal,
  type OrderStart,
  orderEvent,
} from "../contracts/workflow.ts";
import { patient } from "../functions/platform/activity-retries.ts";
import { waitUntil } from "../functions/platform/wait-until.ts";

/**
 * The way of an order. It owns time and sequence only: what the order is, the order's document says, and each activity
 * answers with it. So it does not matter whether an event came late, twice or never.
 */
export function* orderWay(context: OrchestrationContext): Generator<Task, OrderProgress, unknown> {
  const start = context.df.getInput<OrderStart | OrderResumption>();
  const { orderId, storeId, traceparent } = start;
  const ref: OrderRef = { orderId, storeId, ...(traceparent && { traceparent }) };

  // One that was recalled goes on at the bar; its scan and its number are settled. One that was placed at the counter has no scan.
  if ("from" in start) {
    const from =
      start.from.state === "submitted" ? yield* call<OrderProgress>(context, activities.number, ref) : start.from;
    return yield* waitWhile(context, from, ref, ["queued", "making"]);
  }
  let order = yield* call<OrderProgress>(context, activities.admit, start);
  order = yield* waitWhile(context, order, ref, ["choosing"]);
  // At a deadline the document may say that it was submitted after all; then it goes on from there.
  if (order.state === "submitted") order = yield* call(context, activities.number, ref);
  order = yield* waitWhile(context, order, ref, ["queued", "making"]);
  if (cameToNothing.includes(order.state) && !order.numbered) {
    const causationid = orderEventId(orderId, order.version);
    const { customerId, window } = start;
    const scan: GiveBackScan = { ...ref, customerId, window, causationid };
    yield* call(context, activities.giveBackScan, scan);
  }
  return order;
}

/** Who ends here without a number has used no scan: it goes back to the code, for somebody else or for another try. */
const cameToNothing: OrderState[] = ["refused", "cancelled", "expired"];

/** Waits while the order is in one of these states: until an event tells that it has left them, or it has expired. */
function* waitWhile(
  context: OrchestrationContext,
  order: OrderProgress,
  ref: OrderRef,
  states: OrderState[],
): Generator<Task, OrderProgress, unknown> {
  let current = order;
  while (states.includes(current.state)) {
    const { deadline, version } = current;
    const left = (signal: OrderSignal | null) =>
      signal !== null && signal.version > version && !states.includes(signal.state);
    // A signal brings no deadline; the activity, which expires nothing before its time, tells it.
    const signal = deadline === undefined ? null : yield* waitUntil(context, orderEvent, new Date(deadline), left);
    if (signal?.traceparent) ref.traceparent = signal.traceparent;
    current = signal
      ? { ...signal, numbered: current.numbered === true || signal.numbered === true }
      : yield* call<OrderProgress>(context, activities.expire, ref);
  }
  return current;
}

function* call<T>({ df }: OrchestrationContext, activity: string, input: unknown): Generator<Task, T, unknown> {
  return (yield df.callActivityWithRetry(activity, patient, input)) as T;
}
