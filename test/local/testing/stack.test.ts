import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { startTestStack, type TestStack } from "../../../local/testing/index.ts";

const app = join(import.meta.dirname, "notes");
const at = "2026-06-15T09:00:00.000Z";

/** One stack for the tests that need no start of their own. */
let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack({ app, at });
});
afterAll(() => stack.close());

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "crema-testing-"));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

const failureOf = async (run: Promise<unknown>) =>
  run.then(
    () => "it did not fail",
    (error: Error) => error.message,
  );

test("the services that local-azure.json declares are there and joined: Cosmos DB, change feed, SMS, Event Grid, entity", async () => {
  const added = await stack.fetch("/api/notes", { method: "POST", body: JSON.stringify({ id: "a", text: "milk" }) });
  expect(added.status).toBe(201);
  await stack.settle();
  expect(await stack.messages("+14255550100")).toMatchObject([{ message: "milk" }]);
  expect(await stack.entity("count", "notes")).toBe(1);
  expect(await stack.entity("count", "other")).toBeUndefined();
  expect((await fetch(`${stack.origin}/api/notes`, { method: "POST" })).status).toBe(401);
  const asked = await stack.fetch("/api/notes", { method: "POST", headers: { origin: "http://localhost:3000" } });
  expect(asked.headers.get("access-control-allow-origin")).toBe("http://localhost:3000");
});

test("what failed stands among the errors with where and why, and nothing when all went well", async () => {
  await using own = await startTestStack({ app, at });
  await own.startInstance("approval");
  await own.advance("2 h");
  expect(await own.errors()).toEqual([]);
  expect((await own.fetch("/api/notes", { method: "POST", body: "{" })).status).toBe(500);
  await own.failActivity("step", { message: "no", times: 3 });
  const id = await own.startInstance("threeSteps", 1);
  await own.waitFor(id, "Failed", { within: "1 h" });
  const [thrown = "", failed = "", ...more] = await own.errors();
  expect(thrown).toMatch(/^\[functions\] Function addNote failed: .*JSON.*\nSyntaxError: /);
  // Without what the SDK puts behind the words for the engine, and in their place.
  expect(failed).toBe("[functions] Function threeSteps failed: Activity function 'step' failed:  no");
  expect(more).toEqual([]);
});

test("what else the control API tells and does is asked for by its path, and refused in words", async () => {
  await using own = await startTestStack({ app, at });
  const { id } = (await own.control("/faults", { service: "cosmos", harm: "refuse", status: 400 })) as { id: number };
  await own.control(`/faults/${id}`, undefined, "DELETE");
  expect(await own.control("/faults")).toMatchObject({ rules: [] });
  await own.fetch("/api/notes", { method: "POST", body: JSON.stringify({ id: "f", text: "x" }) });
  await own.settle();
  expect(await own.control("/eventgrid/notes/events")).toMatchObject({ events: [{ event: { type: "notes.added" } }] });
  expect(await own.control("/durable/instances?status=Failed")).toMatchObject({ total: 0 });
  const instance = await own.startInstance("approval");
  expect(await own.control(`/recording/ways?of=instance:${instance}&as=text`)).toContain("approval");
  await expect(own.control("/durable/instance")).rejects.toThrow(
    '404: {"code":"NotFound","message":"There is no GET /durable/instance.',
  );
  await expect(own.control("faults")).rejects.toThrow('"faults" is not a path');
});

test("the clock is held until it is advanced", async () => {
  const before = stack.now.getTime();
  const id = await stack.startInstance("approval");
  await stack.settle();
  expect(stack.now.getTime()).toBe(before);
  await stack.advance("59 min");
  expect(await stack.instance(id)).toMatchObject({ status: "Running", customStatus: "waiting" });
  await stack.advance(60_000);
  expect(stack.now.getTime()).toBe(before + 3_600_000);
  expect(await stack.instance(id)).toMatchObject({ status: "Completed", output: "late" });
});

test("waitFor moves time timer by timer, no further than it must", async () => {
  const before = stack.now.getTime();
  await stack.startInstance("approval", null, { id: "patient" });
  const ended = await stack.waitFor("patient", "Completed", { within: "2 d" });
  expect(ended.output).toBe("late");
  expect(stack.now.getTime()).toBe(before + 3_600_000);
  expect((await stack.history("patient")).map(({ EventType }) => EventType)).toContain("TimerFired");
});

test("an instance that does not get where it should is explained", async () => {
  await stack.startInstance("approval", null, { id: "explained" });
  const message = await failureOf(stack.waitFor("explained", "Completed", { within: "30 min" }));
  expect(message).toContain("was not Completed within 30 min");
  expect(message).toContain('Instance "explained" of approval is Running');
  expect(message).toContain('Custom status: "waiting"');
  expect(message).toContain("Waits for: the event 'approved', a timer due in 0:30:00");
  expect(message).toContain(`The clock is at ${stack.now.toISOString()}`);
  expect(message).toMatch(/Last events:\n(.*\n)* .*TimerCreated/);

  await stack.raiseEvent("explained", "approved", "yes");
  expect(await stack.waitFor("explained", "Completed")).toMatchObject({ output: "yes" });
  expect(await failureOf(stack.waitFor("explained", "Failed", { within: "1 d" }))).toContain('Output: "yes"');
  expect(await failureOf(stack.waitFor("nobody", "Completed"))).toMatch(/There is no instance "nobody".*explained/);
});

test("failures are injected for the runs that were asked for, and retried as the application says", async () => {
  await stack.failActivity("Step", { message: "out of order", times: 2, after: 1 });
  const before = stack.now.getTime();
  const id = await stack.startInstance("threeSteps", 1);
  const ended = await stack.waitFor(id, "Completed", { within: "1 h" });
  expect(ended.output).toBe(4);
  expect(stack.now.getTime()).toBe(before + 2 * 60_000);
  const failed = (await stack.history(id)).filter(({ EventType }) => EventType === "TaskFailed");
  expect(failed.map(({ Reason }) => String(Reason)).every((reason) => reason.includes("out of order"))).toBe(true);
  expect(await failureOf(stack.failActivity("stepp", { message: "x" }))).toMatch(/no activity "stepp".*step/);
  expect(await failureOf(stack.failActivity("step", { message: "x", times: 0 }))).toContain("times is 0");
});

test("an instance is suspended, resumed and terminated", async () => {
  const id = await stack.startInstance("approval");
  await stack.suspend(id, "lunch");
  await stack.waitFor(id, "Suspended");
  await stack.resume(id);
  await stack.waitFor(id, "Running");
  await stack.terminate(id, "over");
  expect((await stack.waitFor(id, "Terminated")).output).toBe("over");
  expect(await failureOf(stack.raiseEvent(id, "approved"))).toContain("the instance is over");
});

test("wrong names and texts are refused in words", async () => {
  expect(await failureOf(stack.startInstance("threeStep"))).toMatch(
    /no orchestrator "threeStep".*threeSteps, approval/,
  );
  expect(await failureOf(stack.raiseEvent("nobody", "approved"))).toContain("there is no such instance");
  expect(await failureOf(stack.advance("soon"))).toContain('"soon" is not a duration');
  expect(() => stack.fetch("api/notes")).toThrow('"api/notes" is not a path');
  expect(await failureOf(startTestStack({ app, at: "noon" }))).toContain('"noon" is not a time');
  expect(await failureOf(startTestStack({ app: tmpdir() }))).toContain("has no package.json");
});

test("an application that does not load says its own error, and finds its files from its folder", async () => {
  const broken = folder();
  symlinkSync(resolve("node_modules"), join(broken, "node_modules"));
  writeFileSync(join(broken, "package.json"), '{"type":"module","main":"app.js"}');
  writeFileSync(join(broken, "host.json"), '{"version":"2.0"}');
  writeFileSync(join(broken, "menu.txt"), "no menu today");
  writeFileSync(
    join(broken, "app.js"),
    'import { readFileSync } from "node:fs"; throw new Error(readFileSync("menu.txt", "utf8"));',
  );
  expect(await failureOf(startTestStack({ app: broken }))).toContain("no menu today");
});

test("killed at any moment, it goes on from what was acknowledged, also in a new stack over the same folder", async () => {
  const data = folder();
  await using first = await startTestStack({ app, at, data });
  const ids = await Promise.all(Array.from({ length: 10 }, (_, n) => first.startInstance("threeSteps", n)));
  await first.startInstance("approval", null, { id: "sleeping" });
  await first.kill();
  expect(await failureOf(first.settle())).toContain("restart()");

  await first.restart({ after: "30 min" });
  expect(first.now.toISOString()).toBe("2026-06-15T09:30:00.000Z");
  const outputs = await Promise.all(ids.map(async (id) => (await first.waitFor(id, "Completed")).output));
  expect(outputs).toEqual(ids.map((_, n) => n + 3));
  await first.close();

  await using second = await startTestStack({ app, at: "2026-06-15T11:00:00Z", data });
  expect((await second.waitFor("sleeping", "Completed")).output).toBe("late");
});

test("a stack ends with the process of its test, however that ends", async () => {
  const abandoned = spawn(process.execPath, [join(import.meta.dirname, "abandon.ts"), folder()], {
    env: { ...process.env, NODE_OPTIONS: "" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  abandoned.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  // The stack's process has the same standard output: "close" comes when both are gone.
  const [code, signal] = await new Promise<unknown[]>((closed) => abandoned.once("close", (...how) => closed(how)));
  expect({ said, code, signal }).toEqual({ said: "up\n", code: null, signal: "SIGKILL" });
});

test("an application that asks for it hangs as on Azure, under the hub that a setting names; a test may ask for the opposite", async () => {
  const stuck = join(import.meta.dirname, "stuck");
  await using hanging = await startTestStack({ app: stuck, at });
  const id = await hanging.startInstance("callsNobody");
  await hanging.advance("1 d");
  expect(await hanging.instance(id)).toMatchObject({ status: "Running" });
  const { statusQueryGetUri } = (await (await hanging.fetch("/api/addresses")).json()) as { statusQueryGetUri: string };
  expect(new URL(statusQueryGetUri).searchParams.get("taskHub")).toBe("StuckHub");
  await using explaining = await startTestStack({ app: stuck, at, hangLikeAzure: false });
  const other = await explaining.startInstance("callsNobody");
  expect((await explaining.waitFor(other, "Failed")).output).toContain("nobody");
});
