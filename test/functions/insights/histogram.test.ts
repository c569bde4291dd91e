import fc from "fast-check";
import { expect, test } from "vitest";
import {
  addDuration,
  addHistogram,
  countOf,
  type Histogram,
  percentile,
} from "../../../functions/insights/histogram.ts";
import { plainPercentile } from "./plain-recount.ts";

const histogramOf = (durations: number[]) => {
  const histogram: Histogram = {};
  for (const duration of durations) addDuration(histogram, duration);
  return histogram;
};

test("percentiles of histograms that were added are at most 5 % off those of all values, whatever these are", () => {
  const durations = fc.array(fc.integer({ min: 1, max: 7 * 24 * 3_600_000 }), { maxLength: 200 });
  fc.assert(
    fc.property(durations, durations, fc.double({ min: 0, max: 1, noNaN: true }), (some, others, share) => {
      const sum = histogramOf(some);
      addHistogram(sum, histogramOf(others));
      const all = [...some, ...others];
      expect(countOf(sum)).toBe(all.length);
      const exact = plainPercentile(all, share);
      if (exact === undefined) expect(percentile(sum, share)).toBeUndefined();
      else expect(Math.abs((percentile(sum, share) ?? 0) / exact - 1)).toBeLessThanOrEqual(0.05);
    }),
  );
});

test("clocks that differ can make a duration negative; it counts as none", () => {
  expect(percentile(histogramOf([-5, 0]), 0.5)).toBeLessThan(2);
});
