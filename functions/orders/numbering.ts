import type { OperationInput } from "@azure/cosmos";
import type { OrderEventType } from "../../contracts/events.ts";
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
/** So many orders get their numbers in one transaction: three operations each at most, and a hundred are allowed. */
const most = 33;

interface Waiting {
  ref: OrderRef;
  traceparent: string | undefined;
  /** Where the order is submitted with it. */
  submission?: Submission;
  done(progress: OrderProgress | Numbered): void;
  failed(error: unknown): void;
}

/** An order that is to be submitted. */
export interface Submission {
  before: Stored<Order>;
  /** What it is once it is submitted, as it lies there with its number. */
  submitted: Order;
  event: OrderEventType;
}

/** The order with its number; `undefined` when somebody else was first: then nothing was written. */
type Numbered = Order | undefined;

const waiting = new Map<string, Waiting[]>();

/** The numbers as this process wrote them last. Whoever writes on from them does so only if they still are so. */
const written = new Map<string, Stored<Numbers>>();

/**
 * Activity: gives a submitted order its number and puts it into the queue. Does nothing to an order in any other state. Orders that wait for one at the
 * same time get theirs in one transaction, in the order in which they came.
 * @returns what the order is.
 */
export function number(ref: OrderRef, traceparent?: string): Promise<OrderProgress> {
  return wait(ref, traceparent) as Promise<OrderProgress>;
}

/**
 * Submits an order and gives it its number in the same transaction, with both events: it is written once less than where its workflow asks for the number. Those
 * that come at the same time go together, in the order in which they came.
 * @returns the order with its number; `undefined` when somebody else was first, and nothing was written
 * @throws what the transaction fails of, such as 503: then it may or may not be written
 */
export function submitNumbered(submission: Submission, traceparent?: string): Promise<Numbered> {
  const { id: orderId, storeId } = submission.submitted;
  return wait({ orderId, storeId }, traceparent, submission) as Promise<Numbered>;
}

function wait(ref: OrderRef, traceparent: string | undefined, submission?: Submission) {
  return new Promise<OrderProgress | Numbered>((done, failed) => {
    const { storeId } = ref;
    const queue = waiting.get(storeId) ?? [];
    waiting.set(storeId, [...queue, { ref, traceparent, ...(submission && { submission }), done, failed }]);
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
    for (const { submission, done } of left) if (submission) done(undefined);
    left = left.filter(({ submission }) => submission === undefined);
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
    ...those.map(({ ref, submission }) => submission?.before ?? submitted(storeId, ref.orderId)),
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
      const document = one.submission?.submitted ?? before.document;
      const deadline = deadlineOf(document, now);
      const decision = decide(document, { command: "number", number: following.lastNumber, deadline }, workflow, now);
      if (decision.kind !== "change") one.done(progressOf(document));
      else if (taken.some(({ order }) => order.id === document.id)) later.push(one);
      else {
        const writes = writesOf(one, before, decision.order, decision.event);
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
  // After the numbers come, for each, its order and what tells of it.
  let at = 1;
  let lost: Waiting | undefined;
  for (const { one, order, writes } of taken) {
    const until = at + writes.length;
    wasWritten(order, outcome.done ? outcome.etags[at] : undefined);
    // Who submits decides anew by what the order is now; for who only wants a number it is read again.
    if (!outcome.done && outcome.at >= at && outcome.at < until && one.submission) lost = one;
    at = until;
  }
  const etag = outcome.done ? outcome.etags[0] : undefined;
  if (etag === undefined) written.delete(storeId);
  else written.set(storeId, { document: next, etag });
  lost?.done(undefined);
  if (!outcome.done) return [...taken.map(({ one }) => one).filter((one) => one !== lost), ...later];
  for (const { one, order } of taken) one.done(one.submission ? order : progressOf(order));
  return later;
}

/** The order is written once, whatever is told of it. */
function writesOf({ submission, traceparent }: Waiting, before: Stored<Order>, order: Order, event: OrderEventType) {
  if (submission === undefined) return writeNext(before, order, event, traceparent);
  const { submitted } = submission;
  const [, told] = writeNext(before, submitted, submission.event, traceparent);
  const [written, numbered] = writeNext({ ...before, document: submitted }, order, event, traceparent);
  return [written, told, numbered];
}

/**
 * An order that waits for its number or has it, as this process wrote it, or as it is. Where somebody else was first nothing is remembered of it after that. One
 * with a number may have gone on since: a workflow is told of that as well, and has what came before its wait.
 */
async function submitted(storeId: string, orderId: string): Promise<Stored<Order> | undefined> {
  const known = rememberedOrder(storeId, orderId);
  const fits = known?.document.state === "submitted" || known?.document.number !== undefined;
  return fits ? known : readOrder(storeId, orderId);
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
