import type { OperationInput } from "@azure/cosmos";
import type { RecountReply } from "../../contracts/insights.ts";
import { type OrderView, orderView } from "../../contracts/order.ts";
import { type RefusedScans, refusedScans } from "../../contracts/scans.ts";
import { businessDay } from "../platform/business-day.ts";
import { catalogPage } from "../platform/catalog-page.ts";
import { container } from "../platform/clients.ts";
import { archivedFor } from "../platform/outbox-document.ts";
import { Refusal, wrongPart } from "../platform/refusal.ts";
import { create, replace, transact } from "../platform/transaction.ts";
import { factsByHour, hourOfScans } from "./count.ts";
import { addFact, addRefusedScans, type Hour, newHour } from "./hour.ts";
import { daysOf } from "./read.ts";
import { around, oneDay, storedHours } from "./stored-hours.ts";

/** The most days per request. A busy week is read in seconds, and an HTTP function may run for less than four minutes. */
const mostDays = 7;
const rounds = 5;
/** The most operations per batch. Cosmos DB allows 100 operations and 2 MB; an hour has a few KB. */
const mostWrites = 20;
/** The events by which an order is counted: those of the subscription, and that it is ready. */
const counted = ["refused", "ready", "collected", "uncollected", "recalled", "cancelled", "expired"].map(
  (what) => `crema.order.${what}.v1`,
);

/**
 * Recounts days of a store from the archive of events, and replaces the stored figures. Orders may end meanwhile. An event is in the archive before it is
 * delivered, so an order that is counted after the hours were read is either in the archive, or makes the conditional write fail.
 * @throws Refusal `bad-request` for days that are no longer in the archive, `try-again`
 */
export async function recount(storeId: string, from: string, to: string): Promise<RecountReply> {
  const { timeZone } = (await catalogPage(storeId)).store;
  const days = daysOf(from, to, mostDays);
  const earliest = businessDay(Date.now() - archivedFor * 1000 + 2 * oneDay, timeZone);
  if (from < earliest) {
    throw wrongPart("from", `is too long ago: the archive of events is whole from ${earliest} on`);
  }
  for (let round = 0; round < rounds; round++) {
    const isOfDays = (hour: string) => days.includes(businessDay(Date.parse(hour), timeZone));
    const before = (await storedHours(storeId, around(from, to))).filter((hour) => isOfDays(hour.start));
    const after = new Map<string, Hour>();
    const orders = new Set<string>();
    for await (const order of archived(storeId, from, to)) {
      for (const [hour, facts] of factsByHour(order, timeZone)) {
        if (!isOfDays(hour)) continue;
        const counting = after.get(hour) ?? newHour(storeId, hour);
        after.set(hour, counting);
        orders.add(order.id);
        for (const fact of facts) addFact(counting, fact);
      }
    }
    for await (const refused of archivedScans(storeId, from, to)) {
      const hour = hourOfScans(refused, timeZone);
      if (!isOfDays(hour)) continue;
      const counting = after.get(hour) ?? newHour(storeId, hour);
      after.set(hour, counting);
      addRefusedScans(counting, refused);
    }
    if (await write(storeId, before, after)) return { hours: after.size, orders: orders.size };
  }
  throw new Refusal("try-again", "Many orders are ending right now. Please try again in a moment.");
}

/** The archived orders that ended on the days or up to a day later, since an order is open for some hours at most. */
async function* archived(storeId: string, from: string, to: string): AsyncGenerator<OrderView> {
  for await (const order of told("orders", "order", counted, storeId, from, to)) yield orderView.parse(order);
}

/** The archived refused scans, whose events come minutes later. */
async function* archivedScans(storeId: string, from: string, to: string): AsyncGenerator<RefusedScans> {
  const types = ["crema.scans.refused.v1"];
  for await (const refused of told("codes", "refused", types, storeId, from, to)) yield refusedScans.parse(refused);
}

/** A field of the data of archived events of some types, from the start of the days until a day after their end. */
async function* told(
  archive: "codes" | "orders",
  field: string,
  types: string[],
  storeId: string,
  from: string,
  to: string,
): AsyncGenerator<unknown> {
  const { since, until } = around(from, to);
  const query = `SELECT VALUE c.event.data["${field}"] FROM c WHERE c.kind = 'event' AND ARRAY_CONTAINS(@types, c.event.type)
    AND c.event.time >= @since AND c.event.time < @until`;
  const parameters = [
    { name: "@types", value: types },
    { name: "@since", value: since },
    { name: "@until", value: new Date(Date.parse(until) + oneDay).toISOString() },
  ];
  const pages = (await container(archive)).items.query<unknown>({ query, parameters }, { partitionKey: storeId });
  while (pages.hasMoreResults()) {
    for (const one of (await pages.fetchNext()).resources ?? []) yield one;
  }
}

/** Replaces the hours of `before` by those of `after`. @returns false if another write came first */
async function write(
  storeId: string,
  before: (Hour & { _etag: string })[],
  after: ReadonlyMap<string, Hour>,
): Promise<boolean> {
  const etags = new Map(before.map((hour) => [hour.start, hour._etag]));
  const operations: OperationInput[] = [...after.values()].map((hour) => {
    const etag = etags.get(hour.start);
    return etag === undefined ? create(hour) : replace(hour, etag);
  });
  // An hour without figures is emptied instead of deleted, since the client has no conditional delete in a batch.
  for (const { start, _etag } of before) {
    if (!after.has(start)) operations.push(replace(newHour(storeId, start), _etag));
  }
  for (let at = 0; at < operations.length; at += mostWrites) {
    const outcome = await transact(await container("insights"), storeId, operations.slice(at, at + mostWrites));
    if (!outcome.done) return false;
  }
  return true;
}
