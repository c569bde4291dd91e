import { createHash } from "node:crypto";
import * as z from "zod";
import { moment } from "../../contracts/common.ts";
import type { OrdersQuery, OrdersReply } from "../../contracts/http.ts";
import { Refusal } from "../platform/refusal.ts";
import { type Order, viewOf } from "./order.ts";
import { query, queueOf } from "./queries.ts";

/** Orders of one page. */
const page = 50;

/**
 * Where the next page begins: after these orders of this moment. A place in the list and not in the database's pages, so that it holds whatever becomes
 * of orders, index and replicas meanwhile.
 */
const place = z.strictObject({ at: moment, seen: z.array(z.uuid()).min(1), of: z.string() });
type Place = z.infer<typeof place>;

/** Past orders, newest first, a page of them. @throws Refusal `bad-request` for a continuation that is none, or of another list */
export async function historyOf(storeId: string, filters: OrdersQuery): Promise<OrdersReply> {
  const of = digestOf(storeId, filters);
  const after = filters.continuation === undefined ? undefined : readPlace(filters.continuation, of);
  const { conditions, values } = conditionsOf(filters, after);
  // No other document of the partition has `createdAt`; the index gives them in its order.
  const text = `SELECT TOP ${page + 1} * FROM c WHERE ${["c.kind = 'order'", ...conditions].join(" AND ")} ORDER BY c.createdAt DESC`;
  const [found, queue] = await Promise.all([query<Order>(storeId, text, values), queueOf(storeId)]);
  const orders = found.slice(0, page).map(viewOf);
  const continuation = found.length > page ? writePlace(placeAfter(orders, after, of)) : undefined;
  return { orders, queue, ...(continuation && { continuation }), now: new Date().toISOString() };
}

function conditionsOf({ day, from, to, state, drink, number, barista }: OrdersQuery, after: Place | undefined) {
  const iso = (at: string | undefined) => at && new Date(at).toISOString();
  const conditions: string[] = [];
  const values: Record<string, string | number | string[]> = {};
  const where = (name: string, value: string | number | string[] | undefined, condition: string) => {
    if (value === undefined) return;
    conditions.push(condition);
    values[name] = value;
  };
  where("day", day, "c.day = @day");
  where("from", iso(from), "c.createdAt >= @from");
  where("to", iso(to), "c.createdAt < @to");
  where("state", state, "c.state = @state");
  where("drink", drink, "c.drink.id = @drink");
  where("number", number === undefined ? undefined : Number(number), "c.number = @number");
  where("barista", barista, "(c.barista.name = @barista OR c.barista.id = @barista)");
  where("at", after?.at, "c.createdAt <= @at");
  where("seen", after?.seen, "NOT ARRAY_CONTAINS(@seen, c.id)");
  return { conditions, values };
}

/** After the last of these, and after all others of its millisecond that were shown. */
function placeAfter(
  orders: readonly { id: string; createdAt: string }[],
  before: Place | undefined,
  of: string,
): Place {
  const at = orders.at(-1)?.createdAt ?? "";
  const seen = orders.filter(({ createdAt }) => createdAt === at).map(({ id }) => id);
  return { at, seen: before?.at === at ? [...before.seen, ...seen] : seen, of };
}

/** What a continuation belongs to: with other filters it would go on in the middle of another list. */
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
  const message = !parsed.success
    ? "is none that a reply held"
    : parsed.data.of !== of
      ? "is of a list with other filters; leave it out to begin anew"
      : undefined;
  if (message === undefined && parsed.success) return parsed.data;
  throw new Refusal("bad-request", `continuation ${message}.`, {
    errors: [{ path: "continuation", message: message ?? "" }],
  });
}
