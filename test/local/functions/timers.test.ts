import { expect, test } from "vitest";
import { makeApp, makeWorld, noon, until, type World } from "./harness.ts";

const minute = 60_000;
const settings = { SCHEDULE: "30 5 12 * * Wed" };

/** What a timer function logged, oldest first: when it ran, and what it was told. */
function runs(world: World, name: string) {
  return world.logged
    .filter(({ part, message }) => part === name && message.startsWith("ran "))
    .map(({ message }) => {
      const [, at = "", json = "", retry] = /^ran (\S+) (.*) retry (\d+)$/.exec(message) ?? [];
      const timer = JSON.parse(json) as { isPastDue: boolean; scheduleStatus: { last: string; next: string } | null };
      return { at: at.slice(11, 19), ...timer, retry: Number(retry) };
    });
}
const times = (world: World, name: string) => runs(world, name).map(({ at }) => at);

test("timers run when their schedule says, settings resolved", async () => {
  const world = makeWorld();
  await world.start("triggers", { settings });
  await world.advance(46 * minute);
  expect(times(world, "quarterly")).toEqual(["12:15:00", "12:30:00", "12:45:00"]);
  expect(times(world, "setting")).toEqual(["12:05:30"]);
  expect(times(world, "often").slice(0, 3)).toEqual(["12:00:20", "12:00:40", "12:01:00"]);
  expect(times(world, "eager")).toEqual(["12:00:00"]);
});

test("a run is told of the last one and the next; a schedule more frequent than a minute has no status", async () => {
  const world = makeWorld();
  await world.start("triggers", { settings });
  await world.advance(30 * minute);
  expect(runs(world, "quarterly").map(({ scheduleStatus }) => scheduleStatus)).toMatchObject([
    { last: "0001-01-01T00:00:00+00:00", next: "2026-01-14T12:15:00+00:00" },
    { last: "2026-01-14T12:15:00+00:00", next: "2026-01-14T12:30:00+00:00" },
  ]);
  expect(runs(world, "often")[0]?.scheduleStatus).toBeNull();
});

test("an occurrence missed while the host was down is made up for once, and said to be past due", async () => {
  const before = makeWorld();
  const first = await before.start("triggers", { settings });
  await before.advance(16 * minute);
  await first.close();
  const world = makeWorld({ store: before.store, at: noon + 70 * minute });
  await world.start("triggers", { settings });
  await world.work.idle();
  expect(runs(world, "quarterly").map(({ at, isPastDue }) => [at, isPastDue])).toEqual([["13:10:00", true]]);
  await world.advance(5 * minute);
  expect(times(world, "quarterly")).toEqual(["13:10:00", "13:15:00"]);
});

/** An application with one timer that runs by this schedule. */
const appWith = (schedule: string) =>
  makeApp({
    "src/a.js": `import { app } from "@azure/functions";
      app.timer("one", { schedule: "${schedule}", handler: (timer, context) =>
        context.log("ran " + new Date().toISOString() + " " + JSON.stringify(timer) + " retry 0") });`,
  });

test("a start at the very moment of an occurrence, or with another schedule, has missed nothing; the same schedule in other words has", async () => {
  const before = makeWorld();
  const first = await before.start(appWith("0 */15 * * * *"));
  await before.advance(20 * minute);
  await first.close();
  const told = async (at: number, schedule: string) => {
    const world = makeWorld({ store: before.store, at });
    const host = await world.start(appWith(schedule));
    await world.work.idle();
    await host.close();
    return runs(world, "one").map(({ at: when, isPastDue, scheduleStatus }) => [when, isPastDue, scheduleStatus?.last]);
  };
  expect(await told(noon + 30 * minute, "0 */15 * * * *")).toEqual([["12:30:00", false, "2026-01-14T12:15:00+00:00"]]);
  expect(await told(noon + 50 * minute, "0 0/15 * * * *")).toEqual([["12:50:00", true, "2026-01-14T12:30:00+00:00"]]);
  expect(await told(noon + 70 * minute, "0 */5 * * * *")).toEqual([]);
  // Of a schedule that is new nothing is told of runs by the one before.
  expect(await told(noon + 80 * minute, "0 */5 * * * *")).toEqual([["13:20:00", true, "0001-01-01T00:00:00+00:00"]]);
});

test("a schedule of several times a minute has a status all the same when it has hours or days", async () => {
  const world = makeWorld();
  await world.start(appWith("*/20 * 12-17 * * *"));
  await world.advance(minute);
  expect(runs(world, "one")[1]?.scheduleStatus).toMatchObject({ last: "2026-01-14T12:00:20+00:00" });
});

test("a failing timer is retried as its policy says, then goes on with its schedule", async () => {
  const world = makeWorld();
  await world.start("triggers", { settings });
  await world.advance(70 * minute);
  expect(runs(world, "failing").map(({ at, retry }) => [at, retry])).toEqual([
    ["13:00:00", 0],
    ["13:00:30", 1],
    ["13:01:00", 2],
  ]);
  await world.advance(24 * 60 * minute);
  expect(times(world, "failing").slice(3)).toEqual(["13:00:00", "13:00:30", "13:01:00"]);
});

test("a timer never overlaps itself: what comes due during a run is one run right after it", async () => {
  const world = makeWorld();
  const root = makeApp({
    "src/a.js": `import { app } from "@azure/functions";
      let release;
      app.timer("slow", { schedule: "0 * * * * *", handler: (_, context) => {
        context.log("ran " + new Date().toISOString() + " {} retry 0");
        return new Promise((resolve) => { release = resolve; });
      } });
      app.get("release", async () => { release(); return {}; });`,
  });
  const host = await world.start(root);
  await world.clock.advance(minute, async () => undefined);
  await until(() => times(world, "slow").length > 0);
  await world.clock.advance(2.5 * minute, async () => undefined);
  expect(times(world, "slow")).toEqual(["12:01:00"]);
  await fetch(`${host.origin}/api/release`);
  await until(() => times(world, "slow").length > 1);
  await fetch(`${host.origin}/api/release`);
  await until(() => world.work.pending["timer slow"] === undefined);
  expect(times(world, "slow")).toEqual(["12:01:00", "12:03:30"]);
  await world.clock.advance(minute / 2, async () => undefined);
  await until(() => times(world, "slow").length > 2);
  expect(times(world, "slow")).toEqual(["12:01:00", "12:03:30", "12:04:00"]);
  await fetch(`${host.origin}/api/release`);
});

test("a timer function can be run by hand with the master key", async () => {
  const world = makeWorld();
  const host = await world.start("triggers", { settings });
  const run = (key: string) =>
    fetch(`${host.origin}/admin/functions/quarterly`, {
      method: "POST",
      headers: { "x-functions-key": key, "content-type": "application/json" },
      body: "{}",
    });
  expect((await run("wrong")).status).toBe(401);
  expect((await run(host.masterKey)).status).toBe(202);
  await world.work.idle();
  expect(times(world, "quarterly")).toEqual(["12:00:00"]);
});

test("a run by hand that is tried again, beside one by the schedule, leaves no work behind: time goes on", async () => {
  const world = makeWorld({ at: noon + 59.5 * minute });
  const host = await world.start("triggers", { settings });
  await world.advance(minute / 2);
  const headers = { "x-functions-key": host.masterKey, "content-type": "application/json" };
  await fetch(`${host.origin}/admin/functions/failing`, { method: "POST", headers, body: "{}" });
  await world.work.idle();
  await world.advance(2 * minute);
  expect(times(world, "failing").sort()).toEqual(["13:00:00", "13:00:30", "13:01:00"].flatMap((time) => [time, time]));
  expect(world.work.pending).toEqual({});
});
