import type { OperationInput } from "@azure/cosmos";
import type { OrderProgress, OrderRef } from "../../contracts/workflow.ts";
import { businessDay } from "../platform/business-day.ts";
import { catalogPage } from "../platform/catalog-page.ts";
import { container } from "../platform/clients.ts";
import { inTurn } from "../platform/in-turn.ts";
import { kept } from "../platform/kept.ts";
import type { Stored } from "../platform/stored.ts";
import { create, replace, transact } from "../platform/transaction.ts";
import { barChanged } from "./bar.ts";
import { type Order, progressOf } from "./order.ts";
import { type Numbers, newNumbers, readNumbers, readOrder, rememberedOrder, writeNext } from "./orders-container.ts";
import { decide, workflow } from "./rules.ts";
import { wasWritten } from "./written.ts";

/** Each round lost means that someone else's write went through; in one process, numbers are given in turn. */
const rounds = 20;
/** So many orders get their numbers in one transaction: two operations each, and a hundred are allowed. */
const most = 40;

interface Waiting {
  ref: OrderRef;
  traceparent: string | undefined;
  done(progress: OrderProgress): void;
  failed(error: unknown): void;
}

const waiting = new Map<string, Waiting[]>();

/** The numbers as this process wrote them last. Whoever writes on from them does so only if they still are so. */
const written = new Map<string, Stored<Numbers>>();

/**
 * Activity: gives a submitted order its number and puts it into the queue. Does nothing to an order in any other state. Orders that wait for one at the
 * same time get theirs in one transaction, in the order in which they came.
 * @returns what the order is.
 */
export function number(ref: OrderRef, traceparent?: string): Promise<OrderProgress> {
  return new Promise((done, failed) => {
    const { storeId } = ref;
    const queue = waiting.get(storeId) ?? [];
    waiting.set(storeId, [...queue, { ref, traceparent, done, failed }]);
    void inTurn(`number:${storeId}`, () => numberThose(storeId, takeSome(storeId)));
  });
}

/** Nobody, where an earlier turn took them with its own. */
function takeSome(storeId: string): Waiting[] {
  const all = waiting.get(storeId) ?? [];
  if (all.length > most) waiting.set(storeId, all.slice(most));
  else waiting.delete(storeId);
  return all.slice(0, most);
}

/** The day that numbers count for changes with a store's time zone, and at its midnight; a zone that was changed may wait a little. */
const timeZoneOf = kept(60_000, async (storeId) => (await catalogPage(storeId)).store.timeZone);

async function numberThose(storeId: string, those: Waiting[]): Promise<void> {
  let left = those;
  try {
    for (let round = 0; round < rounds && left.length > 0; round++) left = await tryToNumber(storeId, left);
    if (left.length > 0) throw new Error(`No numbers could be given in ${rounds} rounds: others were first each time.`);
  } catch (error) {
    written.delete(storeId);
    for (const { failed } of left) failed(error);
  }
}

/** One round. @returns those who must try again: someone else wrote first, or they ask for an order that was asked for already */
async function tryToNumber(storeId: string, those: Waiting[]): Promise<Waiting[]> {
  const [timeZone, numbers, ...orders] = await Promise.all([
    timeZoneOf(storeId),
    written.get(storeId) ?? readNumbers(storeId),
    ...those.map(({ ref }) => submitted(storeId, ref.orderId)),
  ]);
  const now = Date.now();
  const day = businessDay(now, timeZone);
  let next: Numbers = numbers?.document ?? newNumbers(storeId);
  const taken: { one: Waiting; order: Order; writes: OperationInput[] }[] = [];
  const later: Waiting[] = [];
  for (const [at, one] of those.entries()) {
    const before = orders[at];
    const following = { ...next, ...nextNumber(next, day) };
    try {
      if (before === undefined) throw new Error(`There is no order ${one.ref.orderId} in the store ${storeId}.`);
      const { document } = before;
      const deadline = deadlineOf(document, now);
      const decision = decide(document, { command: "number", number: following.lastNumber, deadline }, workflow, now);
      if (decision.kind !== "change") one.done(progressOf(document));
      else if (taken.some(({ order }) => order.id === document.id)) later.push(one);
      else {
        const writes = writeNext(before, decision.order, decision.event, one.traceparent);
        taken.push({ one, order: decision.order, writes });
        next = following;
      }
    } catch (error) {
      // The others have their turn.
      one.failed(error);
    }
  }
  if (taken.length === 0) return later;
  const count = numbers === undefined ? create(next) : replace(next, numbers.etag);
  const operations = [count, ...taken.flatMap(({ writes }) => writes)];
  const outcome = await transact(await container("orders"), storeId, operations);
  barChanged(storeId);
  // After the numbers come, for each, its order and its event.
  for (const [at, { order }] of taken.entries())
    wasWritten(order, outcome.done ? outcome.etags[1 + 2 * at] : undefined);
  const etag = outcome.done ? outcome.etags[0] : undefined;
  if (etag === undefined) written.delete(storeId);
  else written.set(storeId, { document: next, etag });
  if (!outcome.done) return [...taken.map(({ one }) => one), ...later];
  for (const { one, order } of taken) one.done(progressOf(order));
  return later;
}

/** An order that waits for its number, as this process wrote it, or as it is. Where somebody else was first nothing is remembered of it after that. */
async function submitted(storeId: string, orderId: string): Promise<Stored<Order> | undefined> {
  const known = rememberedOrder(storeId, orderId);
  return known?.document.state === "submitted" ? known : readOrder(storeId, orderId);
}

/** The stand has as long again as it was given when the order came in. */
function deadlineOf({ submittedAt, deadline }: Order, now: number): string {
  const given = Date.parse(deadline ?? "") - Date.parse(submittedAt ?? "");
  return new Date(now + (Number.isFinite(given) ? given : 0)).toISOString();
}

/** The number after the last one: they count from 1 each business day. A clock that is behind does not bring an old day back. */
export function nextNumber(
  last: Pick<Numbers, "lastNumber" | "day">,
  today: string,
): { lastNumber: number; day: string } {
  return today > last.day ? { lastNumber: 1, day: today } : { lastNumber: last.lastNumber + 1, day: last.day };
}
