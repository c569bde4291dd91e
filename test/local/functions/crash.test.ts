import { expect, test } from "vitest";
import { makeApp, makeWorld, until } from "./harness.ts";

const source = `
import { app } from "@azure/functions";
let calls = 0;
app.get("count", async () => ({ jsonBody: ++calls }));
app.get("hangs", () => new Promise(() => {}));
app.get("throws", async () => {
  console.log("last words");
  process.nextTick(() => { throw new Error("out of water"); });
  return new Promise(() => {});
});
app.get("rejects", async () => {
  Promise.reject(new Error("nobody caught me"));
  return new Promise(() => {});
});
app.get("leaves", async () => process.exit(9));
app.get("loops", async () => { for (;;); });
`;

async function startCrashing(hostJson: object = {}) {
  const world = makeWorld();
  const host = await world.start(makeApp({ "src/a.js": source }, hostJson));
  return { world, host, call: (name: string) => fetch(`${host.origin}/api/${name}`) };
}

test("a crash fails what was under way, is logged with its stack and last words, and the application comes back fresh", async () => {
  const { world, call } = await startCrashing();
  expect(await (await call("count")).json()).toBe(1);
  expect(await (await call("count")).json()).toBe(2);
  const hanging = call("hangs");
  await until(() => world.work.pending["function hangs"] !== undefined);
  const [crashed, beside] = await Promise.all([call("throws"), hanging]);
  expect([crashed.status, beside.status]).toEqual([500, 500]);
  expect(((await crashed.json()) as { message: string }).message).toContain("out of water");
  expect(world.log()).toMatch(/worker crashed and is restarted now: Error: out of water\n\s+at .*a\.js:/);
  expect(world.log()).toContain("last words");
  expect(await (await call("count")).json()).toBe(1);
});

test("an unhandled rejection and an exit are crashes too; more of them in a row are held off on the clock", async () => {
  const { world, call } = await startCrashing();
  expect((await call("rejects")).status).toBe(500);
  expect((await call("leaves")).status).toBe(500);
  expect(world.log()).toContain("nobody caught me");
  expect(world.log()).toContain("restarted in 1 s: it ended itself with exit code 9");
  const held = await call("count");
  expect(held.status).toBe(500);
  expect(((await held.json()) as { message: string }).message).toContain("2 times in a row");
  await world.advance(1_000);
  expect(await (await call("count")).json()).toBe(1);
});

test("an invocation longer than functionTimeout fails, and the thread that it blocks is replaced", async () => {
  const { world, call } = await startCrashing({ functionTimeout: "00:00:10" });
  const looping = call("loops");
  await until(() => world.work.pending["function loops"] !== undefined);
  // Not through work.idle: what is under way here does not end by itself.
  await world.clock.advance(10_000, async () => undefined);
  expect((await looping).status).toBe(500);
  expect(world.log()).toContain("loops ran longer than functionTimeout, 10 s");
  expect(await (await call("count")).json()).toBe(1);
});

test("closing does not wait for ever for an invocation that never ends", async () => {
  const { world, host, call } = await startCrashing();
  const hanging = call("hangs").catch(() => undefined);
  await until(() => world.work.pending["function hangs"] !== undefined);
  await host.close();
  await hanging;
});
