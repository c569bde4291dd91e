import { expect, test } from "vitest";
import { df } from "./application.ts";
import { startStack } from "./stack.ts";

const minute = 60_000;
df.app.activity("give", { handler: (value: unknown) => value });
df.app.orchestration("waits", function* (context) {
  return yield context.df.waitForExternalEvent("go");
});

/** A gate that activities wait at. */
function gate() {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, passed };
}

test("terminating ends an instance at once; the result of an activity under way is dropped", async () => {
  const { open, passed } = gate();
  df.app.orchestration("works", function* (context) {
    yield context.df.callActivity("give", 1);
    return "not reached";
  });
  const runs = { counts: new Map<string, number>(), before: (name: string) => (name === "give" ? passed : undefined) };
  const { client, settle, outcome, engine } = await startStack({ runs });
  await client.startNew("works", { instanceId: "w" });
  for (; !runs.counts.has("give"); ) await client.getStatus("w");
  await client.terminate("w", "enough");
  for (; engine.instance("w")?.status !== "Terminated"; ) await client.getStatus("w");
  open();
  await settle();
  expect(outcome("w")).toEqual({ Terminated: "enough" });
  expect(engine.history("w").map(({ EventType }) => EventType)).toEqual([12, 0, 4, 13, 12, 3, 1, 13]);
});

test("terminating a parent leaves its sub-orchestrations alone", async () => {
  df.app.orchestration("parentOfWaiter", function* (context) {
    return yield context.df.callSubOrchestrator("waits", null, "child");
  });
  const { client, settle, outcome, engine } = await startStack();
  await client.startNew("parentOfWaiter", { instanceId: "p" });
  await settle();
  await client.terminate("p", "x");
  await settle();
  expect(engine.instance("child")?.status).toBe("Running");
  await client.raiseEvent("child", "go", 1);
  await settle();
  expect(outcome("child")).toBe(1);
  expect(outcome("p")).toEqual({ Terminated: "x" });
});

test("a suspended instance keeps events, results and timers and takes them up in order when it is resumed", async () => {
  df.app.orchestration("suspends", function* (context) {
    const order: unknown[] = [];
    const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + minute));
    order.push(yield context.df.waitForExternalEvent("a"));
    yield timer;
    order.push("timer", yield context.df.waitForExternalEvent("b"));
    return order;
  });
  const { client, settle, advance, outcome, engine } = await startStack();
  await client.startNew("suspends", { instanceId: "s" });
  await settle();
  await client.suspend("s", "pause");
  await settle();
  await client.raiseEvent("s", "b", 2);
  await client.raiseEvent("s", "a", 1);
  await advance(2 * minute);
  expect(engine.instance("s")).toMatchObject({ status: "Suspended", output: "pause" });
  await client.resume("s", "go on");
  await advance(2 * minute);
  expect(outcome("s")).toEqual([1, "timer", 2]);
});

test("an instance can be suspended and terminated before its first turn", async () => {
  const { client, engine, settle, work } = await startStack({ attach: false });
  await client.startNew("waits", { instanceId: "t" });
  await client.terminate("t", "never ran");
  await client.startNew("waits", { instanceId: "s" });
  await client.suspend("s", "not yet");
  expect(work.pending["durable episode"]).toBe(2);
  const { loadedFunctions } = await import("./application.ts");
  await engine.attach(loadedFunctions());
  await settle();
  expect(engine.instance("t")).toMatchObject({ status: "Terminated", output: "never ran" });
  expect(engine.instance("s")?.status).toBe("Suspended");
  await client.resume("s", "now");
  await client.raiseEvent("s", "go", 1);
  await settle();
  expect(engine.instance("s")).toMatchObject({ status: "Completed", output: "1" });
});

test("a functions host that cannot run a function is asked again later, and nothing is lost", async () => {
  let broken = true;
  df.app.orchestration("patient", function* (context) {
    return yield context.df.callActivity("give", 5);
  });
  const { loadedFunctions } = await import("./application.ts");
  const { client, engine, settle, advance, outcome } = await startStack({ attach: false });
  const functions = loadedFunctions();
  await engine.attach({
    ...functions,
    runOrchestrator: (name, data) =>
      broken ? Promise.reject(new Error("worker gone")) : functions.runOrchestrator(name, data),
    runActivity: (name, input, id) =>
      broken ? Promise.reject(new Error("worker gone")) : functions.runActivity(name, input, id),
  });
  await client.startNew("patient", { instanceId: "p" });
  await settle();
  expect(engine.instance("p")?.status).toBe("Pending");
  broken = false;
  await advance(1000);
  expect(outcome("p")).toBe(5);
});

test("nothing runs while the engine is detached, and all of it goes on afterwards", async () => {
  const { loadedFunctions } = await import("./application.ts");
  const { client, engine, settle, outcome } = await startStack();
  await engine.detach();
  await client.startNew("waits", { instanceId: "d" });
  await client.raiseEvent("d", "go", 1);
  expect(engine.instance("d")?.status).toBe("Pending");
  await engine.attach(loadedFunctions());
  await settle();
  expect(outcome("d")).toBe(1);
});
