import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { readSharedClock, ServiceClock } from "../../../local/kernel/clock.ts";
import { TimerHeap } from "../../../local/kernel/timer-heap.ts";

const settled = async () => undefined;
let clock: ServiceClock;
afterEach(() => clock?.close());

describe("a held clock", () => {
  test("stands still until it is advanced", async () => {
    clock = new ServiceClock({ heldAt: 1_000 });
    expect(clock.now()).toBe(1_000);
    await clock.advance(500, settled);
    expect(clock.now()).toBe(1_500);
  });

  test("fires timers on the way at their own time and in order, those set on the way included", async () => {
    clock = new ServiceClock({ heldAt: 0.5 + 1_000 });
    const seen: [string, number][] = [];
    const note = (name: string) => () => void seen.push([name, clock.now()]);
    clock.at(1_300, note("third"));
    clock.at(1_100, () => {
      note("first")();
      clock.after(50, note("second"));
    });
    clock.at(5_000, note("later"));
    await clock.advance(1_000, settled);
    expect(seen).toEqual([
      ["first", 1_100],
      ["second", 1_150],
      ["third", 1_300],
    ]);
    expect(clock.nextDue).toBe(5_000);
  });

  test("fires a timer of a part of a millisecond at the next whole one", async () => {
    clock = new ServiceClock({ heldAt: 1_000 });
    const seen: number[] = [];
    for (const delay of [0.3, 10.5, 10.7]) clock.after(delay, () => seen.push(clock.now()));
    await clock.advance(20.4, settled);
    expect(seen).toEqual([1_001, 1_011, 1_011]);
  });

  test("lets everything settle between two instants", async () => {
    clock = new ServiceClock({ heldAt: 1_000 });
    const seen: string[] = [];
    let consequence: Promise<void> = Promise.resolve();
    clock.at(1_010, () => {
      consequence = Promise.resolve().then(() => void seen.push("consequence of the first"));
    });
    clock.at(1_020, () => void seen.push("second"));
    await clock.advance(100, () => consequence);
    expect(seen).toEqual(["consequence of the first", "second"]);
  });

  test("leaps over what was due on the way, which comes late and in order", () => {
    clock = new ServiceClock({ heldAt: 1_000 });
    const seen: [string, number][] = [];
    const note = (name: string) => () => void seen.push([name, clock.now()]);
    clock.at(1_200, note("second"));
    clock.at(1_100, note("first"));
    clock.at(5_000, note("later"));
    clock.leap(1_000);
    expect(seen).toEqual([
      ["first", 2_000],
      ["second", 2_000],
    ]);
    expect(() => clock.leap(-1)).toThrow(RangeError);
  });

  test("does not fire a cancelled timer", async () => {
    clock = new ServiceClock({ heldAt: 1_000 });
    const timer = clock.at(1_010, () => expect.unreachable());
    timer.cancel();
    timer.cancel();
    await clock.advance(100, settled);
  });

  test("fires what is due already without being advanced", async () => {
    clock = new ServiceClock({ heldAt: 1_000 });
    await new Promise<void>((resolve) => clock.at(900, resolve));
  });

  test("refuses to go back", async () => {
    clock = new ServiceClock({ heldAt: 1_000 });
    await expect(clock.advance(-1, settled)).rejects.toThrow(RangeError);
  });

  test("refuses to go where no service could write the time down, and stays where it is", async () => {
    clock = new ServiceClock({ heldAt: 1_000 });
    for (const far of [99_999_999 * 86_400_000, 8_100 * 366 * 86_400_000, Number.POSITIVE_INFINITY])
      await expect(clock.advance(far, settled)).rejects.toThrow(/year 9999/);
    expect(clock.now()).toBe(1_000);
  });

  test("is stopped on its way, between two instants", async () => {
    clock = new ServiceClock({ heldAt: 1_000 });
    const stop = new AbortController();
    const fired: number[] = [];
    for (const due of [2_000, 3_000, 4_000])
      clock.at(due, () => {
        fired.push(due);
        if (due === 3_000) stop.abort();
      });
    await clock.advance(60_000, settled, stop.signal);
    expect([fired, clock.now()]).toEqual([[2_000, 3_000], 3_000]);
  });
});

describe("a running clock", () => {
  test("fires a timer by itself, never before its time", async () => {
    clock = new ServiceClock();
    const due = clock.now() + 15;
    const fired = await new Promise<number>((resolve) => clock.at(due, () => resolve(clock.now())));
    expect(fired).toBeGreaterThanOrEqual(due);
  });

  test("wakes for a timer that is set later and due before", async () => {
    vi.useFakeTimers();
    try {
      clock = new ServiceClock();
      const fired: string[] = [];
      clock.after(60_000, () => fired.push("late"));
      clock.after(20, () => fired.push("soon"));
      await vi.advanceTimersByTimeAsync(20);
      expect(fired).toEqual(["soon"]);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(fired).toEqual(["soon", "late"]);
    } finally {
      vi.useRealTimers();
    }
  });

  test("waits for what is months away without looking all the time: Node takes a longer wait than 24 days for one of a millisecond", () => {
    const waits = vi.spyOn(globalThis, "setTimeout");
    try {
      clock = new ServiceClock();
      clock.after(400 * 86_400_000, () => undefined);
      expect(waits.mock.calls.map(([, delay]) => delay)).toEqual([2 ** 31 - 1]);
    } finally {
      waits.mockRestore();
    }
  });

  test("can be advanced, held and released without losing or gaining time", async () => {
    clock = new ServiceClock();
    // What passes by itself while it is advanced is part of the step, so the clock is what is looked at and not how far it is ahead.
    const before = clock.now();
    await clock.advance(3_600_000, settled);
    expect(clock.now() - before).toBeGreaterThanOrEqual(3_600_000);
    clock.hold();
    const held = clock.now();
    await clock.advance(1_000, settled);
    expect(clock.now()).toBe(held + 1_000);
    clock.release();
    expect(clock.now() - held).toBeGreaterThanOrEqual(1_000);
    expect(clock.now() - held).toBeLessThan(60_000);
  });

  test("is read the same through its shared memory", () => {
    clock = new ServiceClock({ offset: 5_000 });
    const cells = new BigInt64Array(clock.shared);
    expect(readSharedClock(cells, 1_000)).toBe(6_000);
    clock.hold();
    expect(readSharedClock(cells, 1_000)).toBe(clock.now());
  });
});

test("the heap gives timers by due time and, in one instant, by order, whatever was added and removed", () => {
  const step = fc.oneof(
    fc.record({ add: fc.integer({ min: 0, max: 20 }) }),
    fc.record({ remove: fc.nat(50) }),
    fc.constant({ pop: true }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const heap = new TimerHeap();
      let model: ReturnType<TimerHeap["add"]>[] = [];
      for (const action of steps) {
        if ("add" in action) model.push(heap.add(action.add, () => undefined));
        else {
          const entry = "remove" in action ? model[action.remove % Math.max(model.length, 1)] : heap.peek();
          if (entry === undefined) continue;
          heap.remove(entry);
          model = model.filter((other) => other !== entry);
        }
        const first = [...model].sort((a, b) => a.due - b.due || a.order - b.order)[0];
        expect(heap.peek()).toBe(first);
        expect(heap.size).toBe(model.length);
      }
    }),
  );
});
