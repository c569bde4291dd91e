import type { Hour } from "./hour.ts";

/** Most places of the queue that were taken at a time, for each of the hours (earliest first) in which orders came and went. Pure. */
export function longestQueues(hours: readonly Hour[]): number[] {
  const came = new Set(hours.flatMap(({ orders }) => marksWith(orders, "in")));
  // Who left without having come, came before all this.
  let taken = hours.flatMap(({ orders }) => marksWith(orders, "out")).filter((mark) => !came.has(mark)).length;
  return hours.map(({ orders }) => {
    let longest = taken;
    const changes = Object.values(orders).flatMap((order) => [
      ...(order.in === undefined ? [] : [{ at: order.in, by: 1 }]),
      ...(order.out === undefined ? [] : [{ at: order.out, by: -1 }]),
    ]);
    // A place that is given back at the very moment may be taken by the next.
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
