import type { OrchestrationContext, Task } from "durable-functions";
import { expect, test } from "vitest";
import { openMemoryStore } from "../../../local/store/memory-store.ts";
import { df, plain } from "./application.ts";
import { start, startStack } from "./stack.ts";

const attempts = new Map<string, number>();
df.app.activity("flaky", {
  handler: ({ key, failures }: { key: string; failures: number }) => {
    const attempt = (attempts.get(key) ?? 0) + 1;
    attempts.set(key, attempt);
    if (attempt <= failures) throw new Error(`flaky failed #${attempt}`);
    return attempt;
  },
});
df.app.orchestration("flakyChild", function* (context) {
  return yield context.df.callActivity("flaky", context.df.getInput());
});
const minute = 60_000;

test("a timer fires at its time and not before", async () => {
  df.app.orchestration("timer", function* (context) {
    yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 5 * minute));
    return "rang";
  });
  const { client, settle, advance, outcome, engine } = await startStack();
  await client.startNew("timer", { instanceId: "t" });
  await settle();
  await advance(5 * minute - 1);
  expect(engine.instance("t")?.status).toBe("Running");
  await advance(1);
  expect(outcome("t")).toBe("rang");
});

test("a cancelled timer does not hold the end back, one that lost and was not cancelled does", async () => {
  const race = (cancel: boolean) =>
    function* (
      context: import("durable-functions").OrchestrationContext,
    ): Generator<import("durable-functions").Task, unknown, never> {
      const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 5 * minute));
      const call = context.df.callActivity("flaky", { key: context.df.instanceId, failures: 0 });
      yield context.df.Task.any([timer, call]);
      if (cancel) timer.cancel();
      return call.result;
    };
  df.app.orchestration("cancels", race(true));
  df.app.orchestration("forgets", race(false));
  const { client, settle, advance, outcome, engine, clock } = await startStack();
  await client.startNew("cancels", { instanceId: "c" });
  await client.startNew("forgets", { instanceId: "f" });
  await settle();
  expect(outcome("c")).toBe(1);
  expect(engine.instance("f")?.status).toBe("Running");
  await advance(5 * minute);
  expect(outcome("f")).toBe(1);
  expect(clock.nextDue).toBeUndefined();
});

test("a timer of thirty days is made of hops of three, as on the real host", async () => {
  df.app.orchestration("month", function* (context) {
    const begin = context.df.currentUtcDateTime.getTime();
    yield context.df.createTimer(new Date(begin + 30 * 24 * 60 * minute));
    const late: number = yield context.df.callActivity("flaky", { key: "month", failures: 0 });
    return [(context.df.currentUtcDateTime.getTime() - begin) / (24 * 60 * minute), late];
  });
  const { client, settle, advance, outcome, engine } = await startStack();
  await client.startNew("month", { instanceId: "m" });
  await settle();
  await advance(30 * 24 * 60 * minute);
  expect(outcome("m")).toEqual([30, 1]);
  expect(engine.history("m").filter(({ EventType }) => EventType === 10).length).toBe(9);
});

test("a retried activity waits longer each time and gives its result to the code", async () => {
  df.app.orchestration("retries", function* (context) {
    const options = new df.RetryOptions(1000, 5);
    options.backoffCoefficient = 2;
    options.maxRetryIntervalInMilliseconds = 3000;
    const begin = context.df.currentUtcDateTime.getTime();
    const result: number = yield context.df.callActivityWithRetry("flaky", options, { key: "r", failures: 3 });
    return [result, context.df.currentUtcDateTime.getTime() - begin];
  });
  const { client, settle, advance, outcome } = await startStack();
  await client.startNew("retries", { instanceId: "r" });
  await settle();
  await advance(1000 + 2000 + 3000);
  expect(outcome("r")).toEqual([4, 6000]);
});

test("a retried activity that never succeeds fails after its attempts, with three timers for three attempts", async () => {
  df.app.orchestration("exhausts", function* (context) {
    yield context.df.callActivityWithRetry("flaky", new df.RetryOptions(200, 3), { key: "x", failures: 99 });
  });
  const { client, settle, advance, outcome, engine } = await startStack();
  await client.startNew("exhausts", { instanceId: "x" });
  await settle();
  await advance(400);
  expect(outcome("x")).toEqual({
    Failed: expect.stringMatching(
      /^Orchestrator function 'exhausts' failed: Activity function 'flaky' failed: {2}flaky failed #3 \n /,
    ),
  });
  const types = engine.history("x").map(({ EventType }) => EventType);
  expect(types.filter((type) => type < 12)).toEqual([0, 4, 6, 10, 11, 4, 6, 10, 11, 4, 6, 10, 11, 1]);
});

test("retries in a race and beside other calls keep their ids apart", async () => {
  df.app.orchestration("mixed", function* (context) {
    const options = new df.RetryOptions(1000, 4);
    const first = context.df.callActivityWithRetry("flaky", options, { key: "m1", failures: 2 });
    const second = context.df.callActivityWithRetry("flaky", options, { key: "m2", failures: 1 });
    const both: number[] = yield context.df.Task.all([
      first,
      second,
      context.df.callActivity("flaky", { key: "m3", failures: 0 }),
    ]);
    const last: number = yield context.df.callActivity("flaky", { key: "m4", failures: 0 });
    return [...both, last];
  });
  const { client, settle, advance, outcome } = await startStack();
  await client.startNew("mixed", { instanceId: "m" });
  await settle();
  await advance(5000);
  expect(outcome("m")).toEqual([3, 2, 1, 1]);
});

/** A gate that functions wait at. */
function gate() {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, passed };
}

test("a failed attempt that comes right after a result that moves the code on does not mix up their ids", async () => {
  df.app.activity("quick", { handler: () => "quick" });
  df.app.orchestration("movesOn", function* (context) {
    const quick = context.df.callActivity("quick");
    const slow = context.df.callActivityWithRetry("flaky", new df.RetryOptions(1000, 3), { key: "slow", failures: 1 });
    yield context.df.Task.any([quick, slow]);
    const next: unknown = yield context.df.callActivity("quick");
    yield slow;
    return [quick.result, slow.result, next];
  });
  df.app.orchestration(
    "blocks",
    plain(() => 0),
  );
  const gates = { quick: gate(), flaky: gate(), blocks: gate() };
  const runs = {
    counts: new Map<string, number>(),
    before: (name: string) => gates[name as keyof typeof gates]?.passed,
  };
  const { client, advance, outcome, work } = await startStack({ runs, options: { maxConcurrentOrchestrators: 1 } });
  const until = async (isSo: () => boolean) => {
    while (!isSo()) await client.getStatus("m");
  };
  await client.startNew("movesOn", { instanceId: "m" });
  await until(() => runs.counts.has("quick") && runs.counts.has("flaky"));
  await client.startNew("blocks", { instanceId: "b" });
  await until(() => runs.counts.has("blocks"));
  // Both calls end while the only place for orchestrators is taken: what came waits for its turn together.
  gates.quick.open();
  await until(() => work.pending["durable activity"] === 1);
  gates.flaky.open();
  await until(() => work.pending["durable activity"] === undefined);
  gates.blocks.open();
  await advance(5000);
  expect(outcome("m")).toEqual(["quick", 2, "quick"]);
});

test("a retried sub-orchestration is started anew, with a fixed id under the same id", async () => {
  df.app.orchestration("retriesChild", function* (context) {
    const options = new df.RetryOptions(1000, 3);
    const fixed: number = yield context.df.callSubOrchestratorWithRetry(
      "flakyChild",
      options,
      { key: "c1", failures: 1 },
      "fixed",
    );
    const free: number = yield context.df.callSubOrchestratorWithRetry("flakyChild", options, {
      key: "c2",
      failures: 1,
    });
    return [fixed, free];
  });
  const { client, settle, advance, outcome, engine } = await startStack();
  await client.startNew("retriesChild", { instanceId: "p" });
  await settle();
  await advance(2000);
  expect(outcome("p")).toEqual([2, 2]);
  expect(engine.instance("fixed")?.status).toBe("Completed");
  expect([...engine.instances()]).toHaveLength(4);
});

test("a retry time-out, which hangs on Azure (durable-js #629), fails the instance and says why", async () => {
  df.app.orchestration("timesOut", function* (context) {
    const options = new df.RetryOptions(1000, 10);
    options.retryTimeoutInMilliseconds = 2500;
    try {
      yield context.df.callActivityWithRetry("flaky", options, { key: "t", failures: 99 });
    } catch {
      return "caught";
    }
    return undefined;
  });
  const { client, settle, advance, outcome } = await startStack();
  await client.startNew("timesOut", { instanceId: "t" });
  await settle();
  await advance(10_000);
  expect(outcome("t")).toEqual({ Failed: expect.stringContaining("durable-js #629") });
});

test("a thousand sleeping instances wake each at its time and are no work before", async () => {
  df.app.orchestration("sleeper", function* (context) {
    yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + (context.df.getInput() as number)));
    return 1;
  });
  const { client, settle, advance, engine, work } = await startStack();
  for (let group = 0; group < 20; group++) {
    await Promise.all(
      Array.from({ length: 50 }, (_, index) => client.startNew("sleeper", { input: 1000 + group * 50 + index })),
    );
  }
  await settle();
  expect(work.pending).toEqual({});
  await advance(2000);
  expect([...engine.instances()].every(({ status }) => status === "Completed")).toBe(true);
});

test("a timer that came due while nothing ran is work at once, so that nothing seems settled before it has fired", async () => {
  df.app.orchestration("overslept", function* (context) {
    yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 5 * minute));
    return "rang";
  });
  const store = openMemoryStore();
  const one = await startStack({ store });
  await one.client.startNew("overslept", { instanceId: "t" });
  await one.settle();
  await one.stop();
  const two = await startStack({ store, at: start + 60 * minute, attach: false });
  expect(two.work.pending).toEqual({ "durable episode": 1 });
  await two.attach();
  await two.settle();
  expect(two.outcome("t")).toBe("rang");
});

/** A retried call that races a timer; `fails` is how often the call fails. */
const racedRetry = (fails: number, then: (context: OrchestrationContext) => Task | undefined) =>
  function* (context: OrchestrationContext): Generator<Task, unknown, never> {
    const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 3_600_000));
    if (!racedTries.has(context.df.instanceId)) racedTries.set(context.df.instanceId, fails);
    const call = context.df.callActivityWithRetry("racedFails", new df.RetryOptions(1_000, 5), context.df.instanceId);
    const winner: Task = yield context.df.Task.any([timer, call]) as Task;
    if (winner !== timer) timer.cancel();
    const next = then(context);
    if (next !== undefined) yield next;
    return "done";
  };
const racedTries = new Map<string, number>();
df.app.activity("racedFails", {
  handler: (id: string) => {
    const left = racedTries.get(id) ?? 0;
    racedTries.set(id, left - 1);
    if (left > 0) throw new Error("not yet");
  },
});
df.app.activity("racedNext", { handler: () => 1 });
const nothing = () => undefined;
const anActivity = ({ df: own }: OrchestrationContext) => own.callActivity("racedNext", 1);
df.app.orchestration("racedOnce", racedRetry(0, anActivity));
df.app.orchestration("racedLast", racedRetry(1, nothing));
df.app.orchestration("racedActivity", racedRetry(1, anActivity));
df.app.orchestration(
  "racedTimer",
  racedRetry(1, ({ df: own }) => own.createTimer(new Date(own.currentUtcDateTime.getTime() + 1_000))),
);
df.app.orchestration(
  "racedSignal",
  racedRetry(1, ({ df: own }) => void own.signalEntity(new df.EntityId("nobody", "k"), "x")),
);

test.each(["racedActivity", "racedTimer", "racedSignal"])(
  "%s: what follows a call that was retried beside a cancelled timer fails, as recorded from the real host",
  async (name) => {
    const { client, engine, advance } = await startStack();
    await client.startNew(name, { instanceId: name });
    await advance(10_000);
    expect(engine.instance(name)).toMatchObject({ status: "Failed" });
    expect(engine.instance(name)?.output).toMatch(
      /^Non-Deterministic workflow detected: the call of 'racedFails' was retried/,
    );
  },
);

test.each(["racedOnce", "racedLast"])(
  "%s: a race in which nothing was retried, or which nothing follows, ends",
  async (name) => {
    const { client, advance, outcome } = await startStack();
    await client.startNew(name, { instanceId: name });
    await advance(10_000);
    expect(outcome(name)).toBe("done");
  },
);
