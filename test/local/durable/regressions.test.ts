import type { OrchestrationContext, Task } from "durable-functions";
import { expect, test } from "vitest";
import { df } from "./application.ts";
import { startStack } from "./stack.ts";

/** Races that hurt users of Durable Functions, by the number of their issue. */

df.app.activity("record", { handler: (input: unknown) => input });
const minute = 60_000;
const inMinutes = (context: OrchestrationContext, minutes: number) =>
  new Date(context.df.currentUtcDateTime.getTime() + minutes * minute);

test("durable-js #558: an event that came before its wait wakes the orchestrator at once", async () => {
  df.app.orchestration("issue558", function* (context) {
    yield context.df.callActivity("record", 1);
    const timer = context.df.createTimer(inMinutes(context, 1));
    const event = context.df.waitForExternalEvent("go");
    const winner: unknown = yield context.df.Task.any([event, timer]);
    if (winner === event) timer.cancel();
    return winner === event ? event.result : "expired";
  });
  const { client, settle, outcome } = await startStack();
  await client.startNew("issue558", { instanceId: "i" });
  await client.raiseEvent("i", "go", "early");
  await settle();
  expect(outcome("i")).toBe("early");
});

test("durable-js #577: in an eternal orchestration timers keep firing and no event is taken by a timer", async () => {
  df.app.orchestration("issue577", function* (context): Generator<Task, unknown, never> {
    const { seen, log } = context.df.getInput() as { seen: string[]; log: string[] };
    const timer = context.df.createTimer(inMinutes(context, 1));
    const event = context.df.waitForExternalEvent("tick");
    const winner: Task = yield context.df.Task.any([event, timer]) as Task;
    if (winner === timer) log.push("timer");
    else {
      timer.cancel();
      // The event may come again in the next generation: its id tells.
      const { id } = event.result as { id: string };
      if (!seen.includes(id)) log.push(id);
      seen.push(id);
      yield context.df.callActivity("record", id);
    }
    if (log.length === 6) return log;
    context.df.continueAsNew({ seen, log });
    return undefined;
  });
  const { client, settle, advance, outcome } = await startStack();
  await client.startNew("issue577", { instanceId: "i", input: { seen: [], log: [] } });
  await settle();
  await client.raiseEvent("i", "tick", { id: "a" });
  await settle();
  await advance(minute);
  await advance(minute);
  await client.raiseEvent("i", "tick", { id: "b" });
  await client.raiseEvent("i", "tick", { id: "c" });
  await settle();
  await advance(minute);
  expect(outcome("i")).toEqual(["a", "timer", "timer", "b", "c", "timer"]);
});

test("durable-extension #573: events that come while an activity runs are not lost", async () => {
  df.app.orchestration("issue573", function* (context) {
    const letters: unknown[] = [];
    for (let index = 0; index < 26; index++) {
      const letter: unknown = yield context.df.waitForExternalEvent("append");
      letters.push(yield context.df.callActivity("record", letter));
    }
    return letters.join("");
  });
  const alphabet = "abcdefghijklmnopqrstuvwxyz";
  const { client, settle, outcome } = await startStack();
  await client.startNew("issue573", { instanceId: "i" });
  for (const letter of alphabet) await client.raiseEvent("i", "append", letter);
  await settle();
  expect(outcome("i")).toBe(alphabet);
});

test("durable-extension #680: the loser of a race does not win when the history is replayed", async () => {
  df.app.orchestration("issue680", function* (context): Generator<Task, unknown, never> {
    const winners: string[] = [];
    const timer = context.df.createTimer(inMinutes(context, 1));
    const event = context.df.waitForExternalEvent("go");
    const winner: Task = yield context.df.Task.any([event, timer]) as Task;
    winners.push(winner === timer ? "timer" : "event");
    // The loser ends now; every replay from here on sees both in the history.
    if (winner === timer) yield event;
    else yield timer;
    yield context.df.callActivity("record", 1);
    yield context.df.callActivity("record", 2);
    return winners;
  });
  const { client, settle, advance, outcome } = await startStack();
  await client.startNew("issue680", { instanceId: "timer" });
  await client.startNew("issue680", { instanceId: "event" });
  await settle();
  await client.raiseEvent("event", "go", 1);
  await advance(minute);
  await client.raiseEvent("timer", "go", 1);
  await settle();
  expect(outcome("timer")).toEqual(["timer"]);
  expect(outcome("event")).toEqual(["event"]);
});

test("durable-extension #684: an event at the very time of the time-out is either the winner or kept for the next wait", async () => {
  df.app.orchestration("issue684", function* (context): Generator<Task, unknown, never> {
    const timer = context.df.createTimer(inMinutes(context, 1));
    const event = context.df.waitForExternalEvent("go");
    const winner: Task = yield context.df.Task.any([event, timer]) as Task;
    if (winner === event) {
      timer.cancel();
      return ["event", event.result];
    }
    const late: unknown = yield context.df.waitForExternalEvent("go");
    return ["timer", late];
  });
  const { client, settle, clock, work, outcome } = await startStack();
  for (const id of ["a", "b", "c", "d"]) await client.startNew("issue684", { instanceId: id });
  await settle();
  // The clock moves and the events arrive while the timers are being delivered.
  const passing = clock.advance(minute, async () => {
    if (clock.now() % minute === 0)
      await Promise.all(["a", "b", "c", "d"].map((id) => client.raiseEvent(id, "go", id)));
    await work.idle();
  });
  await passing;
  await settle();
  for (const id of ["a", "b", "c", "d"]) expect(outcome(id)).toEqual([expect.stringMatching(/event|timer/), id]);
});
