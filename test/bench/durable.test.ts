import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { durableEngine } from "../../bench/durable.ts";
import { Measured } from "../../bench/durable-client.ts";
import { machine } from "../../bench/machine.ts";
import { crema } from "../../bench/peers/crema.ts";
import { measureDurable, measureStarts } from "../../bench/peers/index.ts";
import { NotRun, type Side } from "../../bench/peers/side.ts";
import { starts } from "../../bench/peers/starts.ts";
import { peersTables } from "../../tools/figures/peers-tables.ts";
import { expectFigures, hearing } from "./whole.ts";

/** One process for both benches: to start one takes a second of the processor. */
let closing = async () => {};
beforeAll(() => {
  const start = Measured.start;
  let shared: Promise<Measured> | undefined;
  vi.spyOn(Measured, "start").mockImplementation(() => {
    shared ??= start.call(Measured).then((measured) => {
      closing = measured.stop.bind(measured);
      measured.stop = async () => {};
      return measured;
    });
    return shared;
  });
});
afterAll(async () => {
  await closing();
  vi.restoreAllMocks();
});

test("the durable engine is measured from its start to its timers", async () => {
  const { tell, expectLines } = hearing();
  const amount = {
    ...{ singles: 2, atOnce: [3], cycles: 4, creates: 5, pointReads: 8, sleepers: 6, woken: 3, history: 10 },
    timers: { instances: 2, each: 3 },
  };
  await durableEngine(amount, tell);
  expectLines([
    "Durable engine (",
    "start to ready",
    "one orchestration of three activities, start to end",
    "3 of them at once",
    "whole cycles (start, wait, event, step), 50 at a time",
    "event → next activity began, in those",
    "starts over 64 raw connections",
    "point reads of Cosmos DB over 64",
    "6 instances falling asleep (event against timer)",
    // Of so few it may be less than nothing: what is no longer needed from before is collected meanwhile.
    "memory of a sleeping instance",
    "event → next activity began, 50 at a time, 6 asleep",
    "the same, cycles",
    "history of 10 events, grown event by event",
    "event → next activity at its beginning",
    "event → next activity at its end",
    "6 timers (2 instances of 3), set",
    "6 timers, fired by moving the clock",
    "memory of the whole process after all that",
  ]);
});

/** The peers are installed from the network, which no test asks: here one that cannot be run stands for them, and all that they share with ours is tried with ours. */
test("ours is measured beside others, and one that cannot be run says why in the table", async () => {
  const absent: Side = {
    ...{ name: "absent", durability: "nothing", reached: "nobody" },
    open: () => Promise.reject(new NotRun("needs what is not here")),
  };
  const method = { rounds: 1, cycles: 3, events: 3, atOnce: 2, starts: 1 };
  const durable = await measureDurable(method, [crema, absent], 0);
  const ours = starts.filter(({ name }) => name === "local Azure");
  const figures = { machine: machine(), method, durable, starts: await measureStarts(method, ours, 0) };
  expect(durable.map(({ name, cycles }) => [name, cycles === undefined])).toEqual([
    [crema.name, false],
    ["absent", true],
  ]);
  expectFigures([durable, figures.starts]);
  const tables = peersTables(figures);
  expect(tables).not.toMatch(/NaN|undefined|null/);
  expect(tables).toContain("| absent | nothing | nobody | not run: needs what is not here |  |  |  |");
  expect(tables.match(/\| × 1\.0 \|/g)).toHaveLength(2);
});

test("what was started is gone, with its data, where the bench ends before it has closed it", async () => {
  const started = join(import.meta.dirname, "../../bench/started.ts");
  const bench = `
    import { Started } from ${JSON.stringify(started)};
    const running = new Started(process.execPath, () => ["--eval", "console.log(process.pid, '!'); setInterval(() => {}, 1000)"]);
    const [, pid] = await running.prints(/(\\d+) !/);
    process.stdout.write(JSON.stringify({ pid: Number(pid), data: running.data }));
    process.exit(130);`;
  const options = { encoding: "utf8" } as const;
  const { stdout, status } = spawnSync(process.execPath, ["--input-type=module", "--eval", bench], options);
  expect(status).toBe(130);
  const { pid, data } = JSON.parse(stdout) as { pid: number; data: string };
  await expect.poll(() => isRunning(pid)).toBe(false);
  expect(existsSync(data)).toBe(false);
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
