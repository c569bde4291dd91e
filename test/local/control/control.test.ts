import { createHash } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Control, startControl } from "../../../local/control/index.ts";
import { ServiceClock } from "../../../local/kernel/clock.ts";
import { milliseconds } from "../../../local/kernel/duration.ts";
import { Pace } from "../../../local/kernel/pace.ts";
import { Work } from "../../../local/kernel/work.ts";
import { Recorder } from "../../../local/recorder/recorder.ts";
import { openMemoryStore } from "../../../local/store/memory-store.ts";

let control: Control;
let recorder: Recorder;
let clock: ServiceClock;
let pace: Pace;
let moves = 0;
beforeEach(async () => {
  clock = new ServiceClock({ heldAt: Date.parse("2026-06-15T10:00:00Z") });
  const work = new Work();
  recorder = new Recorder(clock);
  pace = new Pace(clock, { settle: () => work.idle(), save: async () => undefined });
  control = await startControl({
    clock,
    pace,
    work,
    store: openMemoryStore(),
    recorder,
    advance: (by, signal) => clock.advance(milliseconds(by), () => work.idle(), signal),
    addresses: () => ({ "SMS inbox": "http://127.0.0.1:1/" }),
    meters: () => ({ orders: 3 }),
    moved: () => moves++,
    connections: () => ({ "Cosmos DB": "AccountEndpoint=http://127.0.0.1:2/;AccountKey=a<b;" }),
    notes: { "Who works here": { "+14255550100": "Ada (admin)" } },
  });
});
afterEach(async () => {
  await control.close();
  await pace.stop();
  clock.close();
});

const post = (path: string, headers: Record<string, string> = {}) =>
  fetch(control.url + path, { method: "POST", headers });

test("advancing moves the clock and answers with where it is", async () => {
  const reply = await post("clock/advance?by=15 min");
  expect(await reply.json()).toMatchObject({ now: "2026-06-15T10:15:00.000Z", held: true });
});

test("an advance is stopped on its way, and answers with where it is then", async () => {
  let ticks = 0;
  const tick = () => {
    if (++ticks === 10) void post("clock/stop");
    clock.after(1_000, tick);
  };
  tick();
  const reply = await post("clock/advance?by=300 d");
  const { now } = (await reply.json()) as { now: string };
  expect(Date.parse(now)).toBeLessThan(Date.parse("2027-01-01"));
  expect(new Date(clock.now()).toISOString()).toBe(now);
});

test("a duration it cannot read is refused with an example", async () => {
  const reply = await post("clock/advance?by=a while");
  expect(reply.status).toBe(400);
  expect(((await reply.json()) as { message: string }).message).toMatch(/15 min/);
});

test("holding and releasing say so", async () => {
  expect(await (await post("clock/release")).json()).toMatchObject({ held: false });
  expect(await (await post("clock/hold")).json()).toMatchObject({ held: true });
});

test("a speed is set, told of, shown and refused where it is none", async () => {
  expect(await (await post("clock/speed?times=60")).json()).toMatchObject({ held: false, speed: 60 });
  expect(await (await fetch(`${control.url}plain`)).text()).toContain("60 times as fast");
  for (const times of ["", "fast", "-1", "0.01", "1e9", "Infinity"]) {
    const reply = await post(`clock/speed?times=${times}`);
    expect([times, reply.status]).toEqual([times, 400]);
  }
  expect(await (await post("clock/hold")).json()).toMatchObject({ held: true, speed: 0 });
});

test("a page of another site cannot move the clock, its own can by any of its names", async () => {
  for (const origin of ["http://evil.example", "null", "http://localhost:1", `https://localhost:${control.port}`]) {
    for (const path of ["clock/advance?by=1 d", "clock/hold", "clock/release", "clock/speed?times=9", "settle"])
      expect((await post(path, { origin })).status).toBe(403);
  }
  expect(clock.now()).toBe(Date.parse("2026-06-15T10:00:00Z"));
  for (const name of ["localhost", "127.0.0.1", "[::1]"])
    expect((await post("clock/advance?by=1 s", { origin: `http://${name}:${control.port}` })).status).toBe(200);
  expect(clock.now()).toBe(Date.parse("2026-06-15T10:00:03Z"));
});

test("the page cannot be framed and runs its own script only", async () => {
  for (const path of ["", "status", "nothing"]) {
    const { headers } = await fetch(control.url + path);
    expect(headers.get("x-frame-options")).toBe("DENY");
    expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
  }
  const page = await fetch(`${control.url}plain`);
  const [, script = ""] = /<script>(.*)<\/script>/s.exec(await page.text()) ?? [];
  const hash = createHash("sha256").update(script).digest("base64");
  expect(page.headers.get("content-security-policy")).toContain(`script-src 'sha256-${hash}';`);
});

test("who asks for the head alone gets it", async () => {
  for (const path of ["", "status"]) {
    const head = await fetch(control.url + path, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
  }
  expect((await fetch(`${control.url}settle`, { method: "HEAD" })).status).toBe(404);
});

test("the page for people shows addresses and figures", async () => {
  const page = await (await fetch(`${control.url}plain`)).text();
  expect(page).toContain('<a href="http://127.0.0.1:1/">');
  expect(page).toContain("2026-06-15T10:00:00.000Z");
});

test("anything else names what there is", async () => {
  const reply = await fetch(`${control.url}reset`);
  expect(reply.status).toBe(404);
  expect(((await reply.json()) as { message: string }).message).toContain("GET /status");
});

test("whoever moves, holds, releases or hastens the clock is followed by those who are connected", async () => {
  moves = 0;
  for (const path of ["clock/advance?by=15 min", "clock/hold", "clock/release", "clock/speed?times=9"])
    await post(path);
  expect(moves).toBe(4);
  await post("clock/advance?by=a while");
  expect(moves).toBe(4);
});

test("the page says who signs in and how to connect; the figures for programs hold no key", async () => {
  const page = await (await fetch(`${control.url}plain`)).text();
  expect(page).toContain("Who works here");
  expect(page).toContain("+14255550100");
  expect(page).toContain("AccountKey=a&#60;b;");
  expect(await (await fetch(`${control.url}connections`)).json()).toEqual({
    "Cosmos DB": "AccountEndpoint=http://127.0.0.1:2/;AccountKey=a<b;",
  });
  expect(await (await fetch(`${control.url}status`)).text()).not.toContain("AccountKey");
});

test("what is recorded is told, narrowed, one by one, as a way and as lines; what is gone is refused by name", async () => {
  const outer = recorder.begin("functions", "http", "GET /api/talks", { keys: ["instance:7"] });
  recorder.within(outer, () => recorder.begin("cosmos", "read", "db/talks").end("refused", 404));
  outer.note({ request: '{"a":1}' });
  outer.end("ok", 200);
  const get = async (path: string) => (await fetch(`${control.url}recording/${path}`)).json();
  expect(await get("spans")).toMatchObject({ oldest: 1, newest: 2, spans: [{ id: 1 }, { id: 2, causes: [1] }] });
  for (const narrowed of [
    "service=cosmos",
    "outcome=refused",
    "text=TALKS&kind=read",
    "after=1",
    "after=0&limit=2&kind=read",
  ])
    expect((await get(`spans?${narrowed}`)) as object).toMatchObject({ spans: [{ id: 2 }] });
  expect(await get("spans?key=instance:7")).toMatchObject({ spans: [{ id: 1, name: "GET /api/talks" }] });
  expect(await get("spans/1")).toMatchObject({ details: { request: { a: 1 } }, logs: [] });
  expect(await get("ways?of=2")).toMatchObject({ steps: [{ id: 1, steps: [{ id: 2, steps: [] }] }] });
  expect(await get("ways?of=instance:7&details=true")).toMatchObject({ steps: [{ details: { request: { a: 1 } } }] });
  expect(await (await fetch(`${control.url}recording/ways?as=text&of=1`)).text()).toMatch(
    / cosmos read db\/talks .*refused 404\n$/,
  );
  for (const [path, status] of [
    ["spans/9", 404],
    ["spans?limit=many", 400],
    ["ways", 400],
  ] as const)
    expect([path, (await fetch(`${control.url}recording/${path}`)).status]).toEqual([path, status]);
});

test("what happens is heard while it happens, and nobody who hung up is told", async () => {
  const hangUp = new AbortController();
  const response = await fetch(`${control.url}recording/live`, { signal: hangUp.signal });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const span = recorder.begin("cosmos", "read", "db/talks");
  span.end("ok");
  let text = "";
  while (!text.includes('"outcome":"ok"')) text += (await reader?.read())?.value ?? "";
  expect(text).toContain('"name":"db/talks"');
  hangUp.abort();
});
