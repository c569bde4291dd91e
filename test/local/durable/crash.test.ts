import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OrchestrationContext, Task } from "durable-functions";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { eventType } from "../../../local/durable/events.ts";
import { openLogStore } from "../../../local/store/log-store.ts";
import { df } from "./application.ts";
import { Disk } from "./crashing-store.ts";
import { start, startStack } from "./stack.ts";

/** A step of a random orchestration; what a step gives does not depend on how often something had to be run. */
type Leaf =
  | { kind: "activity"; value: number }
  | { kind: "retried"; value: number; failures: number }
  | { kind: "timer"; seconds: number }
  | { kind: "event"; value: number }
  | { kind: "add"; key: string; value: number }
  | { kind: "child"; steps: Step[] };
type Step =
  | Leaf
  | { kind: "fails"; value: number }
  | { kind: "all"; steps: Leaf[] }
  | { kind: "race"; steps: Leaf[] }
  | { kind: "signal"; key: string; value: number };
interface Program {
  steps: Step[];
  /** How many more generations repeat the steps. */
  again: number;
}

const failed = new Map<string, number>();
df.app.activity("give", { handler: (value: number) => value });
df.app.activity("failFirst", {
  handler: ({ id, value, failures }: { id: string; value: number; failures: number }) => {
    const times = failed.get(id) ?? 0;
    failed.set(id, times + 1);
    if (times < failures) throw new Error(`failure ${times}`);
    return value;
  },
});
df.app.activity("fail", {
  handler: (value: number) => {
    throw new Error(`no ${value}`);
  },
});
df.app.entity("sum", (context) => {
  const sum = (context.df.getState(() => 0) as number) + ((context.df.getInput() as number) ?? 0);
  context.df.setState(sum);
  context.df.return(sum);
});

function* interpret(
  context: OrchestrationContext,
  steps: readonly Step[],
  path: string,
): Generator<Task, unknown[], Task> {
  const results: unknown[] = [];
  for (const [index, step] of steps.entries()) {
    const here = `${path}.${index}`;
    if (step.kind === "all") {
      results.push(
        yield context.df.Task.all(step.steps.map((leaf, place) => begin(context, leaf, `${here}.${place}`))) as Task,
      );
    } else if (step.kind === "race") {
      const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 5 * 24 * 3600 * 1000));
      const calls = step.steps.map((leaf, place) => begin(context, leaf, `${here}.${place}`));
      const all = context.df.Task.all(calls);
      const winner: Task = yield context.df.Task.any([all, timer]) as Task;
      if (winner === timer) results.push("late");
      else {
        timer.cancel();
        results.push(all.result);
      }
    } else if (step.kind === "fails") {
      try {
        yield context.df.callActivity("fail", step.value);
      } catch (error) {
        results.push((error as Error).message.split(" \n ")[0]);
      }
    } else if (step.kind === "signal") {
      context.df.signalEntity(new df.EntityId("sum", step.key), "add", step.value);
    } else {
      results.push(yield begin(context, step, here));
    }
  }
  return results;
}

function begin(context: OrchestrationContext, leaf: Leaf, path: string): Task {
  const { df: own } = context;
  const id = `${own.instanceId}${path}`;
  switch (leaf.kind) {
    case "activity":
      return own.callActivity("give", leaf.value);
    case "retried": {
      const { value, failures } = leaf;
      return own.callActivityWithRetry("failFirst", new df.RetryOptions(1000, 5), { id, value, failures });
    }
    case "timer":
      return own.createTimer(new Date(own.currentUtcDateTime.getTime() + leaf.seconds * 1000));
    case "event":
      return own.waitForExternalEvent(`event${path}`);
    case "add":
      return own.callEntity(new df.EntityId("sum", id), "add", leaf.value);
    case "child":
      return own.callSubOrchestrator("program", { steps: leaf.steps, again: 0 }, id);
  }
}

df.app.orchestration("program", function* (context) {
  const { steps, again } = context.df.getInput() as Program;
  const results: unknown[] = yield* interpret(context, steps, `g${again}`);
  if (again > 0) context.df.continueAsNew({ steps, again: again - 1 });
  return results;
});

/** What a program gives, told without an engine. */
function expected(steps: readonly Step[]): unknown[] {
  return steps.flatMap((step): unknown[] => {
    if (step.kind === "signal") return [];
    if (step.kind === "fails") return [`Activity function 'fail' failed:  no ${step.value}`];
    if (step.kind === "all" || step.kind === "race") return [step.steps.map(expectedLeaf)];
    return [expectedLeaf(step)];
  });
}
function expectedLeaf(leaf: Leaf): unknown {
  if (leaf.kind === "timer") return null;
  return leaf.kind === "child" ? expected(leaf.steps) : leaf.value;
}

/** The events that a program waits for, by instance and name. */
function events(
  steps: readonly Step[],
  instance: string,
  path: string,
): { instance: string; name: string; value: number }[] {
  return steps.flatMap((step, index) => {
    const here = `${path}.${index}`;
    if (step.kind === "all" || step.kind === "race")
      return step.steps.flatMap((leaf, place) => ofLeaf(leaf, instance, `${here}.${place}`));
    return ofLeaf(step, instance, here);
  });
}
const ofLeaf = (leaf: Step, instance: string, path: string) =>
  leaf.kind === "event" ? [{ instance, name: `event${path}`, value: leaf.value }] : [];

const value = fc.integer({ min: 0, max: 99 });
const simple: fc.Arbitrary<Leaf> = fc.oneof(
  fc.record({ kind: fc.constant("activity" as const), value }),
  fc.record({ kind: fc.constant("retried" as const), value, failures: fc.integer({ min: 0, max: 2 }) }),
  fc.record({ kind: fc.constant("timer" as const), seconds: fc.integer({ min: 0, max: 60 }) }),
  fc.record({ kind: fc.constant("add" as const), key: fc.constant(""), value }),
);
const event = fc.record({ kind: fc.constant("event" as const), value });
const child = fc.record({
  kind: fc.constant("child" as const),
  steps: fc.array(simple, { minLength: 1, maxLength: 3 }),
});
const leaf: fc.Arbitrary<Leaf> = fc.oneof(
  { weight: 4, arbitrary: simple },
  { weight: 1, arbitrary: event },
  { weight: 1, arbitrary: child },
);
/** A call that is retried beside a timer which is cancelled then fails the orchestration, as on Azure. */
const unfailing = (steps: Leaf[]): Leaf[] =>
  steps.map((step) => (step.kind === "retried" ? { ...step, failures: 0 } : step));
const several = fc.array(leaf, { minLength: 1, maxLength: 4 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: leaf },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("fails" as const), value }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("signal" as const),
      key: fc.constant("signalled"),
      value: fc.constant(1),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("all" as const), steps: several }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("race" as const), steps: several.map(unfailing) }) },
);
const program = fc.record({ steps: fc.array(step, { minLength: 1, maxLength: 5 }), again: fc.constantFrom(0, 0, 1) });

test("random orchestrations give the same result wherever and however often the process is killed", async () => {
  await fc.assert(
    fc.asyncProperty(program, fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 6 }), async (given, kills) => {
      failed.clear();
      const disk = new Disk();
      let time = start;
      {
        const stack = await startStack({ store: disk.open().store, attach: false });
        await stack.client.startNew("program", { instanceId: "p", input: given });
        for (let again = given.again; again >= 0; again--) {
          for (const { instance, name, value: data } of events(given.steps, "p", `g${again}`)) {
            if (again === given.again) await stack.client.raiseEvent(instance, name, data);
          }
        }
        await stack.stop();
      }
      // Events of later generations are raised when those have begun: what is not used up is lost on continue-as-new.
      const later = given.again > 0 ? events(given.steps, "p", "g0") : [];
      let raised = 0;
      for (const commits of [...kills, Number.POSITIVE_INFINITY]) {
        const { store, crashed } = disk.open(commits);
        const stack = await startStack({ store, at: time, killed: true });
        const run = async () => {
          for (let round = 0; round < 40 && stack.engine.instance("p")?.status === "Running"; round++) {
            await stack.advance(60_000);
            while (stack.engine.instance("p")?.generation === given.again && given.again > 0 && raised < later.length) {
              const { instance, name, value: data } = later[raised] as (typeof later)[number];
              await stack.client.raiseEvent(instance, name, data);
              raised++;
            }
          }
        };
        await Promise.race([stack.settle().then(run), crashed]);
        time = stack.clock.now();
        if (commits === Number.POSITIVE_INFINITY) {
          expect(stack.outcome("p")).toEqual(expected(given.steps));
          const signals = given.steps.filter(({ kind }) => kind === "signal").length * (given.again + 1);
          await stack.settle();
          const state = await stack.client.readEntityState(new df.EntityId("sum", "signalled"));
          expect(state.entityExists ? state.entityState : 0).toBe(signals);
          await stack.settle();
          // Nothing is left over of messages and tasks.
          const hub = `durable/${stack.engine.hubName}`;
          const kinds = ["instances", "history", "entities"].map((kind) => `${hub}/${kind}`);
          expect(store.tables().filter((name) => name.startsWith(hub) && !kinds.includes(name))).toEqual([]);
        }
        await stack.stop();
      }
    }),
    { numRuns: 40 },
  );
});

test("a log store on disk brings back instances, buffered events, timers and open activities", async () => {
  const folder = mkdtempSync(join(tmpdir(), "durable-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const minute = 60_000;
  df.app.orchestration("long", function* (context) {
    const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 10 * minute));
    yield timer;
    const kept: unknown = yield context.df.waitForExternalEvent("kept");
    const given: unknown = yield context.df.callActivity("give", 7);
    return [kept, given];
  });
  const first = await openLogStore(folder);
  const one = await startStack({ store: first });
  await one.client.startNew("long", { instanceId: "l" });
  await one.client.raiseEvent("l", "kept", "event");
  await one.settle();
  await one.stop();
  await first.close();

  const second = await openLogStore(folder);
  // The timer came due while nothing ran.
  const two = await startStack({ store: second, at: start + 60 * minute });
  await two.settle();
  expect(two.outcome("l")).toEqual(["event", 7]);
  expect(two.work.pending).toEqual({});
  await two.stop();
  await second.close();
});

test("an activity begins beside the writing of its turn; killed before that is on disk, it runs once more, and its result never went further", async () => {
  let runs = 0;
  df.app.activity("countRuns", { handler: () => ++runs });
  df.app.orchestration("countOnce", function* (context): Generator<Task, unknown, Task> {
    return yield context.df.callActivity("countRuns");
  });
  const disk = new Disk();
  // The key of the addresses and the start reach the disk, the first turn does not.
  const { store, crashed } = disk.open(2);
  const one = await startStack({ store, killed: true });
  await one.client.startNew("countOnce", { instanceId: "once" });
  await crashed;
  await expect.poll(() => runs).toBe(1);
  await new Promise((resolve) => setImmediate(resolve));
  expect(one.engine.history("once").map(({ EventType }) => EventType)).not.toContain(eventType.TaskCompleted);
  const two = await startStack({ store: disk.open().store });
  await two.settle();
  expect([runs, two.outcome("once")]).toEqual([2, 2]);
});

test("an orchestrator hears of an event beside its writing; no activity begins for it, and nothing of it is left, when it was not written", async () => {
  let runs = 0;
  df.app.activity("countHeard", { handler: () => ++runs });
  df.app.orchestration("hears", function* (context): Generator<Task, unknown, Task> {
    const heard = yield context.df.waitForExternalEvent("word");
    yield context.df.callActivity("countHeard");
    return heard;
  });
  const disk = new Disk();
  // The key, the start and the first turn reach the disk; the event does not.
  const { store, crashed } = disk.open(3);
  const one = await startStack({ store, killed: true });
  await one.client.startNew("hears", { instanceId: "h" });
  await one.settle();
  void one.client.raiseEvent("h", "word", 1).catch(() => undefined);
  await crashed;
  // Its turn goes as far as it can.
  await expect.poll(() => one.engine.history("h").map(({ EventType }) => EventType)).toContain(eventType.TaskScheduled);
  await new Promise((resolve) => setImmediate(resolve));
  expect(runs).toBe(0);
  const two = await startStack({ store: disk.open().store });
  await two.settle();
  expect(two.engine.history("h").map(({ EventType }) => EventType)).not.toContain(eventType.EventRaised);
  await two.client.raiseEvent("h", "word", 2);
  await two.settle();
  expect([runs, two.outcome("h")]).toEqual([1, 2]);
});
