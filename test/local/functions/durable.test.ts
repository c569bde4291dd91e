import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createDurableEngine } from "../../../local/durable/index.ts";
import type { Store } from "../../../local/store/store.ts";
import { atEnd, makeApp, makeWorld, until } from "./harness.ts";

async function startDurable(store?: Store, settings: Record<string, string> = {}) {
  const world = makeWorld(store ? { store } : {});
  const durable = createDurableEngine(world.parts);
  const rpc = await durable.openRpc();
  atEnd(() => rpc.close());
  const host = await world.start("durable", { durable, settings });
  atEnd(() => durable.close());
  const start = async (name: string, input: unknown, id: string) => {
    const answer = await fetch(`${host.origin}/api/start/${name}?id=${id}`, {
      method: "POST",
      body: JSON.stringify(input),
    });
    return {
      status: answer.status,
      urls: (await answer.json()) as { statusQueryGetUri: string; sendEventPostUri: string },
    };
  };
  const status = async (url: string) => (await (await fetch(url)).json()) as { runtimeStatus: string; output: unknown };
  /** Starts by the management address, where no function is involved. `query` ends with an ampersand. */
  const startDirectly = (name: string, id: string, input: unknown, query = "") => {
    const binding = JSON.parse(durable.clientBinding(host.origin)) as Record<string, string>;
    return fetch(`${binding.baseUrl}/orchestrators/${name}/${id}?${query}${binding.requiredQueryStringParameters}`, {
      method: "POST",
      body: JSON.stringify(input),
      headers: { "content-type": "application/json" },
    });
  };
  return { world, host, durable, start, startDirectly, status };
}

test("an orchestration started by an HTTP function waits on the clock, runs its activity and completes", async () => {
  const { world, host, start, status } = await startDurable();
  const { status: code, urls } = await start("serve", "latte", "one");
  expect(code).toBe(202);
  expect(urls.statusQueryGetUri.startsWith(host.origin)).toBe(true);
  await world.work.idle();
  expect((await status(urls.statusQueryGetUri)).runtimeStatus).toBe("Running");
  await world.advance(60_000);
  expect(await status(urls.statusQueryGetUri)).toMatchObject({ runtimeStatus: "Completed", output: "latte for one" });
});

test("an activity's error reaches the orchestration with its message", async () => {
  const { world, start, status } = await startDurable();
  const { urls } = await start("serve", "tea", "two");
  await world.work.idle();
  await world.advance(60_000);
  const ended = await status(urls.statusQueryGetUri);
  expect(ended.runtimeStatus).toBe("Failed");
  expect(String(ended.output)).toContain("no tea here");
  expect(world.log()).toMatch(/Function serve failed: Activity function '\w+' failed:\s+no tea here/);
});

test("values cross to an activity and back as on Azure", async () => {
  const { world, start, status } = await startDurable();
  const { urls } = await start("values", null, "v");
  await world.work.idle();
  expect((await status(urls.statusQueryGetUri)).output).toEqual([
    {
      buffer: Buffer.from("milk").toString("base64"),
      bytes: "AQID",
      notANumber: "NaN",
      endless: "-Infinity",
      nothing: null,
      rejected: null,
      rejectedNull: null,
    },
    [["default"], ["default"], ["False"], [0]],
  ]);
});

test("fan-out, events from outside and entities work through the management addresses and the client", async () => {
  const { world, host, start, status } = await startDurable();
  const { urls } = await start("both", null, "three");
  await world.work.idle();
  const raised = await fetch(urls.sendEventPostUri.replace("{eventName}", "called"), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '"Ada"',
  });
  expect(raised.status).toBe(202);
  await world.work.idle();
  expect(await status(urls.statusQueryGetUri)).toMatchObject({
    runtimeStatus: "Completed",
    output: ["latte for three", "mocha for three", "Ada"],
  });
  for (const by of [2, 3]) await fetch(`${host.origin}/api/count/${by}`, { method: "POST" });
  await world.work.idle();
  expect(await (await fetch(`${host.origin}/api/counted`)).json()).toMatchObject({
    entityExists: true,
    entityState: 5,
  });
});

test("an orchestration goes on in the next run of the host", async () => {
  const first = await startDurable();
  const { urls } = await first.start("serve", "flat white", "four");
  await first.world.work.idle();
  await first.host.close();
  await first.durable.close();
  const { world, host, status } = await startDurable(first.world.store);
  await world.advance(60_000);
  const url = urls.statusQueryGetUri.replace(first.host.origin, host.origin);
  expect(await status(url)).toMatchObject({ runtimeStatus: "Completed", output: "flat white for four" });
});

/**
 * A host whose application ends its process once, where `input` says. No function starts the orchestration: one that
 * has not answered yet would go down with the process.
 */
async function startLeaving(name: string, input: string) {
  const folder = mkdtempSync(join(tmpdir(), "crema-mark-"));
  atEnd(() => rmSync(folder, { recursive: true }));
  const { world, startDirectly, status } = await startDurable(undefined, { MARK: join(folder, "mark") });
  const started = await startDirectly(name, "six", input);
  const { statusQueryGetUri } = (await started.json()) as { statusQueryGetUri: string };
  await world.work.idle();
  await world.advance(61_000);
  return { world, ended: await status(statusQueryGetUri) };
}

test("a worker that goes down fails the activity that it ran, which only a retry policy runs again, as on Azure", async () => {
  const { world, ended } = await startLeaving("serve", "espresso");
  expect(ended.runtimeStatus).toBe("Failed");
  expect(ended.output).toMatch(
    /^Orchestrator function 'serve' failed: Activity function 'brew' failed: node exited with code 3 \(0x3\)/,
  );
  expect(world.log()).toContain("worker crashed and is restarted now");
  expect((await startLeaving("serveAgain", "espresso")).ended).toMatchObject({ output: "espresso for six" });
});

test("a worker that goes down in a turn fails the orchestration, as on Azure, but an entity's batch runs again", async () => {
  const first = await startLeaving("leaves", "in the first turn");
  expect(first.ended).toMatchObject({
    runtimeStatus: "Failed",
    output: "Orchestrator function 'leaves' failed: One or more errors occurred. (node exited with code 3 (0x3))",
  });
  const later = await startLeaving("leaves", "later");
  expect(later.ended.runtimeStatus).toBe("Failed");
  expect(later.ended.output).toContain(
    "Non-Deterministic workflow detected: A previous execution of this orchestration scheduled an activity task with sequence ID 0 and name 'brew' (version '')",
  );
  expect((await startLeaving("leaves", "in the entity")).ended).toMatchObject({
    runtimeStatus: "Completed",
    output: 1,
  });
});

test("a reload in the middle of a turn fails nothing", async () => {
  const { world, host, start, status } = await startDurable();
  const { urls } = await start("serve", "slow", "seven");
  await world.work.idle();
  const advanced = world.advance(60_000);
  await until(() => world.work.pending["function brew"] !== undefined);
  await host.reload();
  await advanced;
  expect(await status(urls.statusQueryGetUri)).toMatchObject({ runtimeStatus: "Completed", output: "slow for seven" });
});

test("a reload in the middle loses nothing", async () => {
  const { world, host, start, status } = await startDurable();
  const { urls } = await start("serve", "mocha", "five");
  await world.work.idle();
  await host.reload();
  await world.advance(60_000);
  expect(await status(urls.statusQueryGetUri)).toMatchObject({ runtimeStatus: "Completed", output: "mocha for five" });
});

test("a start that waits for the output does not hold up the clock, by the management address or in a function", async () => {
  const { world, host, durable, startDirectly } = await startDurable();
  const byAddress = startDirectly("serve", "ww", "latte", "timeout=600&pollingInterval=1&");
  const inFunction = fetch(`${host.origin}/api/startAndWait`, { method: "POST", body: '"latte"' });
  await until(() => [...durable.instances()].filter(({ status }) => status === "Running").length >= 2);
  await world.advance(60_000);
  const [one, other] = await Promise.all([byAddress, inFunction]);
  expect([one.status, await one.json()]).toEqual([200, "latte for ww"]);
  expect([other.status, await other.json()]).toEqual([200, expect.stringMatching(/^latte for [0-9a-f]{32}$/)]);
  await world.work.idle();
  expect(world.work.pending).toEqual({});
});

test("a start that waits longer than its time-out is answered as a start", async () => {
  const { world, durable, startDirectly } = await startDurable();
  const waiting = startDirectly("serve", "w", "latte", "timeout=30&pollingInterval=1&");
  await until(() => durable.instance("w")?.status === "Running");
  await world.advance(30_000);
  expect((await waiting).status).toBe(202);
});

test("clients of another task hub or another storage than the host's are refused at the start, all of them", async () => {
  const world = makeWorld();
  const durable = createDurableEngine(world.parts, { hubName: "OwnHub" });
  atEnd(() => durable.close());
  const clients = [
    { taskHub: "%OWN%", connectionName: "AzureWebJobsStorage" },
    { taskHub: "OtherHub" },
    { connectionName: "OtherStorage" },
  ].map((options) => ({ type: "durableClient", ...options }));
  const root = makeApp({
    "src/a.js": `import { app, input } from "@azure/functions";
      for (const [at, client] of ${JSON.stringify(clients)}.entries())
        app.get("f" + at, { extraInputs: [input.generic(client)], handler: () => ({}) });`,
  });
  const started = world.start(root, { durable, settings: { OWN: "ownhub" } });
  const { message } = await started.then(
    () => ({ message: "It started." }),
    (error: Error) => error,
  );
  expect(message).toMatch(
    /^Function "f1": the input .*no task hub 'OtherHub'.*\nFunction "f2": .* 'OtherStorage'[^\n]*$/,
  );
});
