import { createHash } from "node:crypto";
import * as z from "zod";
import { moment } from "../../contracts/common.ts";
import type { OrdersQuery, OrdersReply } from "../../contracts/http.ts";
import { wrongPart } from "../platform/refusal.ts";
import { type Order, viewOf } from "./order.ts";
import { query, queueOf } from "./queries.ts";

/** How many orders a page contains. */
const page = 50;

/**
 * Where the next page begins: after these orders of this moment. It is a position in the list, not a continuation token of Cosmos DB, so it stays
 * valid when orders, the index or replicas change.
 */
const place = z.strictObject({ at: moment, seen: z.array(z.uuid()).min(1), of: z.string() });
type Place = z.infer<typeof place>;

/** One page of past orders, newest first. @throws Refusal `bad-request` for a continuation that is invalid or belongs to another list */
export async function historyOf(storeId: string, filters: OrdersQuery): Promise<OrdersReply> {
  const [found, queue] = await Promise.all([pastOrders(storeId, filters, page), queueOf(storeId)]);
  return { ...found, queue, now: new Date().toISOString() };
}

/** The given number of past orders, newest first, and where the next page begins. @throws Refusal as `historyOf` */
export async function pastOrders(
  storeId: string,
  filters: OrdersQuery,
  most: number,
): Promise<Pick<OrdersReply, "orders" | "continuation">> {
  const of = digestOf(storeId, filters);
  const after = filters.continuation === undefined ? undefined : readPlace(filters.continuation, of);
  const { conditions, values } = conditionsOf(filters, after);
  // No other kind of document in the partition has `createdAt`. The index returns the orders sorted by it.
  const text = `SELECT TOP ${most + 1} * FROM c WHERE ${["c.kind = 'order'", ...conditions].join(" AND ")} ORDER BY c.createdAt DESC`;
  const found = await query<Order>(storeId, text, values);
  const orders = found.slice(0, most).map(viewOf);
  const continuation = found.length > most ? writePlace(placeAfter(orders, after, of)) : undefined;
  return { orders, ...(continuation && { continuation }) };
}

const oneDay = 24 * 60 * 60_000;
/** The last moment that still sorts as text; programs send 9999-12-31 for "no end". */
const endOfTime = Date.parse("9999-12-31T23:59:59.999Z");
/** The moment that is this many days after the beginning of a day in UTC. */
const near = (day: string, days: number) =>
  new Date(Math.min(Date.parse(day) + days * oneDay, endOfTime)).toISOString();

function conditionsOf(filters: OrdersQuery, after: Place | undefined) {
  const { state, drink, number, barista } = filters;
  const conditions: string[] = [];
  const values: Record<string, string | number | string[]> = {};
  const where = (name: string, value: string | number | string[] | undefined, condition: string) => {
    if (value === undefined) return;
    conditions.push(condition);
    values[name] = value;
  };
  const from = filters.from ?? filters.day;
  const to = filters.to ?? filters.day;
  const [fromDay, toDay] = [from, to].map((at) => at !== undefined && !at.includes("T"));
  // In any time zone, a day lies within the UTC day and one more day on either side. This narrows the range of the index that is read.
  where("from", from && (fromDay ? near(from, -1) : near(from, 0)), "c.createdAt >= @from");
  where("to", to && (toDay ? near(to, 2) : near(to, 0)), "c.createdAt < @to");
  where("firstDay", fromDay ? from : undefined, "c.day >= @firstDay");
  where("lastDay", toDay ? to : undefined, "c.day <= @lastDay");
  for (const [n, one] of (state?.split(",") ?? []).entries()) values[`state${n}`] = one;
  if (state) conditions.push(`c.state IN (${state.split(",").map((_, n) => `@state${n}`)})`);
  where("drink", drink, "c.drink.id = @drink");
  where("number", number === undefined ? undefined : Number(number), "c.number = @number");
  where("barista", barista, "(c.barista.name = @barista OR c.barista.id = @barista)");
  where("at", after?.at, "c.createdAt <= @at");
  where("seen", after?.seen, "NOT ARRAY_CONTAINS(@seen, c.id)");
  return { conditions, values };
}

/** The position after the last of these orders and all shown orders of the same millisecond. */
function placeAfter(
  orders: readonly { id: string; createdAt: string }[],
  before: Place | undefined,
  of: string,
): Place {
  const at = orders.at(-1)?.createdAt ?? "";
  const seen = orders.filter(({ createdAt }) => createdAt === at).map(({ id }) => id);
  return { at, seen: before?.at === at ? [...before.seen, ...seen] : seen, of };
}

/** A hash of the filters that a continuation belongs to: with other filters it would point into another list. */
function digestOf(storeId: string, { continuation: _, ...filters }: OrdersQuery): string {
  const named = Object.entries(filters).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256")
    .update(JSON.stringify([storeId, named]))
    .digest("base64url")
    .slice(0, 16);
}

function writePlace(of: Place): string {
  return Buffer.from(JSON.stringify(of)).toString("base64url");
}

function readPlace(continuation: string, of: string): Place {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(continuation, "base64url").toString());
  } catch {}
  const parsed = place.safeParse(value);
  if (!parsed.success) throw wrongPart("continuation", "is none that a reply held");
  if (parsed.data.of === of) return parsed.data;
  throw wrongPart("continuation", "is of a list with other filters; leave it out to begin anew");
}
