import * as z from "zod";
import { type OrderView, orderView } from "../../contracts/order.ts";
import { container } from "../platform/clients.ts";

/** How long after it was ready an order that nobody fetched is counted as made, in ms. The order itself stays open until the end of the day. */
const countedAfter = 60 * 60_000;
/** How long each order is found by successive runs, in ms, so that a failed run is made up for. */
const lookBack = 5 * 60_000;

/** An order and its first `traceparent`. */
export interface Left {
  order: OrderView;
  traceparent?: string | undefined;
}

const begun = z.object({ start: z.object({ traceparent: z.string().optional() }).optional() });

/** The orders of all stores that became ready an hour ago and were not marked as handed over. No event says so, hence the query. */
export async function leftAtTheCounter(): Promise<Left[]> {
  const query =
    "SELECT * FROM c WHERE c.kind = 'order' AND c.state = 'ready' AND c.readyAt >= @from AND c.readyAt < @to";
  const to = Date.now() - countedAfter;
  const parameters = [
    { name: "@from", value: new Date(to - lookBack).toISOString() },
    { name: "@to", value: new Date(to).toISOString() },
  ];
  const found = await (await container("orders")).items.query<unknown>({ query, parameters }).fetchAll();
  return found.resources.map((order) => ({
    order: orderView.parse(order),
    traceparent: begun.parse(order).start?.traceparent,
  }));
}
