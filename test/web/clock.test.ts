import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { PageGlobals, withRunes } from "./runes.ts";

interface Clock {
  now: number;
  onJump(): void;
  observe(now: string, sent: number, received: number): void;
  atLeast(...moments: (string | undefined)[]): void;
  start(): () => void;
}
const { Clock } = await withRunes<{ Clock: new () => Clock }>("clock.svelte.ts");

const hour = 3_600_000;
const iso = (at: number) => new Date(at).toISOString();
let clock: Clock;
let jumps: number;
let end: () => void;
beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2030-01-01T12:00:00.500Z") });
  for (const [name, value] of Object.entries(new PageGlobals().all)) vi.stubGlobal(name, value);
  jumps = 0;
  clock = new Clock();
  clock.onJump = () => {
    jumps++;
  };
  end = clock.start();
});
afterEach(() => {
  end();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test("it is the server's, reckoned for the middle of a request; what the network explains is no difference", () => {
  const received = Date.now();
  clock.observe(iso(received + hour - 1_000), received - 2_000, received);
  expect(clock.now).toBe(received + hour);
  clock.observe(iso(received + hour + 50), received - 200, received);
  expect(clock.now).toBe(received + hour);
  clock.observe("nonsense", received, received);
  expect(clock.now).toBe(received + hour);
  clock.observe(iso(received + hour + 150), received, received);
  expect(clock.now).toBe(received + hour + 150);
});

test("it ticks with each full second", async () => {
  const began = Date.now();
  await vi.advanceTimersByTimeAsync(510);
  expect(clock.now - began).toBeGreaterThanOrEqual(500);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(Math.floor(clock.now / 1_000)).toBe(Math.floor(Date.now() / 1_000));
  expect(jumps).toBe(0);
});

test("set back while the page is open, it goes on from where it was; that and a sleep are told", async () => {
  const began = clock.now;
  vi.setSystemTime(Date.now() - hour);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(clock.now - began).toBeGreaterThanOrEqual(1_000);
  expect(clock.now - began).toBeLessThan(3_000);
  expect(jumps).toBe(1);
  // Set forward or slept: it cannot be known which, so it is as the device says until somebody is asked.
  vi.setSystemTime(Date.now() + hour);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(clock.now - began).toBeGreaterThan(hour);
  expect(jumps).toBe(2);
});

test("it is not before what the server told of as gone by, but for a second that clocks may differ by", () => {
  const now = Date.now();
  clock.observe(iso(now + hour), now, now);
  clock.atLeast(iso(now), undefined, iso(now + hour + 900));
  expect(clock.now).toBe(now + hour);
  clock.atLeast(iso(now), undefined, iso(now + hour + 5_000));
  expect(clock.now).toBe(now + hour + 5_000);
  clock.atLeast(undefined);
  expect(clock.now).toBe(now + hour + 5_000);
});
