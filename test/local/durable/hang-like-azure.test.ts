import type { OrchestrationContext, Task } from "durable-functions";
import { describe, expect, test } from "vitest";
import { openMemoryStore } from "../../../local/store/memory-store.ts";
import { df } from "./application.ts";
import { startStack } from "./stack.ts";

/** What is refused by default and hangs with the switch: both are tried for each. */

type Steps = Generator<Task, unknown, never>;
let attempts = 0;
df.app.activity("hangWork", { handler: (input: unknown) => input });
df.app.activity("hangFail", {
  handler: () => {
    attempts++;
    throw new Error("no");
  },
});
df.app.orchestration("hangSleeper", function* (context): Steps {
  yield context.df.waitForExternalEvent("wake");
  return "awake";
});

const after = (context: OrchestrationContext, seconds: number) =>
  new Date(context.df.currentUtcDateTime.getTime() + seconds * 1000);

const shapes: Record<string, { run(context: OrchestrationContext): Steps; reason: RegExp }> = {
  unknownActivity: {
    *run(context) {
      yield context.df.callActivity("nowhere");
      return "done";
    },
    reason: /The function 'nowhere' doesn't exist/,
  },
  unknownOrchestrator: {
    *run(context) {
      yield context.df.callSubOrchestrator("nowhere");
      return "done";
    },
    reason: /The function 'nowhere' doesn't exist/,
  },
  unknownEntity: {
    *run(context) {
      yield context.df.callEntity(new df.EntityId("nowhere", "k"), "get");
      return "done";
    },
    reason: /The function 'nowhere' doesn't exist/,
  },
  runningChild: {
    *run(context) {
      yield context.df.callSubOrchestrator("hangSleeper", null, "sleeper");
      return "done";
    },
    reason: /a sub-orchestration is started with the instance id 'sleeper'/,
  },
  childLikeEntity: {
    *run(context) {
      yield context.df.callSubOrchestrator("hangSleeper", null, "@bad");
      return "done";
    },
    reason: /with the instance id '@bad': ids that begin with @ are those of entities/,
  },
  childLikeItself: {
    *run(context) {
      yield context.df.callSubOrchestrator("hangSleeper", null, "O");
      return "done";
    },
    reason: /with the instance id 'O', and 'o' is the instance that starts it/,
  },
  retryTimeout: {
    *run(context) {
      const options = new df.RetryOptions(60_000, 5);
      options.retryTimeoutInMilliseconds = 90_000;
      yield context.df.callActivityWithRetry("hangFail", options);
      return "done";
    },
    reason: /retryTimeoutInMilliseconds, which has passed/,
  },
  cancelledTimer: {
    *run(context) {
      const timer = context.df.createTimer(after(context, 30));
      const work = context.df.callActivity("hangWork", 1);
      yield context.df.Task.any([timer, work]) as Task;
      timer.cancel();
      yield timer;
      return "done";
    },
    reason: /nothing that could wake it is in progress|was put into a second wait/,
  },
};
for (const [name, { run }] of Object.entries(shapes)) df.app.orchestration(`hang-${name}`, run);

async function play(name: string, hangLikeAzure: boolean) {
  attempts = 0;
  const stack = await startStack({ options: { hangLikeAzure } });
  await stack.client.startNew("hangSleeper", { instanceId: "sleeper" });
  await stack.client.startNew(`hang-${name}`, { instanceId: "o" });
  await stack.settle();
  await stack.advance(10 * 60_000);
  return stack;
}

describe.each(Object.entries(shapes))("%s", (name, { reason }) => {
  test("is refused with a reason", async () => {
    const { outcome } = await play(name, false);
    expect(outcome("o")).toEqual({ Failed: expect.stringMatching(reason) });
  });

  test("hangs with hangLikeAzure, is told in the log, and can be terminated", async () => {
    const { outcome, log, client, settle, work } = await play(name, true);
    expect(outcome("o")).toEqual({ Running: undefined });
    const warnings = log.filter(({ level }) => level === "warn").map(({ message }) => message);
    expect(warnings).toContainEqual(expect.stringMatching(reason));
    await client.raiseEvent("o", "wake", 1);
    await settle();
    expect(outcome("o")).toEqual({ Running: undefined });
    expect(work.pending).toEqual({});
    await client.terminate("o", "enough");
    await settle();
    expect(outcome("o")).toEqual({ Terminated: "enough" });
    if (name === "retryTimeout") expect(attempts).toBe(3);
  });
});

test("an instance that hangs still does so after a restart, and may be suspended and resumed", async () => {
  const store = openMemoryStore();
  const options = { hangLikeAzure: true };
  const one = await startStack({ store, options });
  await one.client.startNew("hang-unknownActivity", { instanceId: "o" });
  await one.settle();
  await one.stop();
  const two = await startStack({ store, options });
  await two.settle();
  expect(two.engine.instance("o")).toMatchObject({ status: "Running", stuck: expect.stringContaining("'nowhere'") });
  await two.client.suspend("o", "look");
  await two.settle();
  expect(two.engine.instance("o")?.status).toBe("Suspended");
  await two.client.resume("o", "go");
  await two.settle();
  expect(two.engine.instance("o")?.status).toBe("Running");
});

describe("continue-as-new without an end", () => {
  df.app.orchestration("hangAgain", function* (context): Steps {
    const timer = context.df.createTimer(after(context, 60));
    yield context.df.Task.any([context.df.waitForExternalEvent("go"), timer]) as Task;
    timer.cancel();
    context.df.continueAsNew(null);
    return undefined;
  });
  df.app.orchestration("hangAgainAtOnce", function* (context): Steps {
    yield context.df.callActivity("hangWork", 1);
    context.df.continueAsNew(null);
    return undefined;
  });

  // Without the switch the first is refused (generations.test.ts); a loop that no event carries is nobody's mistake, and goes on without it too.
  test.each([
    ["hangAgain", true],
    ["hangAgainAtOnce", true],
    ["hangAgainAtOnce", false],
  ])(
    "%s with the switch at %s goes round and round, lets others run, and ends when it is terminated",
    async (name, hangLikeAzure) => {
      // As with the application in a thread of its own, where each run takes a turn of the event loop: without it, and without a disk, the loop
      // would never let a request in.
      const turnOfEventLoop = () => new Promise<void>((resolve) => setImmediate(resolve));
      const runs = { counts: new Map<string, number>(), before: turnOfEventLoop };
      const { client, engine, settle, outcome, work } = await startStack({ options: { hangLikeAzure }, runs });
      await client.startNew(name, { instanceId: "o" });
      if (name === "hangAgain") {
        await settle();
        await client.raiseEvent("o", "go", 1);
      }
      // Nothing settles from here on: every wait is for a fact, and each is bounded.
      const until = async (what: string, isSo: () => boolean) => {
        for (let asked = 0; !isSo(); asked++) {
          if (asked > 5000) throw new Error(`Not after ${asked} requests: ${what}.`);
          await client.getStatus("o");
        }
      };
      // Beyond the hundred generations after which it is refused without the switch.
      await until("150 generations", () => (engine.instance("o")?.generation ?? 0) > 150);
      expect(engine.instance("o")?.status).toBe("Running");
      await client.startNew("hangSleeper", { instanceId: "other" });
      await client.raiseEvent("other", "wake", 1);
      await until("another instance ends", () => engine.instance("other")?.status === "Completed");

      await client.terminate("o", "enough");
      await until("it is terminated", () => engine.instance("o")?.status === "Terminated");
      await settle();
      expect(outcome("o")).toEqual({ Terminated: "enough" });
      expect(work.pending).toEqual({});
      expect(engine.history("o").at(-2)).toMatchObject({ EventType: 1, OrchestrationStatus: 5 });
    },
  );
});
