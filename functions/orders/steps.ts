import type { OrderProgress, OrderRef } from "../../contracts/workflow.ts";
import { businessDay } from "../platform/business-day.ts";
import { catalogPage } from "../platform/catalog-page.ts";
import { inTurn } from "../platform/in-turn.ts";
import type { Stored } from "../platform/stored.ts";
import { create, replace } from "../platform/transaction.ts";
import { type Order, progressOf } from "./order.ts";
import { type Numbers, newNumbers, readNumbers, readOrder, saveNext } from "./orders-container.ts";
import { type Actor, decide, type Request } from "./rules.ts";

/** Each round lost means that someone else's write went through; in one process, numbers are given in turn. */
const rounds = 20;

const workflow: Actor = { id: "workflow", parts: ["workflow"] };

/**
 * Activity: gives a submitted order its number and puts it into the queue. Does nothing to an order in any other state.
 * @returns what the order is.
 */
export function number(ref: OrderRef, traceparent?: string): Promise<OrderProgress> {
  return inTurn(`number:${ref.storeId}`, () =>
    step(ref, async (before) => {
      if (before.document.state !== "submitted") return before.document;
      const [{ store }, stored] = await Promise.all([catalogPage(ref.storeId), readNumbers(ref.storeId)]);
      const numbers = stored?.document ?? newNumbers(ref.storeId);
      const now = Date.now();
      const next = nextNumber(numbers, businessDay(now, store.timeZone));
      const deadline = new Date(now + store.makingMinutes * 60_000).toISOString();
      const request: Request = { command: "number", number: next.lastNumber, deadline };
      const taken: Numbers = { ...numbers, ...next };
      const take = stored === undefined ? create(taken) : replace(taken, stored.etag);
      return save(before, request, now, traceparent, [take]);
    }),
  );
}

/**
 * Activity: ends an order whose time is over. Does nothing to one that is done, or that has been given more time.
 * @returns what the order is.
 */
export function expire(ref: OrderRef, traceparent?: string): Promise<OrderProgress> {
  return step(ref, (before) => save(before, { command: "expire" }, Date.now(), traceparent));
}

/** The number after the last one: they count from 1 each business day. A clock that is behind does not bring an old day back. */
export function nextNumber(
  last: Pick<Numbers, "lastNumber" | "day">,
  today: string,
): { lastNumber: number; day: string } {
  return today > last.day ? { lastNumber: 1, day: today } : { lastNumber: last.lastNumber + 1, day: last.day };
}

async function step(
  { storeId, orderId }: OrderRef,
  take: (before: Stored<Order>) => Promise<Order | undefined>,
): Promise<OrderProgress> {
  for (let round = 0; round < rounds; round++) {
    const before = await readOrder(storeId, orderId);
    if (before === undefined) throw new Error(`There is no order ${orderId} in the store ${storeId}.`);
    const order = await take(before);
    if (order) return progressOf(order);
  }
  throw new Error(`Order ${orderId} could not be moved on in ${rounds} rounds: others were first each time.`);
}

/** The order after the workflow's step, as it was when the step does not fit it; `undefined` when someone else wrote first. */
async function save(
  before: Stored<Order>,
  request: Request,
  now: number,
  traceparent: string | undefined,
  also: Parameters<typeof saveNext>[4] = [],
): Promise<Order | undefined> {
  const decision = decide(before.document, request, workflow, now);
  if (decision.kind !== "change") return before.document;
  const saved = await saveNext(before, decision.order, decision.event, traceparent, also);
  return saved ? decision.order : undefined;
}
