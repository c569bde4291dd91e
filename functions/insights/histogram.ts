/**
 * Durations counted in buckets whose bounds grow by a factor: two histograms are added bucket by bucket, and a percentile of the sum is as good
 * as of one. Bucket i holds what is above growth^(i-1) and up to growth^i milliseconds; the value told for it is at most `error` off, as in
 * DDSketch (Masson, Rim, Lee: VLDB 2019).
 */
export type Histogram = Record<string, number>;

/** The largest relative error of a percentile. Five percent is promised; the rest is for rounding. */
const error = 0.04;
const growth = (1 + error) / (1 - error);

/**
 * Counts a duration in milliseconds; one below a millisecond, as clocks that differ may give, counts as that.
 * @param by -1 takes one back that was counted
 */
export function addDuration(histogram: Histogram, milliseconds: number, by: 1 | -1 = 1): void {
  increase(histogram, String(Math.ceil(Math.log(Math.max(1, milliseconds)) / Math.log(growth))), by);
}

/** Counts in a table in which nothing stands that there is none of. */
export function increase(counts: Record<string, number>, key: string, by = 1): void {
  const count = (counts[key] ?? 0) + by;
  if (count === 0) delete counts[key];
  else counts[key] = count;
}

/** Adds `more` to `sum`. */
export function addHistogram(sum: Histogram, more: Histogram): void {
  for (const [bucket, count] of Object.entries(more)) sum[bucket] = (sum[bucket] ?? 0) + count;
}

/** How many durations are counted in it. */
export function countOf(histogram: Histogram): number {
  return Object.values(histogram).reduce((sum, count) => sum + count, 0);
}

/**
 * The smallest duration, in milliseconds, that `share` (0 to 1) of all are not longer than; `undefined` of none.
 * It is at most {@link error} off the true one.
 */
export function percentile(histogram: Histogram, share: number): number | undefined {
  const buckets = Object.keys(histogram)
    .map(Number)
    .sort((a, b) => a - b);
  let left = Math.max(1, Math.ceil(share * countOf(histogram)));
  for (const bucket of buckets) {
    left -= histogram[bucket] ?? 0;
    if (left <= 0) return (2 * growth ** bucket) / (growth + 1);
  }
  return undefined;
}
