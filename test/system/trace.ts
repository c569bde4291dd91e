import { ourRecording } from "../../tools/player/our-recording.ts";
import { readRecording } from "../../tools/player/recording.ts";
import { chanceFor } from "../../tools/robots/chance.ts";

/** What people did with one order of a recording, and when (ms since the epoch). */
export interface TracedOrder {
  begins: number;
  drink?: { id: string; at: number };
  /** What was done with it last, by whom. */
  end?: { command: "ready" | "cancel"; by: "customer" | "barista"; at: number };
}

/** So many times as fast as it was, people come: a stand that took them in easily has its limits now. */
export const faster = 6;

/**
 * Of some orders a fact is missing, of others two stand the wrong way round, as they do where what is recorded is a sample, or clocks differ; and some want
 * what the seed has sold out.
 */
const share = { missing: 0.12, wrongOrder: 0.08, soldOut: 0.08 };
export const soldOut = "drink:cappuccino";

/** The orders of our recording, by the moment they begin, as many people in a short time and with facts that are missing or in the wrong order. */
export async function tracedOrders(): Promise<TracedOrder[]> {
  const { events, begins } = await readRecording(ourRecording);
  const at = (time: string) => begins + Math.round((Date.parse(time) - begins) / faster);
  const orders = new Map<string, TracedOrder>();
  for (const { type, time, data } of events) {
    if ("orderId" in data) orders.set(data.orderId, { begins: at(time) });
    if (!("order" in data)) continue;
    const order = orders.get(data.order.id);
    if (order === undefined) continue;
    const { drink, end } = data.order;
    if (type === "crema.order.submitted.v1" && drink) order.drink = { id: drink.id, at: at(time) };
    if (type === "crema.order.ready.v1") order.end ??= { command: "ready", by: "barista", at: at(time) };
    if (type === "crema.order.cancelled.v1")
      order.end ??= { command: "cancel", by: end?.by === "customer" ? "customer" : "barista", at: at(time) };
  }
  return [...orders.values()].map(sampled);
}

/** The order as a careless recording would have it. The same each time. */
function sampled(order: TracedOrder, n: number): TracedOrder {
  const chance = chanceFor(1, "sampled", n)();
  const { drink, end, begins } = order;
  // A customer who cancels first has nothing left to choose for.
  if (drink && end?.by === "barista" && chance < share.wrongOrder)
    return { begins, drink: { ...drink, at: end.at }, end: { ...end, at: drink.at } };
  if (chance < share.wrongOrder + share.missing / 2) return { begins, ...(end && { end }) };
  if (chance < share.wrongOrder + share.missing) return { begins, ...(drink && { drink }) };
  if (drink && chance > 1 - share.soldOut) return { ...order, drink: { ...drink, id: soldOut } };
  return order;
}
