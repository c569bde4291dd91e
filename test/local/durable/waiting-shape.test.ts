import type { OrchestrationContext, Task } from "durable-functions";
import { describe, expect, test } from "vitest";
import { df } from "./application.ts";
import { startStack } from "./stack.ts";

/**
 * The shapes of waiting that were run on the real host, each through nine kinds of scenario: those that are right there are right here, those
 * that hang there are refused here with a reason.
 */

df.app.activity("work", { handler: (input: unknown) => input });
const minute = 60_000;
type Steps = Generator<Task, unknown, never>;
const deadline = (context: OrchestrationContext, minutes: number) =>
  new Date(context.df.currentUtcDateTime.getTime() + minutes * minute);

/** Our own shape: one event name, a new waiter and a new timer to the same deadline in each round. */
function* wait(context: OrchestrationContext, kinds: string[], until: Date): Generator<Task, string, never> {
  for (;;) {
    const event = context.df.waitForExternalEvent("order");
    const timer = context.df.createTimer(until);
    const winner: Task = yield context.df.Task.any([event, timer]) as Task;
    if (winner === timer) return "expired";
    timer.cancel();
    const { kind } = event.result as { kind: string };
    if (kinds.includes(kind)) return kind;
  }
}

const loops = (between: boolean) =>
  function* (context: OrchestrationContext): Steps {
    const first: string = yield* wait(context, ["submitted", "cancelled"], deadline(context, 5));
    if (first !== "submitted") return [first];
    if (between) yield context.df.callActivity("work", 42);
    const second: string = yield* wait(context, ["ready", "cancelled"], deadline(context, 15));
    const after: unknown = yield context.df.callActivity("work", "told");
    return [first, second, after];
  };
df.app.orchestration("loops", loops(false));
df.app.orchestration("loopsWithActivity", loops(true));

/** One name, the kind in the payload, a new waiter and a new timer in each wait, no loop. */
df.app.orchestration("once", function* (context): Steps {
  const results: unknown[] = [];
  for (const minutes of [5, 15]) {
    const event = context.df.waitForExternalEvent("order");
    const timer = context.df.createTimer(deadline(context, minutes));
    const winner: Task = yield context.df.Task.any([event, timer]) as Task;
    if (winner === timer) results.push("expired");
    else {
      timer.cancel();
      results.push((event.result as { kind: string }).kind);
    }
  }
  return results;
});

type Step = string | number;
/** Strings are kinds of events, several in one word come in a burst; numbers are minutes that pass. */
const scenarios: { name: string; steps: Step[]; loop: unknown; once: unknown }[] = [
  {
    name: "in sequence",
    steps: ["submitted", "ready"],
    loop: ["submitted", "ready", "told"],
    once: ["submitted", "ready"],
  },
  { name: "cancelled at once", steps: ["cancelled", 20], loop: ["cancelled"], once: ["cancelled", "expired"] },
  {
    name: "cancelled later",
    steps: ["submitted", 1, "cancelled"],
    loop: ["submitted", "cancelled", "told"],
    once: ["submitted", "cancelled"],
  },
  {
    name: "a burst of both",
    steps: ["submitted cancelled"],
    loop: ["submitted", "cancelled", "told"],
    once: ["submitted", "cancelled"],
  },
  { name: "the first time-out", steps: [5, 15], loop: ["expired"], once: ["expired", "expired"] },
  {
    name: "the second time-out",
    steps: ["submitted", 15],
    loop: ["submitted", "expired", "told"],
    once: ["submitted", "expired"],
  },
  {
    name: "a repeated event",
    steps: ["submitted", "submitted", "submitted", "ready"],
    loop: ["submitted", "ready", "told"],
    once: ["submitted", "submitted"],
  },
  {
    name: "a repeat in a burst and the second time-out",
    steps: ["submitted submitted", 15],
    loop: ["submitted", "expired", "told"],
    once: ["submitted", "submitted"],
  },
  {
    name: "an event after the time-out",
    steps: [5, "submitted", 15],
    loop: ["expired"],
    once: ["expired", "submitted"],
  },
];

async function play(orchestrator: string, steps: readonly Step[]) {
  const stack = await startStack();
  await stack.client.startNew(orchestrator, { instanceId: "o" });
  await stack.settle();
  for (const step of steps) {
    if (typeof step === "number") await stack.advance(step * minute);
    else await Promise.all(step.split(" ").map((kind) => raise(stack, kind)));
    await stack.settle();
  }
  return stack;
}

const raise = ({ client, engine }: Awaited<ReturnType<typeof startStack>>, kind: string) =>
  engine.instance("o")?.status === "Running" ? client.raiseEvent("o", "order", { kind }) : undefined;

describe("right on Azure and right here", () => {
  for (const { name, steps, loop, once } of scenarios) {
    test(`loop with new timer to the same deadline: ${name}`, async () => {
      const { outcome } = await play("loops", steps);
      expect(outcome("o")).toEqual(loop);
    });
    test(`the same with an activity between: ${name}`, async () => {
      const { outcome } = await play("loopsWithActivity", steps);
      expect(outcome("o")).toEqual(loop);
    });
    test(`one wait after the other: ${name}`, async () => {
      const { outcome } = await play("once", steps);
      expect(outcome("o")).toEqual(once);
    });
  }

  test("an event raised before the start's first turn is not lost", async () => {
    const { client, settle, outcome } = await startStack();
    await client.startNew("loops", { instanceId: "o" });
    await client.raiseEvent("o", "order", { kind: "submitted" });
    await client.raiseEvent("o", "order", { kind: "ready" });
    await settle();
    expect(outcome("o")).toEqual(["submitted", "ready", "told"]);
  });
});

/** Two waits with a name of its own for each kind; `cancelled` is awaited in both. */
df.app.orchestration("severalNames", function* (context): Steps {
  const { Task: tasks } = context.df;
  const timer = context.df.createTimer(deadline(context, 5));
  yield tasks.any([
    context.df.waitForExternalEvent("submitted"),
    context.df.waitForExternalEvent("cancelled"),
    timer,
  ]) as Task;
  timer.cancel();
  yield tasks.any([context.df.waitForExternalEvent("ready"), context.df.waitForExternalEvent("cancelled")]) as Task;
  return "ended";
});

df.app.orchestration("sharedEventTask", function* (context): Steps {
  const { Task: tasks } = context.df;
  const cancelled = context.df.waitForExternalEvent("cancelled");
  yield tasks.any([context.df.waitForExternalEvent("submitted"), cancelled]) as Task;
  yield tasks.any([context.df.waitForExternalEvent("ready"), cancelled]) as Task;
  return "ended";
});

df.app.orchestration("sameTimer", function* (context): Steps {
  const timer = context.df.createTimer(deadline(context, 5));
  for (let round = 0; round < 3; round++) {
    yield context.df.Task.any([timer, context.df.waitForExternalEvent("order")]) as Task;
  }
  return "ended";
});

describe("hanging on Azure and refused here", () => {
  for (const [orchestrator, event, reason] of [
    [
      "severalNames",
      "submitted",
      /the event 'cancelled' is awaited again, but a waiter for it is left over from an earlier Task\.any/,
    ],
    ["sharedEventTask", "submitted", /the task of waitForExternalEvent\('cancelled'\) was put into a second wait/],
    ["sameTimer", "order", /the task of a createTimer was put into a second wait/],
  ] as const) {
    test(orchestrator, async () => {
      const { client, settle, outcome } = await startStack();
      await client.startNew(orchestrator, { instanceId: "o" });
      await settle();
      await client.raiseEvent("o", event, 1);
      await settle();
      expect(outcome("o")).toEqual({ Failed: expect.stringMatching(reason) });
    });
  }
});
