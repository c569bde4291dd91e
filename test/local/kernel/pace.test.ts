import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ServiceClock } from "../../../local/kernel/clock.ts";
import { type Machine, Pace } from "../../../local/kernel/pace.ts";

/** A machine whose time passes when it is told to. */
class Hands implements Machine {
  #now = 0;
  #waiting: { due: number; wake: () => void }[] = [];
  now = () => this.#now;
  pause = (milliseconds: number) =>
    new Promise<void>((wake) => this.#waiting.push({ due: this.#now + milliseconds, wake }));

  async pass(milliseconds: number): Promise<void> {
    for (const end = this.#now + milliseconds; this.#now < end; ) {
      this.#now += 1;
      const due = this.#waiting.filter((one) => one.due <= this.#now);
      this.#waiting = this.#waiting.filter((one) => one.due > this.#now);
      for (const { wake } of due) wake();
      for (let turn = 0; due.length > 0 && turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

const start = 1_000_000;
let clock: ServiceClock;
let machine: Hands;
let pace: Pace;
let saved: number[];
let settle: () => Promise<void>;
beforeEach(() => {
  clock = new ServiceClock({ heldAt: start });
  machine = new Hands();
  saved = [];
  settle = async () => undefined;
  pace = new Pace(clock, { machine, settle: () => settle(), save: async (time) => void saved.push(time) });
});
afterEach(async () => {
  const stopped = pace.stop();
  await machine.pass(1_000);
  await stopped;
  clock.close();
});

test("time passes as many times as fast as asked, and each timer sees its own instant, in order", async () => {
  const seen: number[] = [];
  for (const due of [61_000, 7_000, 7_001, 59_999]) clock.after(due, () => seen.push(clock.now() - start));
  await pace.set(60);
  await machine.pass(1_000);
  expect(clock.now() - start).toBe(60_000);
  expect(seen).toEqual([7_000, 7_001, 59_999]);
  expect(pace.speed).toBe(60);
});

test("it waits for what is under way, but not for ever, and makes up for nothing in a leap", async () => {
  settle = () => new Promise(() => undefined);
  await pace.set(10);
  await machine.pass(400);
  expect(clock.now()).toBe(start);
  await machine.pass(5_000);
  expect(clock.now()).toBeGreaterThan(start);
  expect(clock.now() - start).toBeLessThan(10 * 5_000);
});

test("what is written down is never behind the clock, and far from each step is", async () => {
  await pace.set(60);
  for (let n = 0; n < 100; n++) {
    await machine.pass(50);
    expect(Math.max(...saved)).toBeGreaterThanOrEqual(clock.now());
  }
  expect(saved.length).toBeLessThan(10);
});

test("held, nothing moves; a step that is under way is over by then", async () => {
  await pace.set(60);
  await machine.pass(225);
  const holding = pace.set(0);
  await machine.pass(50);
  await holding;
  const at = clock.now();
  await machine.pass(500);
  expect(clock.now()).toBe(at);
  expect(clock.held).toBe(true);
});

test("at the machine's own speed the clock runs by itself", async () => {
  await pace.set(60);
  const set = pace.set(1);
  await machine.pass(50);
  await set;
  expect(clock.held).toBe(false);
});

test("the last speed that was set is the one it goes at, whatever was set in between", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(0, 0.5, 2, 60), { minLength: 1, maxLength: 5 }), async (speeds) => {
      const setting = speeds.map((speed) => pace.set(speed));
      await machine.pass(100);
      await Promise.all(setting);
      const before = clock.now();
      await machine.pass(1_000);
      expect(clock.now() - before).toBeCloseTo((speeds.at(-1) ?? 0) * 1_000, -2);
    }),
    { numRuns: 20 },
  );
});

test.each([-1, 0.01, 1_001, Number.NaN, Number.POSITIVE_INFINITY])("%d is no speed", async (speed) => {
  await expect(pace.set(speed)).rejects.toThrow(/0\.1 to 1000 times/);
});
