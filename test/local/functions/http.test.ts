import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { makeApp, makeWorld, noon } from "./harness.ts";

async function startHttp(options: Parameters<ReturnType<typeof makeWorld>["start"]>[1] = {}) {
  const world = makeWorld();
  const host = await world.start("http", options);
  const get = (path: string, init?: RequestInit) => fetch(`${host.origin}/api/${path}`, init);
  const json = async (path: string, init?: RequestInit) =>
    (await (await get(path, init)).json()) as Record<string, unknown>;
  return { world, host, get, json };
}

test("routes find their function: names in alphabetical order, optional parts and catch-alls", async () => {
  const { world, json, get } = await startHttp();
  const cases: [string, string, Record<string, string>][] = [
    ["drinks/popular", "drink", { id: "popular" }],
    ["Drinks/POPULAR/", "drink", { id: "POPULAR" }],
    ["drinks/7", "drink", { id: "7" }],
    ["drinks/flat%20white", "drink", { id: "flat white" }],
    ["drinks/a%2Fb", "drink", { id: "a%2Fb" }],
    ["drinks/mocha/sizes", "sizes", { id: "mocha" }],
    ["drinks/mocha/sizes/large", "sizes", { id: "mocha", size: "large" }],
    ["files", "files", {}],
    ["files/a/b%20c/d.txt", "files", { path: "a/b c/d.txt" }],
    ["pictures/cup.v2.png", "picture", { name: "cup.v2", kind: "png" }],
  ];
  for (const [path, name, params] of cases) expect(await json(path), path).toEqual({ name, params });
  expect(await json("drinks/%ff")).toEqual({ name: "drink", params: { id: "%ff" } });
  expect((await get("drinks")).status).toBe(404);
  expect(world.log()).toMatch(/error .*"popular" \(api\/drinks\/popular\) is never reached: "drink"/);
});

test("a method that a route does not take is 404, as on Azure, and the answer says which it takes", async () => {
  const { get } = await startHttp();
  const answer = await get("put-only");
  expect(answer.status).toBe(404);
  expect(((await answer.json()) as { message: string }).message).toContain("PUT");
  expect((await get("put-only", { method: "PUT" })).status).toBe(200);
  expect((await get("echo", { method: "HEAD" })).status).toBe(404);
});

test("a handler sees method, address, headers, queries and body as they were sent", async () => {
  const { host, json } = await startHttp();
  const seen = await json("echo?a=1&a=2&empty=&u=%C3%BC", {
    method: "POST",
    headers: { "X-Thing": "Some Value", "content-type": "text/plain" },
    body: "süß",
  });
  expect(seen).toMatchObject({
    method: "POST",
    url: `${host.origin}/api/echo?a=1&a=2&empty=&u=%C3%BC`,
    query: { a: "1,2", empty: "", u: "ü" },
    headers: { "x-thing": "Some Value", "content-type": "text/plain" },
    body: "süß",
  });
});

test("who called is told as Azure's front end tells it, behind what the request claims", async () => {
  const { json } = await startHttp();
  const seen = async (headers: Record<string, string> = {}) =>
    (await json("echo?a=1", { method: "POST", headers })).headers as Record<string, string>;
  const plain = await seen();
  expect(plain).toMatchObject({
    "x-forwarded-for": expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    "x-forwarded-proto": "http",
    "disguised-host": plain.host,
    "x-original-url": "/api/echo?a=1",
  });
  expect(plain["client-ip"]).toBe(plain["x-forwarded-for"]);
  const claimed = { "x-forwarded-for": "203.0.113.7", "x-forwarded-proto": "https", "client-ip": "203.0.113.7" };
  const told = await seen(claimed);
  expect(told["x-forwarded-for"]).toMatch(/^203\.0\.113\.7, 127\.0\.0\.1:\d+$/);
  expect(told).toMatchObject({ "x-forwarded-proto": "http", "client-ip": expect.stringMatching(/^127\./) });
});

test("a DELETE without a body looks as if one came in chunks, as behind Azure's front end", async () => {
  const { json } = await startHttp();
  const encoding = async (init: RequestInit) =>
    ((await json("echo", init)).headers as Record<string, string>)["transfer-encoding"];
  expect(await encoding({ method: "DELETE" })).toBe("chunked");
  expect(await encoding({ method: "DELETE", body: "x" })).toBeUndefined();
  expect(await encoding({ method: "POST" })).toBeUndefined();
});

test("bytes go both ways unchanged, and the handler's status and headers are sent", async () => {
  const { get } = await startHttp();
  const body = Uint8Array.from({ length: 70_000 }, (_, index) => index % 256);
  const answer = await get("bytes", { method: "POST", body });
  expect(answer.status).toBe(201);
  expect(answer.headers.get("x-own")).toBe("yes");
  expect(Buffer.from(await answer.arrayBuffer()).equals(body)).toBe(true);
});

test("a body of many megabytes passes; one over Azure's 100 MB is refused", async () => {
  const { host, get } = await startHttp();
  const body = Buffer.alloc(20 * 1024 * 1024, "cup ");
  const answer = await get("bytes", { method: "POST", body });
  expect(Buffer.from(await answer.arrayBuffer()).equals(body)).toBe(true);
  const tooLong = await new Promise<number>((resolve, reject) => {
    const sent = request(`${host.origin}/api/bytes`, { method: "POST" }, ({ statusCode = 0 }) => resolve(statusCode));
    sent.on("error", reject);
    sent.end(Buffer.alloc(100 * 1024 * 1024 + 1));
  });
  expect(tooLong).toBe(500);
});

test("form data is read in both of its encodings, files included", async () => {
  const { get } = await startHttp();
  const sent = async (body: FormData | URLSearchParams) => (await get("form", { method: "POST", body })).json();
  expect(await sent(new URLSearchParams({ drink: "latte", size: "grand é" }))).toEqual([
    ["drink", "latte"],
    ["size", "grand é"],
  ]);
  const form = new FormData();
  form.set("drink", "mocha");
  form.set("picture", new Blob(["pixels"], { type: "image/png" }), "cup.png");
  expect(await sent(form)).toEqual([
    ["drink", "mocha"],
    ["picture", "cup.png", "image/png", "pixels"],
  ]);
});

test("cookies are written with their attributes", async () => {
  const { get } = await startHttp();
  expect((await get("cookies")).headers.getSetCookie()).toEqual([
    "plain=a%20b; path=/",
    "full=1; max-age=60; path=/x; secure; samesite=none; httponly",
  ]);
});

test("a handler that throws is a 500 without a body, and the log has its stack and its cause; one that returns nothing is a 204", async () => {
  const { world, get } = await startHttp();
  const failed = await get("throws");
  expect([failed.status, await failed.text()]).toEqual([500, ""]);
  const entry = world.logged.find(({ message }) => message.startsWith("Function throws failed"));
  expect(entry?.message).toBe("Function throws failed: the milk is sour (Error: the fridge was open)");
  expect(entry?.fields.stack).toMatch(/^Error: the milk is sour\n\s+at .*http\.ts:\d+/);
  expect((await get("nothing")).status).toBe(204);
});

test("levels function and admin need a key, which stays the same over a restart", async () => {
  const { world, host, get } = await startHttp();
  const key = host.functionKey("locked");
  expect((await get("locked")).status).toBe(401);
  expect((await get("locked?code=wrong")).status).toBe(401);
  expect((await get(`locked?code=${key}`)).status).toBe(200);
  expect((await get("locked", { headers: { "x-functions-key": key } })).status).toBe(200);
  expect((await get("owner", { headers: { "x-functions-key": key } })).status).toBe(401);
  expect((await get("owner", { headers: { "x-functions-key": host.masterKey } })).status).toBe(200);
  const again = await makeWorld({ store: world.store }).start("http");
  expect(again.functionKey("locked")).toBe(key);
});

test("CORS answers preflights itself, allows exactly the listed origins and overrules the handler", async () => {
  const { get } = await startHttp({ cors: ["http://shop.example:4280"] });
  const preflight = (origin: string) =>
    get("echo", {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type,idempotency-key",
      },
    });
  const allowed = await preflight("http://shop.example:4280");
  expect(allowed.status).toBe(204);
  expect(Object.fromEntries(allowed.headers)).toMatchObject({
    "access-control-allow-origin": "http://shop.example:4280",
    "access-control-allow-methods": "POST",
    "access-control-allow-headers": "content-type,idempotency-key",
    vary: "Origin",
  });
  const refused = await preflight("http://shop.example");
  expect([refused.status, refused.headers.get("access-control-allow-origin")]).toEqual([403, null]);
  const answer = await get("vary", { headers: { origin: "http://shop.example:4280" } });
  expect(answer.headers.get("access-control-allow-origin")).toBe("http://shop.example:4280");
  expect(answer.headers.get("vary")).toBe("Origin, accept");
  expect(answer.headers.get("access-control-allow-credentials")).toBeNull();
  expect(
    (await get("vary", { headers: { origin: "http://evil.example" } })).headers.get("access-control-allow-origin"),
  ).toBeNull();
});

test("the application's time is the clock's, whichever way it asks", async () => {
  const { world, json } = await startHttp();
  const at = async () => (await json("time")) as { now: number; date: string; text: string };
  expect(await at()).toMatchObject({ now: noon, date: "2026-01-14T12:00:00.000Z" });
  await world.advance(90_000);
  const later = await at();
  expect(later.now).toBe(noon + 90_000);
  expect(Date.parse(later.text)).toBe(noon + 90_000);
  expect(await json("dates")).toEqual({
    instance: true,
    cloned: true,
    subclass: true,
    given: [2020, 1, 3],
    name: "Date",
    constructor: true,
    utc: 86_400_000,
  });
});

test("the application sees its settings and nothing of the host's environment", async () => {
  process.env.CREMA_TEST_SECRET = "of the host";
  const { host, json, get } = await startHttp({ settings: { COLOUR: "brown" } });
  const environment = await json("environment");
  expect(environment).toMatchObject({ COLOUR: "brown", WEBSITE_HOSTNAME: `127.0.0.1:${host.port}` });
  expect(environment).not.toHaveProperty("CREMA_TEST_SECRET");
  delete process.env.CREMA_TEST_SECRET;
  expect(await (await get("folder")).text()).toMatch(/apps\/http$/);
});

test("what the application logs stands in the log with its function and level", async () => {
  const { world, json } = await startHttp();
  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const { trace } = await json("speaks", { headers: { traceparent } });
  expect(trace).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/);
  expect(trace).not.toBe(traceparent);
  await world.work.idle();
  expect(world.log()).toContain("info [speaks] from the context");
  expect(world.log()).toContain("warn [speaks] a warning of 7");
  expect(world.log()).toContain("error [speaks] from the console");
  expect(world.log()).toMatch(/warn \[\w*\] \(node:\d+\) DeprecationWarning: milk will be oats/);
  expect(world.log()).not.toContain("too quiet");
});

test("host.json sets the route prefix and the log levels", async () => {
  const world = makeWorld();
  const root = makeApp(
    {
      "src/a.js": `import { app } from "@azure/functions";
        app.get("a", async (_, context) => { context.debug("heard now"); context.log("of a"); return { body: "a" }; });
        app.get("b", async (_, context) => { context.log("of b"); return { body: "b" }; });`,
    },
    {
      extensions: { http: { routePrefix: "" } },
      logging: { logLevel: { default: "Information", "Function.a": "Debug", "Function.b.User": "None" } },
    },
  );
  const host = await world.start(root);
  expect(await (await fetch(`${host.origin}/a`)).text()).toBe("a");
  expect(await (await fetch(`${host.origin}/b`)).text()).toBe("b");
  expect(world.log()).toContain("heard now");
  expect(world.log()).not.toContain("of b");
});

test("the admin addresses list the functions as the Static Web Apps CLI asks for them", async () => {
  const { host } = await startHttp();
  const functions = (await (await fetch(`${host.origin}/admin/functions`)).json()) as {
    name: string;
    config: { bindings: { type: string }[] };
    invoke_url_template: string;
  }[];
  expect(functions.map(({ config }) => config.bindings.find(({ type }) => /trigger$/i.test(type))?.type)).toContain(
    "httpTrigger",
  );
  expect(functions.find(({ name }) => name === "drink")?.invoke_url_template).toBe(`${host.origin}/api/drinks/{id}`);
  expect(await (await fetch(`${host.origin}/admin/host/status`)).json()).toMatchObject({ state: "Running" });
  expect((await fetch(host.origin)).status).toBe(200);
});

test("keys are told to who has the master key, and open what they belong to", async () => {
  const { host } = await startHttp();
  const keyOf = async (path: string, key = host.masterKey) => {
    const answer = await fetch(`${host.origin}/admin/${path}/keys`, { headers: { "x-functions-key": key } });
    const { keys } = (await answer.json()) as { keys?: { name: string; value: string }[] };
    return { status: answer.status, key: keys?.[0]?.value };
  };
  expect(await keyOf("functions/locked")).toEqual({ status: 200, key: host.functionKey("locked") });
  const { key } = await keyOf("host");
  expect((await fetch(`${host.origin}/api/locked?code=${key}`)).status).toBe(200);
  expect((await keyOf("host", host.functionKey("locked"))).status).toBe(401);
  expect((await keyOf("functions/no-such")).status).toBe(404);
});

test("a request that stays unfinished is no work and holds up no clock, and its caller may go away", async () => {
  const { world, host, get } = await startHttp();
  const addresses = ["/api/bytes", "/admin/functions/time", "/runtime/webhooks/eventgrid?functionName=x"];
  const sockets = addresses.map((address) => {
    const socket = connect(host.port, "127.0.0.1");
    socket.write(`POST ${address} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nonly this`);
    return socket;
  });
  for (const socket of sockets) if (socket.connecting) await once(socket, "connect");
  // What comes on later connections is answered after those have been read.
  for (const _ of sockets) expect((await get("time")).status).toBe(200);
  expect(world.work.pending).toEqual({});
  await world.advance(60_000);
  for (const socket of sockets) socket.destroy();
  expect((await get("time")).status).toBe(200);
  await world.work.idle();
  expect(world.log()).not.toContain("failed");
});
