import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { meet } from "../../../local/faults/meet.ts";
import { FaultRules } from "../../../local/faults/rules.ts";
import { listen } from "../../../local/kernel/http-server.ts";
import { atEnd, makeApp, makeWorld, until } from "./harness.ts";

const source = `
import { app } from "@azure/functions";
let calls = 0;
app.get("count", async () => ({ jsonBody: ++calls }));
app.get("waits", async (request) => {
  const answer = await fetch(request.query.get("for"));
  return { jsonBody: [++calls, answer.status] };
});
`;
const setting = "FUNCTIONS_WORKER_PROCESS_COUNT";

/** What so many requests were answered, one after the other. */
async function counts(origin: string, many: number): Promise<number[]> {
  const all: number[] = [];
  for (let n = 0; n < many; n++) all.push(Number(await (await fetch(`${origin}/api/count`)).text()));
  return all;
}

test("instances share the work by chance, and nothing that the application keeps in memory", async () => {
  const world = makeWorld();
  const host = await world.start(makeApp({ "src/a.js": source }), { settings: { [setting]: "2" } });
  expect(host.instances).toBe(2);
  const all = await counts(host.origin, 40);
  // Each counts for itself, from one on, without a gap.
  const times = (n: number) => all.filter((one) => one === n).length;
  expect(times(1)).toBe(2);
  const most = Math.max(...all);
  for (let n = 1; n <= 40 - most; n++) expect(times(n)).toBe(2);
  expect(all.length - most).toBeGreaterThan(0);
  await expect(host.scale(11)).rejects.toThrow(/from 1 to 10/);
  await expect(makeWorld().start(makeApp({ "src/a.js": source }), { settings: { [setting]: "many" } })).rejects.toThrow(
    /FUNCTIONS_WORKER_PROCESS_COUNT must be a whole number/,
  );
});

test("the next instance is there before the last has gone, which ends what it is at and is given nothing new", async () => {
  const world = makeWorld();
  const host = await world.start(makeApp({ "src/a.js": source }));
  const waiting: (() => void)[] = [];
  const gate = createServer((_, response) => waiting.push(() => response.end()));
  await new Promise<void>((resolve) => gate.listen(0, "127.0.0.1", resolve));
  atEnd(() => void gate.close());
  const url = encodeURIComponent(`http://127.0.0.1:${(gate.address() as AddressInfo).port}/`);
  const underWay = fetch(`${host.origin}/api/waits?for=${url}`);
  await until(() => waiting.length > 0);
  await host.scale(2);
  const gone = host.scale(1);
  expect(await counts(host.origin, 5)).toEqual([1, 2, 3, 4, 5]);
  for (const go of waiting) go();
  expect(await (await underWay).json()).toEqual([1, 200]);
  await gone;
  expect(host.instances).toBe(1);
  // As many as there were are there after a reload, too.
  await host.scale(2);
  await host.reload();
  expect(host.instances).toBe(2);
});

test("the instance whose request meets a fault that kills is the one that ends", async () => {
  const faults = new FaultRules();
  const world = makeWorld({ faults });
  const service = await listen({
    part: "a service",
    host: "127.0.0.1",
    port: 0,
    handle: (_, response) => meet(world.parts, "sms", "send", "anybody", response, async () => void response.end()),
    failed: (error) => expect.unreachable(String(error)),
  });
  atEnd(() => service.close());
  const near = `127.0.0.1:${service.port}`;
  const app = makeApp({
    "src/a.js": source.replaceAll("fetch(", "get(").concat(`
import { get as ask } from "node:http";
const get = (url) => new Promise((resolve, reject) => ask(url, (answer) => answer.resume().on("end", () => resolve({ status: answer.statusCode }))).on("error", reject));
`),
  });
  const host = await world.start(app, { settings: { [setting]: "2" }, near: [near], services: [near] });
  faults.kill = (reason, asker) => host.kill(reason, asker);
  await counts(host.origin, 20);
  for (let n = 0; n < 4; n++) {
    faults.add({ service: "sms", harm: n % 2 === 0 ? "kill" : "kill-after", times: 1 });
    const killed = await fetch(`${host.origin}/api/waits?for=${encodeURIComponent(`http://${near}/`)}`);
    // Its own thread has ended: had the other one, this would be an error of its own.
    expect([killed.status, await killed.json()]).toEqual([500, expect.objectContaining({ code: "WorkerGone" })]);
    await world.work.idle();
  }
  expect(host.instances).toBe(2);
});
