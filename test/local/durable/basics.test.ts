import { describe, expect, test } from "vitest";
import { df, plain } from "./application.ts";
import { startStack } from "./stack.ts";

df.app.activity("say", { handler: (name: string) => `Hello, ${name}!` });
df.app.activity("echo", { handler: (input: unknown) => ({ echoed: input ?? "nothing", kind: typeof input }) });
df.app.activity("fails", {
  handler: (text: string) => {
    throw new Error(text);
  },
});

test("activities run in sequence and the output is what the orchestrator returned", async () => {
  df.app.orchestration("sequence", function* (context) {
    const greetings: string[] = [];
    for (const name of ["x", "y", "z"]) greetings.push(yield context.df.callActivity("say", name));
    return greetings;
  });
  const { client, settle, outcome, engine } = await startStack();
  await client.startNew("sequence", { instanceId: "s" });
  await settle();
  expect(outcome("s")).toEqual(["Hello, x!", "Hello, y!", "Hello, z!"]);
  expect(engine.history("s").map(({ EventType }) => EventType)).toEqual([
    12, 0, 4, 13, 12, 5, 4, 13, 12, 5, 4, 13, 12, 5, 1, 13,
  ]);
});

test("activities get their inputs as on Azure: nothing for null, and the word for a bare boolean", async () => {
  const given = ["text", "5", 5, true, false, { a: [1, false] }, "", null, undefined];
  df.app.activity("echoOrDefault", { handler: (input: unknown = "default") => ({ echoed: input }) });
  df.app.orchestration("inputs", function* (context) {
    return yield context.df.Task.all(given.map((input) => context.df.callActivity("echoOrDefault", input)));
  });
  const { client, settle, outcome } = await startStack();
  await client.startNew("inputs", { instanceId: "i" });
  await settle();
  const results = outcome("i") as { echoed: unknown }[];
  expect(results.map(({ echoed }) => echoed)).toEqual([
    ...["text", "5", 5, "True", "False", { a: [1, false] }, "", "default", "default"],
  ]);
});

test("five hundred activities at once are all awaited", async () => {
  df.app.orchestration("fanout", function* (context) {
    const results: string[] = yield context.df.Task.all(
      Array.from({ length: 500 }, (_, index) => context.df.callActivity("say", String(index))),
    );
    return [results.length, results[499]];
  });
  const { client, settle, outcome } = await startStack();
  await client.startNew("fanout", { instanceId: "f" });
  await settle();
  expect(outcome("f")).toEqual([500, "Hello, 499!"]);
});

test("an activity's failure has the recorded text and can be caught", async () => {
  df.app.orchestration("catches", function* (context) {
    try {
      yield context.df.callActivity("fails", "boom");
    } catch (error) {
      return (error as Error).message;
    }
    return undefined;
  });
  const { client, settle, outcome } = await startStack();
  await client.startNew("catches", { instanceId: "c" });
  await settle();
  expect(outcome("c")).toMatch(/^Activity function 'fails' failed: {2}boom \n \{"\$type":"System.Exception/);
});

test("an uncaught failure fails the instance with the recorded text", async () => {
  df.app.orchestration(
    "throws",
    plain(() => {
      throw new Error("orchestrator boom");
    }),
  );
  df.app.orchestration("uncaught", function* (context) {
    yield context.df.callActivity("fails", "boom");
  });
  const { client, settle, outcome } = await startStack();
  await client.startNew("throws", { instanceId: "t" });
  await client.startNew("uncaught", { instanceId: "u" });
  await settle();
  expect(outcome("t")).toEqual({ Failed: "Orchestrator function 'throws' failed: orchestrator boom" });
  expect(outcome("u")).toEqual({
    Failed: expect.stringMatching(
      /^Orchestrator function 'uncaught' failed: Activity function 'fails' failed: {2}boom \n /,
    ),
  });
});

describe("what is thrown tells nobody what it was", () => {
  const thrown = { text: "the milk is out", object: { code: 42 }, number: 7, null: null, wordless: new Error("") };
  for (const [name, value] of Object.entries(thrown)) {
    df.app.orchestration(
      `throws-${name}`,
      plain(() => {
        throw value;
      }),
    );
  }

  test.each(Object.keys(thrown))("%s: the output says so, and what to do", async (name) => {
    const { client, settle, outcome } = await startStack();
    await client.startNew(`throws-${name}`, { instanceId: "o" });
    await settle();
    expect(outcome("o")).toEqual({
      Failed: expect.stringContaining("something that is not an Error, or an Error without"),
    });
    expect(outcome("o")).toEqual({ Failed: expect.stringContaining('throw new Error("The milk is out.")') });
  });

  test.each(Object.keys(thrown))("%s, hangLikeAzure: Running, as with version 3.14", async (name) => {
    const { client, settle, outcome } = await startStack({ options: { hangLikeAzure: true } });
    await client.startNew(`throws-${name}`, { instanceId: "o" });
    await settle();
    expect(outcome("o")).toEqual({ Running: undefined });
  });

  test("undefined is no error for the SDK: the instance waits for nothing, and is told so", async () => {
    df.app.orchestration(
      "throws-undefined",
      plain(() => {
        throw undefined;
      }),
    );
    const { client, settle, outcome } = await startStack();
    await client.startNew("throws-undefined", { instanceId: "o" });
    await settle();
    expect(outcome("o")).toEqual({ Failed: expect.stringMatching(/`throw undefined` .*throw Errors only/) });
  });
});

test("an activity or orchestrator that does not exist fails the instance and names those that do", async () => {
  df.app.orchestration("callsUnknown", function* (context) {
    try {
      yield context.df.callActivity("nowhere");
    } catch {
      return "caught";
    }
    return undefined;
  });
  const { client, settle, outcome } = await startStack();
  await client.startNew("callsUnknown", { instanceId: "u" });
  await client.startNew("noSuchOrchestrator", { instanceId: "n" });
  await settle();
  expect(outcome("u")).toEqual({
    Failed: expect.stringContaining(
      "The function 'nowhere' doesn't exist, is disabled, or is not an activity function. Additional info: The following are the known activity functions: 'say'",
    ),
  });
  expect(outcome("n")).toEqual({
    Failed: expect.stringMatching(
      /^Orchestrator function 'noSuchOrchestrator' failed: The function 'noSuchOrchestrator' doesn't exist, is disabled, or is not an orchestrator function\./,
    ),
  });
});

test("names of functions are the same in any case", async () => {
  df.app.orchestration("AnyCase", function* (context) {
    return yield context.df.callActivity("SAY", "x");
  });
  const { client, settle, outcome } = await startStack();
  await client.startNew("anycase", { instanceId: "a" });
  await settle();
  expect(outcome("a")).toBe("Hello, x!");
});

test("the custom status is that of the last turn and survives the end", async () => {
  df.app.orchestration("statuses", function* (context) {
    context.df.setCustomStatus({ stage: 1 });
    yield context.df.waitForExternalEvent("go");
    context.df.setCustomStatus("done");
    return 1;
  });
  const { client, settle } = await startStack();
  await client.startNew("statuses", { instanceId: "s" });
  await settle();
  expect((await client.getStatus("s")).customStatus).toEqual({ stage: 1 });
  await client.raiseEvent("s", "go", null);
  await settle();
  expect((await client.getStatus("s")).customStatus).toBe("done");
});

test("a custom status over 16 KB fails the instance", async () => {
  df.app.orchestration("largeStatus", function* (context) {
    context.df.setCustomStatus("x".repeat(9000));
    yield context.df.waitForExternalEvent("go");
  });
  const { client, settle, outcome } = await startStack();
  await client.startNew("largeStatus", { instanceId: "l" });
  await settle();
  expect(outcome("l")).toEqual({ Failed: expect.stringContaining("must not exceed 16 KB") });
});

test("currentUtcDateTime and newGuid are the same in every replay, and isReplaying tells replays", async () => {
  const seen: unknown[][] = [];
  df.app.orchestration("deterministic", function* (context) {
    const now = context.df.currentUtcDateTime.getTime();
    const guid = context.df.newGuid("x");
    seen.push([now, guid, context.df.isReplaying]);
    yield context.df.createTimer(new Date(now + 60_000));
    return context.df.currentUtcDateTime.getTime() - now;
  });
  const { client, settle, outcome, advance } = await startStack();
  await client.startNew("deterministic", { instanceId: "d" });
  await settle();
  await advance(60_000);
  expect(outcome("d")).toBe(60_000);
  expect(seen).toHaveLength(2);
  expect(seen[1]?.slice(0, 2)).toEqual(seen[0]?.slice(0, 2));
  expect(seen.map(([, , replaying]) => replaying)).toEqual([false, true]);
});

test("a changed orchestrator is found out and told in words", async () => {
  let changed = false;
  df.app.orchestration("changes", function* (context) {
    if (changed) yield context.df.callActivity("echo", 1);
    else yield context.df.callActivity("say", "x");
    yield context.df.waitForExternalEvent("go");
  });
  const { client, settle, outcome } = await startStack();
  await client.startNew("changes", { instanceId: "c" });
  await settle();
  changed = true;
  await client.raiseEvent("c", "go", 1);
  await settle();
  expect(outcome("c")).toEqual({
    Failed: expect.stringMatching(
      /^Non-Deterministic workflow detected: A previous execution of this orchestration scheduled an activity task with sequence ID 0 and name 'say' .* instead scheduled an activity task named 'echo'/,
    ),
  });
});

test("a megabyte of any text goes through start, activity, sub-orchestration, event, continue-as-new, entity and output", async () => {
  const large = { text: 'ünïcødé ✓ "\\\n'.repeat(70_000) };
  df.app.entity("keepsLarge", (context) => {
    if (context.df.operationName === "set") context.df.setState(context.df.getInput());
    context.df.return(context.df.getState());
  });
  df.app.activity("same", { handler: (input: unknown) => input });
  df.app.orchestration("largeChild", function* (context) {
    return yield context.df.callActivity("same", context.df.getInput());
  });
  df.app.orchestration("large", function* (context) {
    const { again, value } = context.df.getInput() as { again: boolean; value: unknown };
    if (!again) {
      context.df.continueAsNew({ again: true, value });
      return undefined;
    }
    const fromChild: unknown = yield context.df.callSubOrchestrator("largeChild", value);
    const entity = new df.EntityId("keepsLarge", "k");
    const fromEntity: unknown = yield context.df.callEntity(entity, "set", fromChild);
    const fromEvent: unknown = yield context.df.waitForExternalEvent("go");
    return [fromEntity, fromEvent];
  });
  const { client, settle, outcome } = await startStack();
  await client.startNew("large", { instanceId: "l", input: { again: false, value: large } });
  await settle();
  await client.raiseEvent("l", "go", large);
  await settle();
  expect(outcome("l")).toEqual([large, large]);
  expect((await client.getStatus("l")).input).toEqual({ again: true, value: large });
  expect((await client.readEntityState(new df.EntityId("keepsLarge", "k"))).entityState).toEqual(large);
});

test("a custom status is taken back with null, and is null when a turn sets none", async () => {
  df.app.orchestration("takesBack", function* (context) {
    context.df.setCustomStatus("waiting");
    yield context.df.waitForExternalEvent("go");
    context.df.setCustomStatus(null);
    yield context.df.waitForExternalEvent("go");
  });
  const { client, settle } = await startStack();
  await client.startNew("takesBack", { instanceId: "t" });
  await settle();
  expect((await client.getStatus("t")).customStatus).toBe("waiting");
  await client.raiseEvent("t", "go", 1);
  await settle();
  expect((await client.getStatus("t")).customStatus).toBeNull();
});
