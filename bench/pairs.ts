/** The median of some values, and between which of them it lies with 95 % certainty, however they are spread. Of fewer than six that cannot be said: then between all. */
export function medianWithin(values: readonly number[]): Record<"median" | "low" | "high", number> {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const { length } = sorted;
  // So many may be left out at either end: that as few lie on one side of the true median happens by chance in 2.5 of a hundred cases at most.
  let out = 0;
  while (atMost(out, length) <= 0.025) out++;
  return {
    median: (at((length - 1) >> 1) + at(length >> 1)) / 2,
    low: at(Math.max(0, out - 1)),
    high: at(length - Math.max(1, out)),
  };
}

/** The sign test, two-sided: how likely so uneven a count is where neither is better. */
export function chance(count: number, of: number): number {
  return Math.min(1, 2 * atMost(Math.min(count, of - count), of));
}

/** How likely at most `count` heads are among `of` coins. */
function atMost(count: number, of: number): number {
  let ways = 1;
  let sum = 0;
  for (let heads = 0; heads <= count; heads++) {
    sum += ways;
    ways = (ways * (of - heads)) / (heads + 1);
  }
  return sum / 2 ** of;
}
