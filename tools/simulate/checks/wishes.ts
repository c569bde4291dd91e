import type { Check, KeptOrder } from "./look.ts";

/** One scan is one order at a time, and a repeated request at the counter is one order. */
export const wishes: Check = ({ orders, played: { ledger } }) => {
  const scanned = orders.filter(({ counter }) => !counter);
  const wrong = [...Map.groupBy(scanned, ({ customerId, start }) => `${customerId} ${start.window}`).values()].flatMap(
    (same) => same.flatMap((one, at) => same.slice(at + 1).flatMap((other) => twice(one, other))),
  );
  const placed = orders.length - scanned.length;
  if (placed > ledger.placed)
    wrong.push(`${ledger.placed} orders were asked for at the counter, and there are ${placed}.`);
  return wrong;
};

/** Two orders of the same customer with the same code: the second begins when the first has ended. */
function twice(one: KeptOrder, other: KeptOrder): string[] {
  // A recalled order has ended at another time, and a scan in between is refused because of it.
  if (one.recalled !== undefined || other.recalled !== undefined) return [];
  const refused = [one, other].filter(({ state }) => state === "refused");
  const forTheOther = refused.some(({ end }) => end?.openOrderId === one.id || end?.openOrderId === other.id);
  const atOnce = refused.length === 0 && !isOverBefore(one, other) && !isOverBefore(other, one);
  return forTheOther || atOnce ? [`One scan began two orders: ${one.id} and ${other.id}.`] : [];
}

const isOverBefore = ({ endedAt, readyAt }: KeptOrder, { createdAt }: KeptOrder) =>
  (readyAt ?? endedAt ?? "9") <= createdAt;
