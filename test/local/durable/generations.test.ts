import type { OrchestrationContext } from "durable-functions";
import { describe, expect, test } from "vitest";
import { df, plain } from "./application.ts";
import { startStack } from "./stack.ts";

df.app.activity("note", { handler: (input: unknown) => input });
const minute = 60_000;

test("a sub-orchestration has its parent's execution and place as id, or the id it was given", async () => {
  df.app.orchestration("child", function* (context) {
    const noted: unknown = yield context.df.callActivity("note", context.df.getInput());
    return [noted, context.df.parentInstanceId];
  });
  df.app.orchestration("parent", function* (context) {
    const free: unknown = yield context.df.callSubOrchestrator("child", { n: 1 });
    const named: unknown = yield context.df.callSubOrchestrator("child", "text", "my-child");
    return [free, named];
  });
  const { client, settle, outcome, engine } = await startStack();
  await client.startNew("parent", { instanceId: "p" });
  await settle();
  expect(outcome("p")).toEqual([
    [{ n: 1 }, "p"],
    ["text", "p"],
  ]);
  expect(engine.instance(`${engine.instance("p")?.executionId}:0`)?.status).toBe("Completed");
  expect(outcome("my-child")).toEqual(["text", "p"]);
});

test("the failure or termination of a sub-orchestration is its parent's error", async () => {
  df.app.orchestration(
    "failingChild",
    plain(() => {
      throw new Error("child boom");
    }),
  );
  df.app.orchestration("waitingChild", function* (context) {
    yield context.df.waitForExternalEvent("never");
  });
  df.app.orchestration("catchingParent", function* (context) {
    try {
      yield context.df.callSubOrchestrator(context.df.getInput() as string, null, `${context.df.instanceId}-child`);
    } catch (error) {
      return (error as Error).message;
    }
    return undefined;
  });
  const { client, settle, outcome } = await startStack();
  await client.startNew("catchingParent", { instanceId: "f", input: "failingChild" });
  await client.startNew("catchingParent", { instanceId: "t", input: "waitingChild" });
  await settle();
  await client.terminate("t-child", "because");
  await settle();
  expect(outcome("f")).toMatch(
    /^Orchestrator function 'failingChild' failed: child boom \n Message: child boom, StackTrace:/,
  );
  expect(outcome("t")).toMatch(/^because \n /);
});

test("a sub-orchestration under the id of an instance that runs, which waits for ever on Azure, is refused", async () => {
  df.app.orchestration("twice", function* (context) {
    yield context.df.callSubOrchestrator("waitingChild", null, "taken");
  });
  const { client, settle, outcome } = await startStack();
  await client.startNew("waitingChild", { instanceId: "taken" });
  await settle();
  await client.startNew("twice", { instanceId: "w" });
  await settle();
  expect(outcome("w")).toEqual({
    Failed: expect.stringContaining("instance id 'taken', which belongs to an instance that has not ended"),
  });
});

test("so it is when one turn gives the id twice, when two turns give it at the same moment, and when a retry meets it", async () => {
  df.app.orchestration("twiceAtOnce", function* (context) {
    const children = [1, 2].map(() => context.df.callSubOrchestrator("waitingChild", null, "both"));
    yield context.df.Task.all(children);
  });
  df.app.orchestration("oneOfMany", function* (context) {
    yield context.df.callSubOrchestrator("waitingChild", null, "shared");
  });
  df.app.orchestration("triesAgain", function* (context) {
    const retry = new df.RetryOptions(1000, 2);
    yield context.df.callSubOrchestratorWithRetry("failingChild", retry, null, "again");
  });
  const { client, settle, advance, outcome, engine } = await startStack();
  const taken = (id: string) => expect.stringContaining(`instance id '${id}', which belongs to an instance that has`);
  await client.startNew("twiceAtOnce", { instanceId: "t" });
  await settle();
  expect(outcome("t")).toEqual({ Failed: taken("both") });

  const many = Array.from({ length: 20 }, (_, index) => `m-${index}`);
  await Promise.all(many.map((instanceId) => client.startNew("oneOfMany", { instanceId })));
  await settle();
  expect(many.filter((id) => engine.instance(id)?.status === "Running")).toHaveLength(1);
  expect(many.map(outcome).filter((found) => found !== undefined && "Failed" in (found as object))).toHaveLength(19);

  await client.startNew("triesAgain", { instanceId: "r" });
  await settle();
  await client.startNew("waitingChild", { instanceId: "again" });
  await settle();
  await advance(1000);
  expect(outcome("r")).toEqual({ Failed: taken("again") });
  expect(engine.instance("again")).toMatchObject({ name: "waitingChild", status: "Running" });
});

test("continue-as-new begins a new history with the new input and keeps id and custom status", async () => {
  df.app.orchestration("counts", function* (context) {
    const count = context.df.getInput() as number;
    if (count === 1) context.df.setCustomStatus("began");
    yield context.df.callActivity("note", count);
    if (count < 5) context.df.continueAsNew(count + 1);
    return count;
  });
  df.app.orchestration(
    "keepsText",
    plain((context) => {
      if (context.df.getInput() === "abc") return "abc";
      context.df.continueAsNew("abc");
      return undefined;
    }),
  );
  const { client, settle, outcome, engine } = await startStack();
  await client.startNew("counts", { instanceId: "c", input: 1 });
  await client.startNew("keepsText", { instanceId: "t" });
  await settle();
  expect(outcome("c")).toBe(5);
  expect(outcome("t")).toBe("abc");
  expect(engine.instance("c")?.generation).toBe(4);
  expect(engine.history("c").map(({ EventType }) => EventType)).toEqual([12, 0, 13, 4, 13, 12, 5, 1, 13]);
});

test("continue-as-new waits for calls and timers that are open, and events that come meanwhile go to the next generation", async () => {
  df.app.orchestration("drains", function* (context) {
    if (context.df.getInput() !== "second") {
      const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + minute));
      yield context.df.Task.any([timer, context.df.callActivity("note", 1)]);
      context.df.continueAsNew("second");
      return undefined;
    }
    return yield context.df.waitForExternalEvent("go");
  });
  const { client, settle, advance, outcome, engine } = await startStack();
  await client.startNew("drains", { instanceId: "d" });
  await settle();
  expect(engine.instance("d")?.generation).toBe(0);
  await client.raiseEvent("d", "go", "meanwhile");
  await settle();
  await advance(minute);
  expect(outcome("d")).toBe("meanwhile");
});

test("a burst of events over generations that wait without a timer is taken one by one", async () => {
  df.app.orchestration("adds", function* (context) {
    const sum = (context.df.getInput() as number) + ((yield context.df.waitForExternalEvent("add")) as number);
    if (sum < 15) context.df.continueAsNew(sum);
    return sum;
  });
  const { client, settle, outcome } = await startStack();
  await client.startNew("adds", { instanceId: "a", input: 0 });
  await settle();
  await Promise.all([1, 2, 3, 4, 5].map((n) => client.raiseEvent("a", "add", n)));
  await settle();
  expect(outcome("a")).toBe(15);
});

test("an event that won against a timer comes once more in the next generation, as recorded (durable-extension #2606)", async () => {
  df.app.orchestration("carries", function* (context) {
    const round = context.df.getInput() as number;
    const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + minute));
    const event = context.df.waitForExternalEvent("go");
    const winner: unknown = yield context.df.Task.any([event, timer]);
    if (winner === timer) return [round, "timer"];
    timer.cancel();
    if (round > 0) return [round, event.result];
    yield context.df.callActivity("note", 1);
    context.df.continueAsNew(round + 1);
    return undefined;
  });
  df.app.orchestration("carriesAtOnce", function* (context) {
    const round = context.df.getInput() as number;
    const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + minute));
    const event = context.df.waitForExternalEvent("go");
    yield context.df.Task.any([event, timer]);
    timer.cancel();
    if (round === 2) return [round, event.result];
    context.df.continueAsNew(round + 1);
    return undefined;
  });
  const { client, settle, advance, outcome, engine } = await startStack();
  await client.startNew("carries", { instanceId: "between", input: 0 });
  await client.startNew("carriesAtOnce", { instanceId: "at-once", input: 0 });
  await settle();
  await client.raiseEvent("between", "go", "first");
  await client.raiseEvent("at-once", "go", "first");
  await settle();
  // With a call between, the event has been used up by the time of continue-as-new.
  expect(engine.instance("between")?.status).toBe("Running");
  expect(outcome("at-once")).toEqual([2, "first"]);
  expect(
    engine
      .history("at-once")
      .slice(0, 4)
      .map(({ EventType }) => EventType),
  ).toEqual([12, 0, 15, 13]);
  await advance(minute);
  expect(outcome("between")).toEqual([1, "timer"]);
});

test("a loop in which one event makes generation after generation is stopped and explained", async () => {
  df.app.orchestration("endless", function* (context) {
    const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + minute));
    const event = context.df.waitForExternalEvent("go");
    yield context.df.Task.any([event, timer]);
    timer.cancel();
    context.df.continueAsNew(null);
  });
  const { client, settle, outcome } = await startStack();
  await client.startNew("endless", { instanceId: "e" });
  await settle();
  await client.raiseEvent("e", "go", 1);
  await settle();
  expect(outcome("e")).toEqual({ Failed: expect.stringContaining("durable-extension #2606") });
});

test("an event that a generation was told of and did not await is lost with continue-as-new; one that comes later is not", async () => {
  df.app.orchestration("drops", function* (context) {
    if (context.df.getInput() === "second") return yield context.df.waitForExternalEvent("other");
    yield context.df.waitForExternalEvent("go");
    yield context.df.callActivity("note", 1);
    context.df.continueAsNew("second");
    return undefined;
  });
  const { client, settle, outcome, engine } = await startStack();
  await client.startNew("drops", { instanceId: "d" });
  await settle();
  await client.raiseEvent("d", "other", "too early");
  await settle();
  await client.raiseEvent("d", "go", 1);
  await settle();
  expect(engine.instance("d")).toMatchObject({ status: "Running", generation: 1 });
  await client.raiseEvent("d", "other", "in time");
  await settle();
  expect(outcome("d")).toBe("in time");
});

describe("the custom status over continue-as-new, as DurableTask.Core carries it", () => {
  const wait = (context: OrchestrationContext) => context.df.waitForExternalEvent("go");
  // Each generation sets what stands in its place of `set`; those before `waits` go on at once.
  df.app.orchestration("statuses", function* (context) {
    const { set, waits, turn = 0 } = context.df.getInput() as { set: (string | null)[]; waits: boolean; turn?: number };
    const status = set[turn];
    if (status) context.df.setCustomStatus(status);
    if (turn < set.length - 1) {
      context.df.continueAsNew({ set, waits, turn: turn + 1 });
      return "on";
    }
    if (waits) yield wait(context);
    if (waits) yield wait(context);
    return "done";
  });

  const run = async (set: (string | null)[], waits: boolean) => {
    const { client, settle } = await startStack();
    await client.startNew("statuses", { instanceId: "s", input: { set, waits } });
    await settle();
    const status = async () => (await client.getStatus("s")).customStatus;
    const first = await status();
    if (waits) await client.raiseEvent("s", "go", null);
    await settle();
    return [first, await status()];
  };

  test("it stays through the first turn of the next generation, and goes with the turn after", async () => {
    expect(await run(["brewing", null], true)).toEqual(["brewing", null]);
  });
  test("one that sets its own has its own", async () => {
    expect(await run(["brewing", "pouring"], true)).toEqual(["pouring", "pouring"]);
  });
  test("it stays to the end if that generation completes at once", async () => {
    expect(await run(["brewing", null], false)).toEqual(["brewing", "brewing"]);
  });
  test("a generation that sets none hands none on", async () => {
    expect(await run(["brewing", null, null], false)).toEqual([null, null]);
  });
});

test("a generation leaves no timer behind, not even one that it cancelled under an id that the next one has no use for", async () => {
  df.app.activity("quick", { handler: () => "done" });
  df.app.orchestration("races once", function* (context) {
    if (context.df.getInput() === "over") return "over";
    const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 86_400_000));
    yield context.df.Task.any([context.df.callActivity("quick"), timer]);
    timer.cancel();
    context.df.continueAsNew("over");
    return undefined;
  });
  const { client, engine, outcome, settle, store } = await startStack();
  await client.startNew("races once", { instanceId: "r" });
  await settle();
  expect(outcome("r")).toBe("over");
  expect(store.tables()).not.toContain(`durable/${engine.hubName}/tasks`);
});
