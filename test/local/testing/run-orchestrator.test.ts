import type { OrchestrationContext, Task } from "durable-functions";
import * as df from "durable-functions";
import { expect, test } from "vitest";
import { runOrchestrator } from "../../../local/testing/index.ts";

type Run = Generator<Task, unknown, never>;
const failureOf = async (run: Promise<unknown>) =>
  run.then(
    () => "it did not fail",
    (error: Error) => error.message,
  );

const brew = df.app.activity("brew", { handler: (drink: string) => drink });
const child = function* (context: OrchestrationContext): Run {
  return `${context.df.getInput<string>()} with ${yield context.df.callActivity("brew", "milk")}`;
};

test("activities by name and as registered, sub-orchestrations run and stubbed, entities called and signalled", async () => {
  const result = await runOrchestrator(
    function* (context): Run {
      const first: string = yield brew("tea");
      const second: string = yield context.df.callSubOrchestrator("child", first);
      const third: number = yield context.df.callSubOrchestrator("price", second);
      const cups: number = yield context.df.callEntity(new df.EntityId("counter", "cups"), "add", 2);
      context.df.signalEntity(new df.EntityId("counter", "cups"), "reset");
      context.df.setCustomStatus("served");
      return [first, second, third, cups];
    },
    {
      activities: { Brew: (drink: string) => drink.toUpperCase() },
      subOrchestrations: { child, price: (of: string) => of.length },
      entities: { counter: (operation: string, by: number) => (operation === "add" ? by + 40 : undefined) },
    },
  );
  expect(result.output).toEqual(["TEA", "TEA with MILK", 13, 42]);
  expect(result).toMatchObject({ status: "Completed", customStatus: "served", elapsed: 0 });
  expect(result.calls.map(({ kind, name, input }) => [kind, name.toLowerCase(), input])).toEqual([
    ["activity", "brew", "tea"],
    ["subOrchestration", "child", "TEA"],
    ["activity", "brew", "milk"],
    ["subOrchestration", "price", "TEA with MILK"],
    ["entity", "counter", 2],
    ["entity", "counter", undefined],
  ]);
});

test("time goes from timer to timer: retries with back-off, events at their time, the clock of the start", async () => {
  let attempts = 0;
  const result = await runOrchestrator(
    function* (context): Run {
      const began = context.df.currentUtcDateTime.toISOString();
      const retry = new df.RetryOptions(60_000, 3);
      retry.backoffCoefficient = 2;
      const made: string = yield context.df.callActivityWithRetry("make", retry);
      const said: string = yield context.df.waitForExternalEvent("said");
      return [began, made, said, context.df.currentUtcDateTime.toISOString()];
    },
    {
      at: "2026-06-15T09:00:00Z",
      activities: {
        make: () => {
          if (++attempts < 3) throw new Error("again");
          return "made";
        },
      },
      events: [{ name: "said", data: "now", after: "10 min" }],
    },
  );
  expect(result.output).toEqual(["2026-06-15T09:00:00.000Z", "made", "now", "2026-06-15T09:10:00.000Z"]);
  expect(result.calls).toHaveLength(3);
  expect(result.elapsed).toBe(600_000);
});

test("events of one moment come in the order in which they are listed, and those after the end are nobody's", async () => {
  const result = await runOrchestrator(
    function* (context): Run {
      const heard: number[] = [];
      while (heard.length < 10) heard.push(yield context.df.waitForExternalEvent("said"));
      return heard;
    },
    { events: Array.from({ length: 15 }, (_, n) => ({ name: "said", data: n, after: "1 min" })) },
  );
  expect(result).toMatchObject({ status: "Completed", output: Array.from({ length: 10 }, (_, n) => n) });
});

test("a failure is the orchestrator's own, with its text", async () => {
  const failed = await runOrchestrator(
    function* (context): Run {
      return yield context.df.callActivity("make");
    },
    {
      activities: {
        make: () => {
          throw new Error("no beans");
        },
      },
    },
  );
  expect(failed.status).toBe("Failed");
  expect(failed.output).toContain("no beans");
});

test("what waits for ever is Running when its time is over; continue-as-new goes on", async () => {
  const waiting = await runOrchestrator(function* (context): Run {
    return yield context.df.waitForExternalEvent("never");
  });
  expect(waiting).toMatchObject({ status: "Running", elapsed: 0 });
  const eternal = await runOrchestrator(
    function* (context): Run {
      const n = context.df.getInput<number>();
      context.df.setCustomStatus(n);
      yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 60_000));
      return context.df.continueAsNew(n + 1);
    },
    { input: 0, within: "10 min" },
  );
  expect(eternal).toMatchObject({ status: "Running", customStatus: 10 });
});

test("what hangs on Azure fails here too", async () => {
  const result = await runOrchestrator(function* (context): Run {
    const go = context.df.waitForExternalEvent("go");
    const at = (minutes: number) => new Date(context.df.currentUtcDateTime.getTime() + minutes * 60_000);
    yield context.df.Task.any([go, context.df.createTimer(at(1))]);
    yield context.df.Task.any([go, context.df.createTimer(at(1))]);
    return "unreachable";
  });
  expect(result.status).toBe("Failed");
  expect(result.output).toContain("Task.any");
});

test("code that is not deterministic is found", async () => {
  let turn = 0;
  const result = await runOrchestrator(
    function* (context): Run {
      yield context.df.callActivity(turn++ === 0 ? "one" : "two");
      yield context.df.callActivity("one");
      return "unreachable";
    },
    { activities: { one: () => 1, two: () => 2 } },
  );
  expect(result.status).toBe("Failed");
  expect(String(result.output)).toMatch(/determinis/i);
});

test("what the test lacks is said: stubs, generator functions, times", async () => {
  const lacking = runOrchestrator(function* (context): Run {
    return yield context.df.Task.all([
      context.df.callActivity("make"),
      context.df.callSubOrchestrator("other"),
      context.df.callEntity(new df.EntityId("counter", "a"), "add"),
    ]);
  });
  const message = await failureOf(lacking);
  for (const name of ["activities: { make: … }", "subOrchestrations: { other: … }", "entities: { counter: … }"]) {
    expect(message).toContain(name);
  }

  expect(await failureOf(runOrchestrator((() => "x") as never))).toContain("generator function");
  // biome-ignore lint/correctness/useYield: an orchestrator is a generator even when it never waits
  const empty = function* (): Run {
    return "done";
  };
  expect(await failureOf(runOrchestrator(empty, { at: "noon" }))).toContain('"noon" is not a time');
  expect(await failureOf(runOrchestrator(empty, { within: "soon" }))).toContain('"soon" is not a duration');
  expect(await failureOf(runOrchestrator(empty, { app: "/nowhere" }))).toContain(
    "Run the tests in the application's project",
  );
});

test("one that continues as new without waiting is stopped and told so; one that waits may go on for years", async () => {
  const round = await runOrchestrator(
    function* (context): Run {
      yield brew("tea");
      context.df.continueAsNew(null);
      return undefined;
    },
    { activities: { brew: (drink: string) => drink } },
  );
  expect(round).toMatchObject({ status: "Failed", elapsed: 0, output: expect.stringContaining("would loop for ever") });
  const daily = await runOrchestrator(
    function* (context): Run {
      const days = context.df.getInput<number>();
      if (days === 1500) return days;
      yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 24 * 3600 * 1000));
      context.df.continueAsNew(days + 1);
      return undefined;
    },
    { input: 0, within: "2000 d" },
  );
  expect(daily).toMatchObject({ status: "Completed", output: 1500 });
});
