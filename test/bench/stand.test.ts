import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { daysInARow } from "../../bench/days.ts";
import { growth } from "../../bench/growth.ts";
import { orderWay } from "../../bench/order-way.ts";
import { recordingCost } from "../../bench/recording.ts";
import { socketsCost } from "../../bench/sockets.ts";
import { BenchStand } from "../../bench/stand.ts";
import { expectFigures, hearing, machineLine } from "./whole.ts";

let { tell, expectLines } = hearing();
beforeEach(() => {
  ({ tell, expectLines } = hearing());
});

describe("with the stands that the bench before has left", () => {
  const open = BenchStand.open;
  const opened = new Map<string, Promise<BenchStand>>();
  const closing: (() => Promise<void>)[] = [];
  beforeEach(() => {
    // To open one takes seconds of the processor, and a bench that compares opens four.
    vi.spyOn(BenchStand, "open").mockImplementation((...[atOnce, recording = "on", connections = "handed-over"]) => {
      const how = [atOnce, recording, connections] as const;
      const there = opened.get(how.join()) ?? open.call(BenchStand, ...how).then(kept);
      opened.set(how.join(), there);
      return there;
    });
  });
  afterEach(() => vi.restoreAllMocks());
  afterAll(async () => {
    for (const close of closing) await close();
  });
  function kept(stand: BenchStand): BenchStand {
    closing.push(stand.close.bind(stand));
    stand.close = async () => {};
    return stand;
  }

  test("the way of orders", async () => {
    expectFigures(await orderWay({ orders: 4, atOnce: 2 }, tell));
    expectLines([
      "The whole way of an order, 4 orders, 2 at a time, on disk",
      machineLine,
      "start to ready",
      "orders",
      'scan → "choose" on the phone',
      "submit → number on the phone",
      '"ready" pressed → phone told',
      "processor time of the system",
      "memory of the system after it",
    ]);
  });

  test.each([
    ["recording", recordingCost],
    ["asking by sockets", socketsCost],
  ])("what %s costs", async (what, cost) => {
    const found = await cost({ openings: 1, pairs: 1, customers: 2, orders: 1, warm: 0 }, tell);
    expectFigures(found);
    expect(Object.values(found).map((each) => each.length)).toEqual([1, 1, 1, 1, 1]);
    expectLines([
      `What ${what} costs: with and without it in turn, 2 times 1 pair of 1 order, 2 at a time`,
      "processor time of the system",
      "in the application's thread",
      "in that of services and host",
      "of it",
      "orders a second",
    ]);
  });
});

test("days in a row", async () => {
  // A night of an hour: a whole one has the sweeps of 1,440 minutes.
  const days = await daysInARow({ days: 2, orders: 2, customers: 2, night: 60 }, tell);
  expectFigures(days);
  const head = "day   orders/s   ms/order   memory     heap  buffers     disk   log/order   overnight";
  expectLines(["2 days of 2 orders in a row, 2 at a time, on disk", machineLine, head, "1", "2"]);
});

test("what grows with orders, which the stand that is started finds all of", async () => {
  const [one, ...others] = await growth({ orders: [6], taken: 4 }, tell);
  expect(others).toEqual([]);
  expect(one).toMatchObject({ orders: 6, collected: 6, workflows: 6 });
  expectFigures(one);
  expectLines([
    "What grows with the orders that were taken, on disk",
    machineLine,
    "after 6 orders",
    "start to ready",
    "memory, started",
    "on disk",
    "what the bar shows",
    "the last ten orders",
    "how many were collected",
  ]);
});
