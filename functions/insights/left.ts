import * as z from "zod";
import { type OrderView, orderView } from "../../contracts/order.ts";
import { container } from "../platform/clients.ts";

/** An order that nobody has fetched for so long is counted as made, though it is waited for until its day is over. In ms. */
const countedAfter = 60 * 60_000;
/** In the runs of so long a time it is found, so that one that fails is made good. In ms. */
const lookBack = 5 * 60_000;

/** An order, and the `traceparent` that it began with. */
export interface Left {
  order: OrderView;
  traceparent?: string | undefined;
}

const begun = z.object({ start: z.object({ traceparent: z.string().optional() }).optional() });

/** Orders of all stores that were ready an hour ago and that nobody marked as handed over: no event tells that they stay so. */
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
