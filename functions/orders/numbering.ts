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

/** A round is lost only if another process wrote first. Within one process, numbers are assigned one batch after another. */
const rounds = 20;
/** How many orders get their numbers in one transaction: at most three operations each, and a hundred are allowed. */
const most = 33;

interface Waiting {
  ref: OrderRef;
  traceparent: string | undefined;
  /** Present if the order is submitted in the same transaction. */
  submission?: Submission;
  done(progress: OrderProgress | Numbered): void;
  failed(error: unknown): void;
}

/** An order to be submitted. */
export interface Submission {
  before: Stored<Order>;
  /** The order after the submission, without its number. It is stored only together with the number. */
  submitted: Order;
  event: OrderEventType;
}

/** The order with its number; `undefined` if another write came first and nothing was written. */
type Numbered = Order | undefined;

const waiting = new Map<string, Waiting[]>();

/** The numbers that this process wrote last. The next write depends on their ETag. */
const written = new Map<string, Stored<Numbers>>();

/**
 * Activity: assigns the number of a submitted order and queues it. Does nothing to an order in any other state. Orders that wait at the same time get
 * their numbers in one transaction, in the order of their arrival.
 * @returns the order's state
 */
export function number(ref: OrderRef, traceparent?: string): Promise<OrderProgress> {
  return wait(ref, traceparent) as Promise<OrderProgress>;
}

/**
 * Submits an order and assigns its number in the same transaction, with both events. This saves the write that the orchestration would need for the
 * number. Orders that arrive at the same time share a transaction, in the order of their arrival.
 * @returns the order with its number; `undefined` if another write came first and nothing was written
 * @throws the error of the transaction, such as 503; then it may or may not have been written
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

/** Takes the next batch; empty if an earlier turn has taken these orders. */
function takeSome(storeId: string): Waiting[] {
  const all = waiting.get(storeId) ?? [];
  if (all.length > most) waiting.set(storeId, all.slice(most));
  else waiting.delete(storeId);
  return all.slice(0, most);
}

/** The store's time zone, which determines the business day of the numbers. Cached: a change may take effect a little later. */
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

/** One round. @returns the requests to be retried: another write came first, or the order is twice in the batch */
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
      // The other orders of the batch continue.
      one.failed(error);
    }
  }
  if (taken.length === 0) return later;
  const count = numbers === undefined ? create(next) : replace(next, numbers.etag);
  const operations = [count, ...taken.flatMap(({ writes }) => writes)];
  const outcome = await transact(await container("orders"), storeId, operations);
  barChanged(storeId);
  // The operations after the first one, which is for the numbers, are for each order its document and its events.
  let at = 1;
  let lost: Waiting | undefined;
  for (const { one, order, writes } of taken) {
    const until = at + writes.length;
    wasWritten(order, outcome.done ? outcome.etags[at] : undefined);
    // A submission must be decided again with the current order. For a number only, the order is read again in the next round.
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

/** The order is written once, with one or two events. */
function writesOf({ submission, traceparent }: Waiting, before: Stored<Order>, order: Order, event: OrderEventType) {
  if (submission === undefined) return writeNext(before, order, event, traceparent);
  const { submitted } = submission;
  const [, told] = writeNext(before, submitted, submission.event, traceparent);
  const [written, numbered] = writeNext({ ...before, document: submitted }, order, event, traceparent);
  return [written, told, numbered];
}

/**
 * An order that waits for its number or has one: as this process last wrote it, else as it is stored. The memory of it is deleted after a lost round.
 * An order with a number may have changed since. That does no harm: its orchestration receives those changes as events too.
 */
async function submitted(storeId: string, orderId: string): Promise<Stored<Order> | undefined> {
  const known = rememberedOrder(storeId, orderId);
  const fits = known?.document.state === "submitted" || known?.document.number !== undefined;
  return fits ? known : readOrder(storeId, orderId);
}

/** The deadline restarts: the bar gets the same time again as at the submission. */
function deadlineOf({ submittedAt, deadline }: Order, now: number): string {
  const given = Date.parse(deadline ?? "") - Date.parse(submittedAt ?? "");
  return new Date(now + (Number.isFinite(given) ? given : 0)).toISOString();
}

/** The next number. Numbers count from 1 each business day. An earlier day, from a clock that is behind, is ignored. */
export function nextNumber(
  last: Pick<Numbers, "lastNumber" | "day">,
  today: string,
): { lastNumber: number; day: string } {
  return today > last.day ? { lastNumber: 1, day: today } : { lastNumber: last.lastNumber + 1, day: last.day };
}
