import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, expect, test, vi } from "vitest";
import { daysInARow } from "../../bench/days.ts";
import { growth } from "../../bench/growth.ts";
import { orderWay } from "../../bench/order-way.ts";
import { recordingCost } from "../../bench/recording.ts";
import { socketsCost } from "../../bench/sockets.ts";
import { BenchStand } from "../../bench/stand.ts";
import { expectFigures, hearing, machineLine } from "./whole.ts";

/**
 * To open a stand takes seconds of the processor, and a bench that compares opens four: all of them have the same one here, and which ones they would have
 * opened is looked at.
 */
const open = BenchStand.open;
const data = mkdtempSync(join(tmpdir(), "crema-bench-stand-"));
let shared: Promise<{ stand: BenchStand; close: () => Promise<void> }> | undefined;
let asked: string[] = [];
let { tell, expectLines } = hearing();

beforeEach(() => {
  ({ tell, expectLines } = hearing());
  asked = [];
  vi.spyOn(BenchStand, "open").mockImplementation(async (_, recording = "on", connections = "handed-over", folder) => {
    asked.push(`${recording}, ${connections}`);
    shared ??= open.call(BenchStand, 2, "on", "handed-over", data).then((stand) => {
      const close = stand.close.bind(stand);
      return { stand, close };
    });
    const { stand, close } = await shared;
    // Whoever wants its folder has what the others have left there; nobody comes after.
    stand.close = async () => {
      if (folder === undefined) return;
      await close();
      cpSync(data, folder, { recursive: true });
    };
    return stand;
  });
});
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  // Twice is as good as once.
  await (await shared)?.close();
  rmSync(data, { recursive: true });
});

test("the way of orders", async () => {
  expectFigures(await orderWay({ orders: 2, atOnce: 2 }, tell));
  expectLines([
    "The whole way of an order, 2 orders, 2 at a time, on disk",
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
  ["recording", recordingCost, ["on, handed-over", "off, handed-over"]],
  ["asking by sockets", socketsCost, ["on, sockets", "on, handed-over"]],
] as const)("what %s costs", async (what, cost, [with_, without]) => {
  const found = await cost({ openings: 1, pairs: 1, customers: 2, orders: 1, warm: 0 }, tell);
  // In either order.
  expect(asked).toEqual([with_, without, without, with_]);
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

test("days in a row", async () => {
  // A night of minutes: a whole one has the sweeps of 1,440.
  const days = await daysInARow({ days: 2, orders: 2, customers: 2, night: 3 }, tell);
  expectFigures(days);
  const head = "day   orders/s   ms/order   memory     heap  buffers     disk   log/order   overnight";
  expectLines(["2 days of 2 orders in a row, 2 at a time, on disk", machineLine, head, "1", "2"]);
});

test("what grows with orders, which the stand that is started finds all of", async () => {
  const orders = 20;
  const [one, ...others] = await growth({ orders: [orders], taken: 1, starts: 1 }, tell);
  expect(others).toEqual([]);
  expect(one).toMatchObject({ orders, collected: orders, workflows: orders });
  expectFigures(one);
  expectLines([
    "What grows with the orders that were taken, on disk",
    machineLine,
    `after ${orders} orders, which are`,
    "start to ready",
    "memory, started",
    "on disk",
    "what the bar shows",
    "the last ten orders",
    "how many were collected",
  ]);
});
