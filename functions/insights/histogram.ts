/**
 * Durations counted in buckets whose bounds grow by a constant factor. Histograms can be added bucket by bucket, and a percentile of the sum is as exact as that
 * of a single one. Bucket i counts durations above growth^(i-1) and up to growth^i milliseconds. The relative error of its value is at most `error`, as in
 * DDSketch (Masson, Rim, Lee: VLDB 2019).
 */
export type Histogram = Record<string, number>;

/** The largest relative error of a percentile. The API promises five percent; the difference is for rounding. */
const error = 0.04;
const growth = (1 + error) / (1 - error);

/**
 * Counts a duration in milliseconds. Shorter or negative ones, which differing clocks can cause, count as one millisecond.
 * @param by -1 removes a duration that was counted
 */
export function addDuration(histogram: Histogram, milliseconds: number, by: 1 | -1 = 1): void {
  increase(histogram, String(Math.ceil(Math.log(Math.max(1, milliseconds)) / Math.log(growth))), by);
}

/** Increases a count in a table, which has no entries for zero. */
export function increase(counts: Record<string, number>, key: string, by = 1): void {
  const count = (counts[key] ?? 0) + by;
  if (count === 0) delete counts[key];
  else counts[key] = count;
}

/** Adds `more` to `sum`. */
export function addHistogram(sum: Histogram, more: Histogram): void {
  for (const [bucket, count] of Object.entries(more)) sum[bucket] = (sum[bucket] ?? 0) + count;
}

/** The number of counted durations. */
export function countOf(histogram: Histogram): number {
  return Object.values(histogram).reduce((sum, count) => sum + count, 0);
}

/**
 * The percentile: the smallest duration, in milliseconds, that `share` (0 to 1) of all durations do not exceed; `undefined` if there are none.
 * The relative error is at most {@link error}.
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
