import type { Task } from "durable-functions";
import { expect, test } from "vitest";
import { df } from "./application.ts";
import { startStack } from "./stack.ts";

/** The limits that host.json sets (`extensions.durableTask`). */

df.app.activity("limitedWork", { handler: (input: unknown) => input });
df.app.orchestration("limitedFan", function* (context): Generator<Task, unknown, never> {
  const calls = Array.from({ length: 20 }, (_, index) => context.df.callActivity("limitedWork", index));
  yield context.df.Task.all(calls) as Task;
  return "all";
});
df.app.orchestration("limitedMany", function* (context): Generator<Task, unknown, never> {
  for (let n = 0; n < 6; n++) yield context.df.callActivity("limitedWork", n);
  return "done";
});
df.app.entity("limitedEntity", (context) => {
  context.df.setState(((context.df.getState(() => 0) as number) ?? 0) + 1);
});

/** How many runs of functions named so are under way at once, at most, while `run` goes on. */
function counting(name: string) {
  let now = 0;
  let most = 0;
  const counts = new Map<string, number>();
  return {
    counts,
    most: () => most,
    before: async (started: string) => {
      if (started !== name) return;
      now++;
      most = Math.max(most, now);
      for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
      now--;
    },
  };
}

test("maxConcurrentActivityFunctions and maxConcurrentOrchestratorFunctions are the most that run at once, and are used up", async () => {
  const activities = counting("limitedWork");
  const one = await startStack({ options: { maxConcurrentActivities: 3 }, runs: activities });
  await one.client.startNew("limitedFan", { instanceId: "f" });
  await one.settle();
  expect(one.outcome("f")).toBe("all");
  expect(activities.most()).toBe(3);

  const orchestrators = counting("limitedFan");
  const two = await startStack({ options: { maxConcurrentOrchestrators: 2 }, runs: orchestrators });
  // All of them are there when the first begins.
  await two.engine.detach();
  await Promise.all(Array.from({ length: 10 }, (_, n) => two.client.startNew("limitedFan", { instanceId: `f${n}` })));
  await two.attach();
  await two.settle();
  expect(orchestrators.most()).toBe(2);
});

test("maxEntityOperationBatchSize cuts what waits for an entity; maxConcurrentEntityFunctions counts entities", async () => {
  const runs = counting("limitedEntity");
  const stack = await startStack({ options: { maxEntityBatch: 4, maxConcurrentEntities: 2 }, runs });
  await stack.engine.detach();
  for (let n = 0; n < 10; n++) {
    await stack.client.signalEntity(new df.EntityId("limitedEntity", "one"), "add");
  }
  for (let n = 0; n < 6; n++) await stack.client.signalEntity(new df.EntityId("limitedEntity", `e${n}`), "add");
  await stack.attach();
  await stack.settle();
  expect(runs.counts.get("limitedEntity")).toBe(3 + 6);
  expect(runs.most()).toBe(2);
});

test("maxOrchestrationActions fails an orchestration that takes more", async () => {
  const { client, settle, outcome } = await startStack({ options: { maxActions: 5 } });
  await client.startNew("limitedMany", { instanceId: "m" });
  await settle();
  expect(outcome("m")).toEqual({ Failed: expect.stringContaining("at most 5 actions") });
});
