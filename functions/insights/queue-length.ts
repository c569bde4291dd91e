import type { Hour } from "./hour.ts";

/** The longest queue in each hour. Pure. @param hours earliest first */
export function longestQueues(hours: readonly Hour[]): number[] {
  const came = new Set(hours.flatMap(({ orders }) => marksWith(orders, "in")));
  // Orders that left the queue in these hours without entering it have entered before the first one.
  let taken = hours.flatMap(({ orders }) => marksWith(orders, "out")).filter((mark) => !came.has(mark)).length;
  return hours.map(({ orders }) => {
    let longest = taken;
    const changes = Object.values(orders).flatMap((order) => [
      ...(order.in === undefined ? [] : [{ at: order.in, by: 1 }]),
      ...(order.out === undefined ? [] : [{ at: order.out, by: -1 }]),
    ]);
    // At the same moment, count leaving before entering.
    for (const { by } of changes.sort((a, b) => a.at - b.at || a.by - b.by)) {
      taken += by;
      longest = Math.max(longest, taken);
    }
    return longest;
  });
}

function marksWith(orders: Hour["orders"], end: "in" | "out"): string[] {
  return Object.entries(orders).flatMap(([mark, order]) => (order[end] === undefined ? [] : [mark]));
}
