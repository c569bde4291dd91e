import { expect, test } from "vitest";
import { df } from "./application.ts";
import { startStack } from "./stack.ts";

df.app.activity("note", { handler: (text: unknown) => text });
const minute = 60_000;

test("an event is buffered until it is awaited, each name for itself and in order", async () => {
  df.app.orchestration("collects", function* (context) {
    yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + minute));
    const got: unknown[] = [];
    for (const name of ["a", "b", "a"]) got.push(yield context.df.waitForExternalEvent(name));
    return got;
  });
  const { client, settle, advance, outcome } = await startStack();
  await client.startNew("collects", { instanceId: "c" });
  await settle();
  for (const [name, data] of [
    ["b", 1],
    ["a", 2],
    ["a", 3],
  ] as const)
    await client.raiseEvent("c", name, data);
  await settle();
  await advance(minute);
  expect(outcome("c")).toEqual([2, 1, 3]);
});

test("an event may be there before the instance has had its first turn", async () => {
  df.app.orchestration("early", function* (context) {
    return yield context.df.waitForExternalEvent("go");
  });
  const { client, settle, outcome } = await startStack();
  await Promise.all([client.startNew("early", { instanceId: "e" }), settle()]);
  await client.raiseEvent("e", "go", { soon: true });
  await settle();
  expect(outcome("e")).toEqual({ soon: true });
});

test("the case of an event's name matters, as recorded", async () => {
  df.app.orchestration("exact", function* (context) {
    return yield context.df.waitForExternalEvent("go");
  });
  const { client, settle, outcome, engine } = await startStack();
  await client.startNew("exact", { instanceId: "e" });
  await settle();
  await client.raiseEvent("e", "GO", 1);
  await settle();
  expect(engine.instance("e")?.status).toBe("Running");
  await client.raiseEvent("e", "go", 2);
  await settle();
  expect(outcome("e")).toBe(2);
});

test("Task.all and Task.any nest, and the loser is never delivered twice", async () => {
  df.app.orchestration("nested", function* (context) {
    const { Task } = context.df;
    const both = Task.all([context.df.waitForExternalEvent("a"), context.df.waitForExternalEvent("b")]);
    const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + minute));
    const winner: unknown = yield Task.any([both, timer]);
    if (winner === both) timer.cancel();
    const rest: unknown = yield context.df.callActivity("note", "after");
    return [winner === both ? both.result : "late", rest];
  });
  const { client, settle, advance, outcome } = await startStack();
  await client.startNew("nested", { instanceId: "in-time" });
  await client.startNew("nested", { instanceId: "late" });
  await settle();
  await client.raiseEvent("in-time", "b", 2);
  await client.raiseEvent("in-time", "a", 1);
  await client.raiseEvent("late", "a", 1);
  await settle();
  await advance(minute);
  expect(outcome("in-time")).toEqual([[1, 2], "after"]);
  expect(outcome("late")).toEqual(["late", "after"]);
});

test("a task that lost a race may still be awaited by itself", async () => {
  df.app.orchestration("awaitsLoser", function* (context) {
    const event = context.df.waitForExternalEvent("go");
    const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + minute));
    yield context.df.Task.any([event, timer]);
    yield event;
    return event.result;
  });
  const { client, settle, advance, outcome } = await startStack();
  await client.startNew("awaitsLoser", { instanceId: "l" });
  await settle();
  await advance(minute);
  await client.raiseEvent("l", "go", 7);
  await settle();
  expect(outcome("l")).toBe(7);
});

test("the winners of a race over calls are refused a second race, and the shape is named (durable-js #574)", async () => {
  df.app.orchestration("racesAgain", function* (context) {
    const calls = ["a", "b", "c"].map((name) => context.df.callActivity("note", name));
    const results: unknown[] = [];
    while (calls.length > 0) {
      const winner = yield context.df.Task.any(calls);
      calls.splice(calls.indexOf(winner), 1);
      results.push(winner.result);
    }
    return results;
  });
  const { client, settle, outcome } = await startStack();
  await client.startNew("racesAgain", { instanceId: "r" });
  await settle();
  expect(outcome("r")).toEqual({
    Failed: expect.stringMatching(
      /the task of a call of 'note' was put into a second wait \(Task\.any, Task\.all\)\..*#574/,
    ),
  });
});

test("a wait that nothing can end is found out and explained", async () => {
  df.app.orchestration("waitsForEnded", function* (context) {
    const call = context.df.callActivity("note", 1);
    yield call;
    const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + minute));
    yield context.df.Task.any([context.df.waitForExternalEvent("go"), timer]);
    timer.cancel();
    yield timer;
  });
  const { client, settle, outcome } = await startStack();
  await client.startNew("waitsForEnded", { instanceId: "w" });
  await client.raiseEvent("w", "go", 1);
  await settle();
  expect(outcome("w")).toEqual({ Failed: expect.stringContaining("nothing that could wake it is in progress") });
});

test("a Task.any over two groups of events that only a timer ended may be waited for anew", async () => {
  df.app.orchestration("groups", function* (context) {
    for (;;) {
      const both = context.df.Task.all([context.df.waitForExternalEvent("a"), context.df.waitForExternalEvent("b")]);
      const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + minute));
      const winner: unknown = yield context.df.Task.any([both, timer]);
      if (winner === both) {
        timer.cancel();
        return both.result;
      }
    }
  });
  const { client, settle, advance, outcome } = await startStack();
  await client.startNew("groups", { instanceId: "g" });
  await settle();
  await advance(minute);
  await client.raiseEvent("g", "b", 2);
  await client.raiseEvent("g", "a", 1);
  await settle();
  expect(outcome("g")).toEqual([1, 2]);
});

test("an event whose name differs in case from the one awaited is pointed out in the log", async () => {
  const { client, settle, log } = await startStack();
  await client.startNew("exact", { instanceId: "e" });
  await settle();
  await client.raiseEvent("e", "GO", 1);
  await settle();
  expect(log.map(({ message }) => message)).toContain(
    "'e' waits for the event 'go', but was sent 'GO': the case must be the same.",
  );
});

test("a history tells what came and woke nobody: a cancelled timer, and events after the last wait", async () => {
  df.app.orchestration("cancels", function* (context) {
    const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 60_000));
    yield context.df.Task.any([context.df.waitForExternalEvent("first"), timer]);
    timer.cancel();
    yield context.df.waitForExternalEvent("last");
    return "done";
  });
  const { client, engine, settle, advance, attach, outcome, counts } = await startStack();
  await client.startNew("cancels", { instanceId: "c" });
  await settle();
  await client.raiseEvent("c", "first", null);
  await settle();
  const turns = counts.get("cancels");
  await advance(60_000);
  expect(counts.get("cancels")).toBe(turns);
  const names = () =>
    engine
      .history("c")
      .flatMap(({ EventType, Name }) => (EventType === 15 ? [Name] : EventType === 11 ? ["fired"] : []));
  expect(names()).toEqual(["first", "fired"]);
  await engine.detach();
  for (const name of ["last", "late", "later"]) await client.raiseEvent("c", name, null);
  await attach();
  await settle();
  expect(outcome("c")).toBe("done");
  expect(names()).toEqual(["first", "fired", "last", "late", "later"]);
});
