import type { OrchestrationContext, Task } from "durable-functions";
import { type OrderWork, type OrderWorked, orderWorkActivity } from "../../../contracts/order-work.ts";
import { patient } from "../../platform/activity-retries.ts";
import { waitUntil } from "../../platform/wait-until.ts";
import type { HandsAnswer, HandsRequest } from "./hands.ts";
import { handsActivity, type News, orderNews, type RobotStart, robotName, type Seen } from "./names.ts";

/** The result: the robot made the drink, somebody else handled the order, or there was not enough time left. */
export type RobotEnd = "made" | "passed on" | "too late";
type Way<T> = Generator<Task, T, unknown>;

/**
 * The robot's orchestration for one order. The order's document is authoritative: each command names the version that was seen, and is refused if the order has
 * changed since. So it does not matter whether an event comes late, twice or never.
 */
export function* robotWay(context: OrchestrationContext): Way<RobotEnd> {
  const start = context.df.getInput<RobotStart>();
  const { patience, making, deadline } = start;
  const now = () => context.df.currentUtcDateTime.getTime();
  let seen: Seen = start;
  let from = start.queuedAt;

  while (now() + making < deadline) {
    if (seen.state === "making") {
      // A person makes it. The robot may take it only if they return it to the queue.
      const news: Seen | undefined = yield* newer(context, seen, deadline);
      if (news === undefined) return "passed on";
      [seen, from] = [news, now()];
    } else if (seen.state !== "queued") return "passed on";
    else {
      const news: Seen | undefined = yield* newer(context, seen, Math.min(from + patience, deadline));
      const before = news ?? (yield* takeHands(context, start, seen));
      if (before === "late") return "too late";
      if (before !== undefined) {
        if (before.state === "queued") from = now();
        seen = before;
        continue;
      }
      const claimed = yield* work(context, "claim", seen.version);
      const end = claimed.done && claimed.order ? yield* make(context, claimed.order, making, deadline) : undefined;
      yield* hands(context, start, "leave");
      if (end !== undefined) return end;
      if (claimed.order === undefined) return "passed on";
      [seen, from] = [claimed.order, now()];
    }
  }
  return "too late";
}

/** Makes a claimed drink and marks it as ready, unless somebody has taken the order from the robot. */
function* make(context: OrchestrationContext, claimed: Seen, making: number, deadline: number): Way<RobotEnd> {
  const until = Math.min(context.df.currentUtcDateTime.getTime() + making, deadline);
  if ((yield* newer(context, claimed, until)) !== undefined) return "passed on";
  let order: OrderWorked["order"] = { ...claimed, own: true };
  while (order?.own && order.state === "making") {
    const ready: OrderWorked = yield* work(context, "ready", order.version);
    if (ready.done) return "made";
    order = ready.order;
  }
  return "passed on";
}

/** Waits until the order has the robot's hands. @returns `undefined` then; otherwise what happened to the order before, or that it is too late */
function* takeHands(context: OrchestrationContext, start: RobotStart, seen: Seen): Way<Seen | "late" | undefined> {
  const last = start.deadline - start.making;
  for (;;) {
    const answer = yield* hands(context, start, "take");
    if (!("again" in answer)) return undefined;
    const again = Date.parse(answer.again);
    const news = yield* told(context, Math.min(again, last), (one) => "free" in one || isNewer(one, seen));
    if (news === undefined ? again < last : "free" in news) continue;
    yield* hands(context, start, "leave");
    return news === undefined || "free" in news ? "late" : news;
  }
}

/** Waits for a newer state of the order until a moment (ms). */
function* newer(context: OrchestrationContext, seen: Seen, until: number): Way<Seen | undefined> {
  return (yield* told(context, until, (news) => isNewer(news, seen))) as Seen | undefined;
}

const isNewer = (news: News, { version }: Seen) => "version" in news && news.version > version;

function told(context: OrchestrationContext, until: number, fits: (news: News) => boolean): Way<News | undefined> {
  const fitsToo = (news: News | null) => news !== null && fits(news);
  return waitUntil<News | null>(context, orderNews, new Date(until), fitsToo) as Way<News | undefined>;
}

function* hands(context: OrchestrationContext, start: RobotStart, ask: HandsRequest["ask"]): Way<HandsAnswer> {
  const { storeId, orderId, queuedAt: since, deadline: lapsesAt, making } = start;
  const request: HandsRequest = { storeId, orderId, ask, since, lapsesAt, making };
  return (yield context.df.callActivityWithRetry(handsActivity, patient, request)) as HandsAnswer;
}

function* work(context: OrchestrationContext, command: OrderWork["command"], version: number): Way<OrderWorked> {
  const { storeId, orderId } = context.df.getInput<RobotStart>();
  const as = { extension: "barista-robot", name: robotName };
  const given: OrderWork = { storeId, orderId, command, version, as };
  return (yield context.df.callActivityWithRetry(orderWorkActivity, patient, given)) as OrderWorked;
}
