import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Recent } from "../../web/lib/recent.ts";
import { patient, repeat } from "../../web/lib/repeat.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("what is asked again ends with its end, even while an answer is under way", async () => {
  let asked = 0;
  const answers: (() => void)[] = [];
  const end = repeat(
    () => {
      asked++;
      return new Promise<void>((resolve) => answers.push(resolve));
    },
    100,
    () => 1_000,
  );
  await vi.advanceTimersByTimeAsync(100);
  expect(asked).toBe(1);
  // Never two at a time.
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toBe(1);
  answers.pop()?.();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(asked).toBe(2);
  end();
  answers.pop()?.();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toBe(2);
  expect(vi.getTimerCount()).toBe(0);
});

test("failures in a row make it wait longer, up to half a minute and a bit", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  const at: number[] = [];
  const began = Date.now();
  const end = repeat(
    async () => {
      at.push(Date.now() - began);
      throw new Error("no network");
    },
    0,
    patient(2_000),
  );
  await vi.advanceTimersByTimeAsync(125_000);
  end();
  expect(at).toEqual([0, 4_000, 12_000, 28_000, 58_000, 88_000, 118_000]);
  vi.restoreAllMocks();
});

test("a screen remembers the last things only", () => {
  const seen = new Recent<number>(3);
  for (const item of [1, 2, 3, 1, 4]) seen.add(item);
  expect([1, 2, 3, 4].filter((item) => seen.has(item))).toEqual([1, 3, 4]);
});
