import { expect, onTestFinished, test } from "vitest";
import { openClock, saveClock } from "../../../local/kernel/stored-clock.ts";
import { openMemoryStore } from "../../../local/store/memory-store.ts";
import type { Store } from "../../../local/store/store.ts";

const noon = Date.UTC(2026, 5, 15, 12);
const hour = 3_600_000;
const settled = async () => undefined;

function open(store: Store, heldAt?: number) {
  const clock = openClock(store, heldAt);
  onTestFinished(() => clock.close());
  return clock;
}

/** A store that was used at noon and until `later` after it. */
async function used(later: number): Promise<Store> {
  const store = openMemoryStore();
  const clock = open(store, noon);
  await clock.advance(later, settled);
  await saveClock(store, clock);
  return store;
}

test("a new store may be opened at any time, held or not", () => {
  expect(open(openMemoryStore(), noon).now()).toBe(noon);
  const before = Date.now();
  expect(open(openMemoryStore()).now()).toBeGreaterThanOrEqual(before);
});

test("a store is not opened at a time before the one it was used at: time would run backwards over its data", async () => {
  const store = await used(hour);
  expect(() => open(store, noon)).toThrow(RangeError);
  expect(() => open(store, noon + hour - 1)).toThrow(
    "The clock cannot be held at 2026-06-15T12:59:59.999Z: the data is from a run that had reached 2026-06-15T13:00:00.000Z, and time would run backwards over it. Hold it at that time or later, or begin with an empty data folder.",
  );
  expect(open(store, noon + hour).now()).toBe(noon + hour);
  expect(open(store, noon + 2 * hour).now()).toBe(noon + 2 * hour);
});

test("a clock that runs goes on from where a held one was left, ahead of the machine or behind it", async () => {
  for (const later of [0, 400 * 24 * hour]) {
    const reached = noon + later;
    const clock = open(await used(later));
    expect(clock.held).toBe(false);
    expect(clock.now()).toBeGreaterThanOrEqual(reached);
    expect(clock.now()).toBeLessThan(reached + hour);
  }
});

test("when the machine's clock has been set back, time goes on from what was reached", async () => {
  const store = openMemoryStore();
  const reached = Date.now() + hour;
  await store.commit([
    { table: "kernel/clock", key: "offset", value: 0 },
    { table: "kernel/clock", key: "time", value: reached },
  ]);
  const clock = open(store);
  expect(clock.now()).toBeGreaterThanOrEqual(reached);
  expect(clock.now()).toBeLessThan(reached + hour);
});

test("a clock that was ahead of the machine, and written down further ahead than that, goes on from there", async () => {
  const store = openMemoryStore();
  const clock = open(store, Date.now() + hour);
  clock.release();
  const written = clock.now() + 5 * 60_000;
  await saveClock(store, clock, written);
  clock.close();
  const next = open(store);
  expect(next.now()).toBeGreaterThanOrEqual(written);
  expect(next.now()).toBeLessThan(written + hour);
});
