import { expect, test } from "vitest";
import { TimeLimit } from "../../../local/functions/time-limit.ts";
import { ServiceClock } from "../../../local/kernel/clock.ts";

test("each run has its own time, one timer stands for all, and none is left when all have ended", async () => {
  const clock = new ServiceClock({ heldAt: 1_000 });
  const limit = new TimeLimit(clock, 100);
  const outcomes: string[] = [];
  const ends: (() => void)[] = [];
  const hold = (name: string) => {
    const run = new Promise<string>((resolve) => ends.push(() => resolve(`${name} ended`)));
    return limit
      .hold(run, () => new Error(`${name} was too long`))
      .then(
        (value) => outcomes.push(value),
        ({ message }: Error) => outcomes.push(`${message} at ${clock.now()}`),
      );
  };
  const advance = (by: number) => clock.advance(by, async () => undefined);

  const [a, b] = [hold("a"), hold("b")];
  await advance(40);
  const c = hold("c");
  ends[0]?.();
  await a;
  await advance(200);
  await Promise.all([b, c]);
  expect(outcomes).toEqual(["a ended", "b was too long at 1100", "c was too long at 1140"]);
  expect(clock.nextDue).toBeUndefined();

  const d = hold("d");
  expect(clock.nextDue).toBe(1_340);
  ends[3]?.();
  await d;
  expect(clock.nextDue).toBeUndefined();
  clock.close();
});

test("what a run fails with is told as it is", async () => {
  const clock = new ServiceClock({ heldAt: 1_000 });
  const limit = new TimeLimit(clock, 100);
  await expect(limit.hold(Promise.reject(new Error("no beans")), () => new Error("late"))).rejects.toThrow("no beans");
  expect(clock.nextDue).toBeUndefined();
  clock.close();
});
