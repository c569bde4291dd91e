import type { Check, KeptOrder } from "./look.ts";

/** One scan is one order at a time, and what is ordered at the counter is one, however often it is asked for. */
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

/** Two orders of the same customer with the same code: the one begins when the other is over. */
function twice(one: KeptOrder, other: KeptOrder): string[] {
  // What was taken back has ended at another time, and whoever scanned meanwhile is refused for it.
  if (one.recalled !== undefined || other.recalled !== undefined) return [];
  const refused = [one, other].filter(({ state }) => state === "refused");
  const forTheOther = refused.some(({ end }) => end?.openOrderId === one.id || end?.openOrderId === other.id);
  const atOnce = refused.length === 0 && !isOverBefore(one, other) && !isOverBefore(other, one);
  return forTheOther || atOnce ? [`One scan began two orders: ${one.id} and ${other.id}.`] : [];
}

const isOverBefore = ({ endedAt, readyAt }: KeptOrder, { createdAt }: KeptOrder) =>
  (readyAt ?? endedAt ?? "9") <= createdAt;
