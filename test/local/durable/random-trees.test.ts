import type { DurableLock, OrchestrationContext, Task } from "durable-functions";
import fc from "fast-check";
import { expect, test } from "vitest";
import { df } from "./application.ts";
import { Disk } from "./crashing-store.ts";
import { start, startStack } from "./stack.ts";

/** Orchestrations whose calls, timers and waits stand in trees of `Task.all` and `Task.any`, with sub-orchestrations of the same kind. */

type Tree =
  | { kind: "activity"; value: number }
  | { kind: "retried"; value: number; failures: number }
  | { kind: "timer"; seconds: number }
  | { kind: "event"; value: number }
  | { kind: "add"; value: number }
  | { kind: "child"; steps: Step[] }
  | { kind: "all"; parts: Tree[] }
  /** A `Task.any` of something, a timer far away and an event that never comes. */
  | { kind: "first"; part: Tree }
  /** A `Task.any` of two timers; the loser is cancelled. */
  | { kind: "sooner"; seconds: [number, number] };
type Step =
  | { kind: "tree"; tree: Tree }
  /** Two entities locked together, each asked once. */
  | { kind: "section"; value: number }
  | { kind: "signal" }
  | { kind: "fails"; value: number };

const failed = new Map<string, number>();
df.app.activity("treeGive", { handler: (value: number) => value });
df.app.activity("treeFailFirst", {
  handler: ({ id, value, failures }: { id: string; value: number; failures: number }) => {
    const times = failed.get(id) ?? 0;
    failed.set(id, times + 1);
    if (times < failures) throw new Error(`failure ${times}`);
    return value;
  },
});
df.app.orchestration("treeFails", function* (context) {
  yield context.df.callActivity("treeGive", 0);
  throw new Error(`no ${context.df.getInput()}`);
});
df.app.entity("treeSum", (context) => {
  const sum = (context.df.getState(() => 0) as number) + ((context.df.getInput() as number) ?? 0);
  context.df.setState(sum);
  context.df.return(sum);
});

const farAway = 5 * 24 * 3600;
const later = (context: OrchestrationContext, seconds: number) =>
  new Date(context.df.currentUtcDateTime.getTime() + seconds * 1000);
const sum = (key: string) => new df.EntityId("treeSum", key);

/** A tree in the making: its task, what it gave, and what is to be done once it has ended. */
interface Built {
  readonly task: Task;
  readonly value: () => unknown;
  readonly end: () => void;
}

function build(context: OrchestrationContext, tree: Tree, path: string): Built {
  const { df: own } = context;
  const id = `${own.instanceId}/${path}`.replaceAll("/", "_");
  const leaf = (task: Task): Built => ({ task, value: () => task.result, end: () => undefined });
  switch (tree.kind) {
    case "activity":
      return leaf(own.callActivity("treeGive", tree.value));
    case "retried": {
      const { value, failures } = tree;
      return leaf(own.callActivityWithRetry("treeFailFirst", new df.RetryOptions(1000, 5), { id, value, failures }));
    }
    case "timer": {
      const task = own.createTimer(later(context, tree.seconds));
      return { task, value: () => "passed", end: () => undefined };
    }
    case "event":
      return leaf(own.waitForExternalEvent(path));
    case "add":
      return leaf(own.callEntity(sum(id), "add", tree.value));
    case "child":
      return leaf(own.callSubOrchestrator("treeProgram", tree.steps, id));
    case "all": {
      const parts = tree.parts.map((part, index) => build(context, part, `${path}.${index}`));
      return {
        task: own.Task.all(parts.map(({ task }) => task)),
        value: () => parts.map(({ value }) => value()),
        end: () => parts.forEach(({ end }) => void end()),
      };
    }
    case "first": {
      const part = build(context, tree.part, `${path}.0`);
      const timer = own.createTimer(later(context, farAway));
      const never = own.waitForExternalEvent(`${path}.never`);
      const task = own.Task.any([timer, part.task, never]);
      return {
        task,
        value: () => (task.result === part.task ? part.value() : "the wrong one"),
        end: () => {
          timer.cancel();
          part.end();
        },
      };
    }
    case "sooner": {
      const timers = tree.seconds.map((seconds) => own.createTimer(later(context, seconds)));
      const task = own.Task.any(timers);
      const loser = timers[tree.seconds[0] < tree.seconds[1] ? 1 : 0];
      return {
        task,
        value: () => timers.indexOf(task.result as (typeof timers)[number]),
        // Inside a Task.all that took longer, it may have fired too.
        end: () => loser !== undefined && !loser.isCompleted && loser.cancel(),
      };
    }
  }
}

df.app.orchestration("treeProgram", function* (context): Generator<Task, unknown[], never> {
  const results: unknown[] = [];
  for (const [index, step] of (context.df.getInput() as Step[]).entries()) {
    if (step.kind === "tree") {
      const { task, value, end } = build(context, step.tree, `s${index}`);
      yield task;
      end();
      results.push(value());
    } else if (step.kind === "signal") {
      context.df.signalEntity(sum("signalled"), "add", 1);
    } else if (step.kind === "fails") {
      try {
        yield context.df.callSubOrchestrator("treeFails", step.value);
      } catch (error) {
        results.push(/no \d+/.exec((error as Error).message)?.[0]);
      }
    } else {
      const keys = ["a", "b"].map((key) => sum(`${context.df.instanceId}-${index}-${key}`));
      const lock: DurableLock = yield context.df.lock(keys) as Task;
      for (const key of keys) {
        const added: number = yield context.df.callEntity(key, "add", step.value);
        results.push(added);
      }
      lock.release();
    }
  }
  return results;
});

/** What a program gives, told without an engine. */
const expected = (steps: readonly Step[]): unknown[] =>
  steps.flatMap((step): unknown[] => {
    if (step.kind === "signal") return [];
    if (step.kind === "fails") return [`no ${step.value}`];
    return step.kind === "section" ? [step.value, step.value] : [expectedOf(step.tree)];
  });

function expectedOf(tree: Tree): unknown {
  switch (tree.kind) {
    case "timer":
      return "passed";
    case "child":
      return expected(tree.steps);
    case "all":
      return tree.parts.map(expectedOf);
    case "first":
      return expectedOf(tree.part);
    case "sooner":
      return tree.seconds[0] < tree.seconds[1] ? 0 : 1;
    default:
      return tree.value;
  }
}

const signals = (steps: readonly Step[]): number =>
  steps.reduce((count, step) => count + (step.kind === "signal" ? 1 : step.kind === "tree" ? inTree(step.tree) : 0), 0);
const inTree = (tree: Tree): number => {
  if (tree.kind === "child") return signals(tree.steps);
  if (tree.kind === "all") return tree.parts.reduce((count, part) => count + inTree(part), 0);
  return tree.kind === "first" ? inTree(tree.part) : 0;
};

interface Raise {
  readonly instance: string;
  readonly name: string;
  readonly value: number;
}

/** The events that a program and its sub-orchestrations wait for. */
const events = (steps: readonly Step[], instance: string): Raise[] =>
  steps.flatMap((step, index) => (step.kind === "tree" ? eventsIn(step.tree, instance, `s${index}`) : []));
function eventsIn(tree: Tree, instance: string, path: string): Raise[] {
  switch (tree.kind) {
    case "event":
      return [{ instance, name: path, value: tree.value }];
    case "child":
      return events(tree.steps, `${instance}/${path}`.replaceAll("/", "_"));
    case "all":
      return tree.parts.flatMap((part, index) => eventsIn(part, instance, `${path}.${index}`));
    case "first":
      return eventsIn(tree.part, instance, `${path}.0`);
    default:
      return [];
  }
}

/** A call that is retried beside a timer which is cancelled then fails the orchestration, as on Azure. */
const unfailing = (tree: Tree): Tree => {
  if (tree.kind === "retried") return { ...tree, failures: 0 };
  if (tree.kind === "all") return { ...tree, parts: tree.parts.map(unfailing) };
  return tree.kind === "first" ? { ...tree, part: unfailing(tree.part) } : tree;
};

const value = fc.integer({ min: 0, max: 99 });
const seconds = fc.integer({ min: 0, max: 90 });
const two = fc.tuple(seconds, seconds).filter(([one, other]) => one !== other);
const { steps: program } = fc.letrec<{ tree: Tree; steps: Step[] }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("activity"), value }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant("retried"), value, failures: fc.integer({ max: 2, min: 0 }) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("timer"), seconds }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("event"), value }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("add"), value }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("sooner"), seconds: two }) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant("all"), parts: fc.array(tie("tree"), { minLength: 1, maxLength: 3 }) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("first"), part: tie("tree").map(unfailing) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("child"), steps: tie("steps") }) },
  ) as fc.Arbitrary<Tree>,
  steps: fc.array(
    fc.oneof(
      { weight: 6, arbitrary: fc.record({ kind: fc.constant("tree"), tree: tie("tree") }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant("section"), value }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant("signal") }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant("fails"), value }) },
    ) as fc.Arbitrary<Step>,
    { minLength: 1, maxLength: 3 },
  ),
}));

test("random trees of tasks give what a plain interpretation gives, wherever the process is killed", async () => {
  await fc.assert(
    fc.asyncProperty(program, fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 6 }), async (steps, kills) => {
      failed.clear();
      const disk = new Disk();
      let time = start;
      {
        const stack = await startStack({ store: disk.open().store, attach: false });
        await stack.client.startNew("treeProgram", { instanceId: "p", input: steps });
        await stack.stop();
      }
      const waiting = events(steps, "p");
      for (const commits of [...kills, Number.POSITIVE_INFINITY]) {
        const { store, crashed } = disk.open(commits);
        const stack = await startStack({ store, at: time, killed: true });
        const run = async () => {
          for (let round = 0; round < 60 && stack.engine.instance("p")?.status === "Running"; round++) {
            for (const event of [...waiting]) {
              if (stack.engine.instance(event.instance)?.status !== "Running") continue;
              await stack.client.raiseEvent(event.instance, event.name, event.value);
              // What was answered is on disk; what was not is raised again in the next life, and then is one too many.
              waiting.splice(waiting.indexOf(event), 1);
            }
            await stack.advance(60_000);
          }
        };
        await Promise.race([stack.settle().then(run), crashed]);
        time = stack.clock.now();
        if (commits === Number.POSITIVE_INFINITY) {
          expect(stack.outcome("p")).toEqual(expected(steps));
          await stack.settle();
          const state = await stack.client.readEntityState(sum("signalled"));
          expect(state.entityExists ? state.entityState : 0).toBe(signals(steps));
        }
        await stack.stop();
      }
    }),
    { numRuns: 200 },
  );
});
