/** Student's t, two-sided, 95 %, by degrees of freedom from 1 on; from 30 on nearly that of the normal distribution. */
const students = [
  12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.2, 2.18, 2.16, 2.14, 2.13, 2.12, 2.11, 2.1, 2.09, 2.09,
  2.08, 2.07, 2.07, 2.06, 2.06, 2.06, 2.05, 2.05, 2.05,
];

/** The median. */
export function middle(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  return (at((sorted.length - 1) >> 1) + at(sorted.length >> 1)) / 2;
}

/** The arithmetic mean; `NaN` for an empty list. */
export const mean = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0) / values.length;

/** The mean of several measurements of one quantity, with its 95 % confidence interval. For a single value the interval is infinite. */
export function meanWithin(values: readonly number[]): Record<"mean" | "low" | "high", number> {
  const { length } = values;
  const middle = mean(values);
  if (length < 2) return { mean: middle, low: -Infinity, high: Infinity };
  const spread = Math.sqrt((mean(values.map((one) => (one - middle) ** 2)) * length) / (length - 1));
  const reach = ((students[length - 2] ?? 2) * spread) / Math.sqrt(length);
  return { mean: middle, low: middle - reach, high: middle + reach };
}
