import { request } from "node:http";
import { expect, test } from "vitest";
import { createDurableEngine } from "../../../local/durable/index.ts";
import { atEnd, copyApp, makeApp, makeWorld, until } from "./harness.ts";

/** What of the real host may surprise: here it is the same, and said. */

const model = `import { app } from "@azure/functions";\n`;

/** Sends what `fetch` would not: raw headers, bodies in chunks. */
function send(
  url: string,
  {
    method = "GET",
    headers = [],
    body,
    chunked = false,
  }: { method?: string; headers?: string[]; body?: string; chunked?: boolean },
) {
  return new Promise<{ status: number | undefined; headers: NodeJS.Dict<string | string[]>; text: string }>(
    (resolve, reject) => {
      const sent = request(url, { method, headers, agent: false }, async (answer) => {
        let text = "";
        for await (const chunk of answer.setEncoding("utf8")) text += chunk;
        resolve({ status: answer.statusCode, headers: answer.headers, text });
      });
      sent.on("error", reject);
      if (chunked && body !== undefined) sent.write(body);
      sent.end(chunked ? undefined : body);
    },
  );
}

const host = ({ origin }: { origin: string }) => ["host", new URL(origin).host];

test("a body in chunks is empty for the function, and the log says once what to do; with HTTP streams it is there", async () => {
  const world = makeWorld();
  const echo = `app.http("echo", { methods: ["POST"], authLevel: "anonymous", handler: async (request) => ({ body: "got " + (await request.text()) }) });`;
  const plain = await world.start(makeApp({ "src/a.js": model + echo }));
  const post = async (to: { origin: string }, chunked: boolean) => {
    const chunks = chunked ? ["transfer-encoding", "chunked"] : ["content-length", "3"];
    return (
      await send(`${to.origin}/api/echo`, { method: "POST", headers: [...host(to), ...chunks], body: "cup", chunked })
    ).text;
  };
  expect([await post(plain, true), await post(plain, true), await post(plain, false)]).toEqual([
    "got ",
    "got ",
    "got cup",
  ]);
  const said = world.logged.filter(({ message }) => message.includes("without a content-length"));
  expect(said.map(({ level }) => level)).toEqual(["warn"]);
  const streamed = await makeWorld().start(
    makeApp({ "src/a.js": `${model}app.setup({ enableHttpStream: true }); ${echo}` }),
  );
  expect(await post(streamed, true)).toBe("got cup");
});

test("repeated headers are joined with a comma, their values are UTF-8, and too much of them is refused", async () => {
  const world = makeWorld();
  const started = await world.start(
    makeApp({
      "src/a.js": `${model}app.http("seen", { authLevel: "anonymous", handler: (request) => ({ jsonBody: [request.headers.get("x-a"), [...request.query]] }) });`,
    }),
  );
  const seen = async (query: string, ...headers: string[]) => {
    const { status, text } = await send(`${started.origin}/api/seen${query}`, {
      headers: [...host(started), ...headers],
    });
    return status === 200 ? JSON.parse(text) : status;
  };
  expect(await seen("?b=%ff&B=+x", "x-a", "1", "X-A", "2")).toEqual(["1,2", [["B", "%ff, x"]]]);
  expect(await seen("", "x-a", Buffer.from("süß").toString("latin1"))).toEqual(["süß", []]);
  expect(await seen("", "x-a", Buffer.from([0xff]).toString("latin1"))).toBe(400);
  expect(await seen(`?x=${"a".repeat(8_200)}`)).toBe(414);
  expect(await seen("", "x-a", "a".repeat(30_000))).toEqual(["a".repeat(30_000), []]);
  expect(await seen("", "x-a", "a".repeat(33_000))).toBe(431);
});

test("what cannot be sent is a 500 that says why; HEAD keeps the length that the handler gave", async () => {
  const world = makeWorld();
  const answers = {
    umlaut: `{ headers: { location: "/\\u00fc" } }`,
    chunked: `{ headers: { "transfer-encoding": "chunked" } }`,
    short: `{ headers: { "content-length": "3" }, body: "abcdef" }`,
    right: `{ headers: { "content-length": "6" }, body: "abcdef" }`,
    cookie: `{ cookies: [{ name: "a b", value: "1" }] }`,
    file: `{ headers: { "content-length": "1234" } }`,
  };
  const functions = Object.entries(answers).map(
    ([name, answer]) =>
      `app.http("${name}", { methods: ["GET", "HEAD"], authLevel: "anonymous", handler: () => (${answer}) });`,
  );
  const started = await world.start(makeApp({ "src/a.js": model + functions.join("\n") }));
  const get = (name: string, method = "GET") =>
    send(`${started.origin}/api/${name}`, { method, headers: host(started) });
  for (const [name, why] of [
    ["umlaut", "printable ASCII"],
    ["chunked", "cannot be read"],
    ["short", "6 bytes"],
    ["cookie", "named"],
  ] as const) {
    const { status, text } = await get(name);
    expect([status, text.includes(why)], name).toEqual([500, true]);
    expect(world.log()).toContain(`error [] The answer of ${name} cannot be sent.`);
  }
  expect((await get("right")).text).toBe("abcdef");
  expect((await get("file", "HEAD")).headers["content-length"]).toBe("1234");
  expect((await get("right", "HEAD")).headers["content-length"]).toBe("6");
});

test("a handler that throws undefined or null has succeeded with nothing, and the log warns", async () => {
  const world = makeWorld();
  const started = await world.start(
    makeApp({ "src/a.js": `${model}app.get("odd", { authLevel: "anonymous", handler: () => { throw undefined; } });` }),
  );
  expect((await fetch(`${started.origin}/api/odd`)).status).toBe(204);
  await world.work.idle();
  expect(world.log()).toMatch(/warn .*The handler threw undefined\. On Azure that is not an error/);
});

test("a retry policy runs HTTP and Event Grid functions again while the caller waits, each time told which try it is", async () => {
  const world = makeWorld();
  const root = makeApp({
    "src/a.js": `${model}
      const tries = [];
      const retry = { strategy: "fixedDelay", maxRetryCount: 2, delayInterval: 60_000 };
      const told = ({ retryContext: told }) => tries.push([told.retryCount, told.maxRetryCount, told.exception?.message.replace(/Stack[^]*/, "") ?? null]);
      app.http("never", { authLevel: "anonymous", retry, handler: (_, context) => { told(context); throw new Error("sour"); } });
      app.http("third", { authLevel: "anonymous", retry, handler: (_, context) => { told(context); if (tries.length % 3) throw new Error("sour"); return { body: "sweet" }; } });
      app.eventGrid("event", { retry: { ...retry, delayInterval: 1 }, handler: (_, context) => { told(context); throw new Error("sour"); } });
      app.http("tries", { authLevel: "anonymous", handler: () => ({ jsonBody: tries.splice(0) }) });`,
  });
  const started = await world.start(root);
  const tries = async () =>
    ((await (await fetch(`${started.origin}/api/tries`)).json()) as unknown[][]).map(([count]) => count);
  const never = fetch(`${started.origin}/api/never`);
  await begun(world, "never");
  await world.advance(120_000);
  expect((await never).status).toBe(500);
  expect(await tries()).toEqual([0, 1, 2]);
  const third = fetch(`${started.origin}/api/third`);
  await begun(world, "third");
  await world.advance(120_000);
  expect(await (await third).text()).toBe("sweet");
  const all = (await (await fetch(`${started.origin}/api/tries`)).json()) as unknown[][];
  expect(all[0]).toEqual([0, 2, null]);
  expect(all[1]?.[2]).toMatch(/^Microsoft.*Functions\.third ---> .*Result: Failure\nException: sour\n$/);
  const headers = { "aeg-event-type": "Notification" };
  expect(
    (await fetch(started.webhookUrl("eventgrid", "event"), { method: "POST", headers, body: '{"id":"1"}' })).status,
  ).toBe(500);
  expect(await tries()).toEqual([0, 1, 2]);
});

/** Resolves when a function has failed for the first time: from then on only the clock brings it on. */
async function begun(world: ReturnType<typeof makeWorld>, name: string): Promise<void> {
  await until(() => world.log().includes(`Function ${name} failed`));
  await world.work.idle();
}

test("with HTTP streams the query stands among the parameters, and where Azure never answers it fails at once and says why", async () => {
  const world = makeWorld();
  const started = await world.start(
    makeApp({
      "src/a.js": `${model}app.setup({ enableHttpStream: true });
      const at = (name, route, handler) => app.http(name, { authLevel: "anonymous", route, handler });
      at("params", "params/{id}", (request) => ({ jsonBody: request.params }));
      at("nothing", "nothing", () => undefined);
      at("void", "void", () => null);
      at("breaks", "breaks", () => { throw new Error("torn"); });
      at("text", "text", () => "not an answer");`,
    }),
  );
  const params = await (await fetch(`${started.origin}/api/params/7?a=1&a=2&code=x&ID=8&b`)).json();
  expect(params).toEqual({ id: "7", a: "2", b: "" });
  for (const name of ["nothing", "void", "breaks", "text"]) {
    const answer = await fetch(`${started.origin}/api/${name}`);
    expect([answer.status, ((await answer.json()) as { message: string }).message], name).toEqual([
      500,
      expect.stringContaining("the caller gets no answer on Azure"),
    ]);
    expect(world.log()).toMatch(new RegExp(`error .*${name} (?:failed|returned nothing)\\. With HTTP streams`));
  }
});

test("with HTTP streams an answer that breaks off ends for the caller, and after a crash requests reach the new thread", async () => {
  const world = makeWorld();
  const started = await world.start(
    makeApp({
      "src/a.js": `${model}app.setup({ enableHttpStream: true });
      const { Readable } = process.getBuiltinModule("node:stream");
      const at = (name, handler) => app.http(name, { authLevel: "anonymous", handler });
      at("torn", () => ({ body: Readable.from((async function* () { yield "half"; throw new Error("the pipe broke"); })()) }));
      at("crash", () => new Promise(() => setImmediate(() => { throw new Error("down"); })));
      at("up", () => ({ body: "up" }));`,
    }),
  );
  const torn = await fetch(`${started.origin}/api/torn`);
  expect(torn.status).toBe(200);
  await expect(torn.text()).rejects.toThrow();
  expect(world.log()).toContain("torn failed after its answer had begun. On Azure the caller waits");

  expect((await fetch(`${started.origin}/api/crash`)).status).toBe(500);
  expect(await (await fetch(`${started.origin}/api/up`)).text()).toBe("up");
  expect((await fetch(`${started.origin}/api/crash`)).status).toBe(500);
  const down = await fetch(`${started.origin}/api/up`);
  expect([down.status, await down.text()]).toEqual([500, expect.stringContaining("it crashed 2 times in a row")]);
});

test("whatever a handler throws fails its own invocation only", async () => {
  const world = makeWorld();
  const started = await world.start(
    makeApp({
      "src/a.js": `${model}
      const circle = { name: "circle" };
      circle.self = circle;
      const odd = {
        circle,
        big: { n: 1n },
        bare: Object.create(null),
        symbol: Symbol("s"),
        trap: new Proxy({}, { get() { throw new Error("trapped"); } }),
        message: Object.assign(new Error(), { message: Symbol("m"), stack: { at: circle } }),
      };
      app.http("odd", { authLevel: "anonymous", route: "odd/{what}", handler: ({ params }) => { throw odd[params.what]; } });
      app.http("names", { authLevel: "anonymous", handler: () => ({ body: String(Object.keys(odd)) }) });`,
    }),
  );
  const names = (await (await fetch(`${started.origin}/api/names`)).text()).split(",");
  for (const name of names)
    expect([name, (await fetch(`${started.origin}/api/odd/${name}`)).status]).toEqual([name, 500]);
  expect(world.log()).toContain("cannot be shown: Converting circular structure to JSON");
  expect(world.log()).not.toContain("crashed");
});

test("keys: the master key opens the durable webhooks, another's key is 403, an unknown one 401, and system keys are told", async () => {
  const world = makeWorld();
  const durable = createDurableEngine(world.parts);
  atEnd(() => durable.close());
  const started = await world.start(copyApp("durable"), { durable });
  const master = { "x-functions-key": started.masterKey };
  const admin = async (path: string, init: RequestInit = {}) => {
    const answer = await fetch(`${started.origin}/admin/${path}`, {
      headers: { ...master, "content-type": "application/json" },
      ...init,
    });
    const text = await answer.text();
    return { status: answer.status, ...(text === "" ? {} : JSON.parse(text)) };
  };
  const { keys } = await admin("host/systemkeys");
  expect(keys.map(({ name }: { name: string }) => name)).toEqual(["durabletask_extension", "eventgrid_extension"]);
  const instances = (key: string) => fetch(`${started.origin}/runtime/webhooks/durabletask/instances?CODE=${key}`);
  const { value: hostKey } = await admin("host/keys/default");
  const statuses = [started.masterKey, keys[0].value, keys[1].value, hostKey, "wrong", ""];
  expect(await Promise.all(statuses.map(async (key) => (await instances(key)).status))).toEqual([
    200, 200, 403, 403, 401, 401,
  ]);

  const made = await admin("host/functionkeys/shop", { method: "PUT", body: '{"value":"a key of the shop"}' });
  expect(made).toMatchObject({ status: 201, name: "shop", value: "a key of the shop" });
  expect(await admin("host/keys/shop", { method: "PUT", body: '{"value":"another"}' })).toMatchObject({ status: 200 });
  expect((await admin("host/keys/shop", { method: "POST" })).value).toMatch(/^[\w-]{40,}$/);
  expect(await admin("host/keys/shop", { method: "DELETE" })).toEqual({ status: 204 });
  expect(await admin("host/keys/shop", { method: "DELETE" })).toMatchObject({ status: 404 });
  expect((await admin("host/keys", { headers: { "x-functions-key": hostKey } })).status).toBe(403);
  expect((await admin("host/keys", { headers: {} })).status).toBe(401);
  expect(await admin("host/systemkeys/_master")).toMatchObject({ value: started.masterKey });
});
