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
 * The order orchestration. It controls only time and sequence. The order's state is in its document, and each activity returns it. So it does not
 * matter whether an event comes late, twice or never.
 */
export function* orderWay(context: OrchestrationContext): Generator<Task, OrderProgress, unknown> {
  const start = context.df.getInput<OrderStart | OrderResumption>();
  const { orderId, storeId, traceparent } = start;
  const ref: OrderRef = { orderId, storeId, ...(traceparent && { traceparent }) };

  // A recalled order continues at the bar; its scan and number are settled. An order at the counter has no scan.
  if ("from" in start) {
    const from =
      start.from.state === "submitted" ? yield* call<OrderProgress>(context, activities.number, ref) : start.from;
    return yield* waitWhile(context, from, ref, ["queued", "making"]);
  }
  let order = yield* call<OrderProgress>(context, activities.admit, start);
  order = yield* waitWhile(context, order, ref, ["choosing"]);
  // At the deadline, the document may say that the order was submitted after all. Then it continues from there.
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

/** If an order ends in one of these states without a number, its scan is returned to the code, for somebody else or for another try. */
const cameToNothing: OrderState[] = ["refused", "cancelled", "expired"];

/** Waits while the order is in one of these states: until an event says that it has left them, or until it has expired. */
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
    // A signal contains no deadline. The activity returns it, and expires nothing before its time.
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
