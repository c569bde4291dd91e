import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { bodyStream, listen } from "../../../local/kernel/http-server.ts";
import { df, plain } from "./application.ts";
import { startStack } from "./stack.ts";

df.app.orchestration("calls", function* (context) {
  const response: { statusCode: number; content?: string; headers: object } = yield context.df.callHttp(
    context.df.getInput() as never,
  );
  return { statusCode: response.statusCode, content: response.content, headers: response.headers };
});

async function serve(handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = await listen({ part: "the test", handle });
  onTestFinished(server.close);
  return `http://127.0.0.1:${server.port}`;
}

test("a durable HTTP call gives status, content and headers, without those of the content", async () => {
  const url = await serve((request, response) => {
    response.writeHead(201, { "x-method": String(request.method), "content-type": "application/json" });
    bodyStream(request).pipe(response);
  });
  const { client, settle, outcome, engine } = await startStack();
  await client.startNew("calls", { instanceId: "h", input: { method: "POST", url, body: { a: 1 } } });
  await settle();
  expect(outcome("h")).toMatchObject({ statusCode: 201, content: '{"a":1}', headers: { "x-method": "POST" } });
  expect(Object.keys((outcome("h") as { headers: object }).headers)).not.toContain("Content-Type");
  expect(engine.history("h").find(({ EventType }) => EventType === 4)?.Name).toBe("BuiltIn::HttpActivity");
});

/** What an application's call ends with: what the server heard of it, or why it failed. */
async function called(input: object): Promise<unknown> {
  const url = await serve((request, response) => {
    const { "content-type": type, "content-length": length } = request.headers;
    response.setHeader("x-heard", JSON.stringify({ type, length, tag: request.headers["x-tag"] }));
    bodyStream(request).pipe(response);
  });
  const { client, settle, outcome, engine } = await startStack();
  await client.startNew("calls", { instanceId: "c", input: { method: "POST", url, ...input } });
  await settle();
  if (engine.instance("c")?.status === "Failed") return engine.instance("c")?.output;
  const { content, headers } = outcome("c") as { content: string; headers: Record<string, string> };
  return { ...JSON.parse(headers["x-heard"] ?? "{}"), content };
}

test("a content goes out as text/plain, or as the media type that is given", async () => {
  expect(await called({ body: "a" })).toEqual({ type: "text/plain", length: "1", content: "a" });
  const json = { body: { a: "ü" }, headers: { "content-TYPE": "application/json", "x-tag": "1" } };
  expect(await called(json)).toEqual({ type: "application/json", length: "10", tag: "1", content: '{"a":"ü"}' });
  const form = { body: "a=1", headers: { "Content-Type": "application/x-www-form-urlencoded" } };
  expect(await called(form)).toMatchObject({ type: "application/x-www-form-urlencoded; charset=utf-8" });
  expect(await called({ headers: { "Content-Type": "text/html; charset=utf-8" } })).toEqual({
    length: "0",
    content: "",
  });
});

test.each([
  [
    { "Content-Type": "application/json; charset=utf-8" },
    /The format of value 'application\/json; charset=utf-8' is invalid\. .*write "application\/json"/,
  ],
  [{ "content-type": "json" }, /The format of value 'json' is invalid\. .*such as "application\/json"/],
  [{ "Content-Type": "multipart/form-data" }, /Multipart content is not supported with CallHttpAsync\./],
  [{ "Content-Language": "de" }, /Misused header name, 'Content-Language'\. .*leave Content-Language out/],
  [{ "x-tag": 5 }, /The header "x-tag" is 5, which is not a string\. Azure leaves it out/],
  [{ "x tag": "5" }, /The header name format is invalid: "x tag"/],
  [{ "x-tag": "5\r\nx-more: 6" }, /New-line characters are not allowed in header values: "x-tag"/],
  [{ "x-tag": "ü" }, /Request headers must contain only ASCII characters: "x-tag"/],
])("a call whose headers Azure does not send fails: %j", async (headers, why) => {
  const words = await called({ body: "{}", headers });
  expect(words).toMatch(/Activity function 'BuiltIn::HttpActivity' failed: /);
  expect(words).toMatch(why);
});

test("any method has a body, nothing goes out that nobody asked for, and a user in the address is left alone", async () => {
  const heard: (string | undefined)[][] = [];
  const url = await serve((request, response) => {
    heard.push([request.method, ...request.rawHeaders]);
    bodyStream(request).pipe(response);
  });
  const { client, settle, outcome } = await startStack();
  const address = url.replace("//", "//ann:secret@");
  const calls = { get: { method: "GET", body: "{}" }, patch: { method: "patch", headers: { "X-tag": "1" } } };
  for (const [id, call] of Object.entries(calls))
    await client.startNew("calls", { instanceId: id, input: { ...call, url: address } });
  await settle();
  expect(outcome("get")).toMatchObject({ statusCode: 200, content: "{}" });
  const agent = ["User-Agent", expect.stringMatching(/^Microsoft\.Azure\.WebJobs\.Extensions\.DurableTask\/\d/)];
  const host = ["Host", new URL(url).host];
  const inOrder = ([method = "", ...raw]: (string | undefined)[]) => [
    method,
    ...Array.from({ length: raw.length / 2 }, (_, at) => raw.slice(2 * at, 2 * at + 2)).sort(),
  ];
  expect(heard.map(inOrder).sort()).toEqual([
    ["GET", ["Content-Length", "2"], ["Content-Type", "text/plain"], host, agent],
    ["PATCH", ["Content-Length", "0"], host, agent, ["X-tag", "1"]],
  ]);
});

test("headers that come several times or hold a list are lists, and names are those that .NET knows or as they came", async () => {
  const url = await serve((_, response) => {
    response.setHeader("set-cookie", ["a=1; Path=/", "b=2"]);
    response.setHeader("x-Odd", ["1, 2", "3"]);
    response.setHeader("vary", "accept, origin");
    response.setHeader("etag", '"1"');
    response.setHeader("content-language", "de");
    response.setHeader("content-type", "text/plain; charset=iso-8859-1");
    response.end(Buffer.from("ü", "latin1"));
  });
  const { client, settle, outcome } = await startStack();
  await client.startNew("calls", { instanceId: "h", input: { method: "GET", url } });
  await settle();
  const { headers, content } = outcome("h") as { headers: Record<string, unknown>; content: string };
  expect(headers).toMatchObject({
    "Set-Cookie": ["a=1; Path=/", "b=2"],
    "x-Odd": ["1, 2", "3"],
    Vary: ["accept", "origin"],
    ETag: '"1"',
  });
  expect(Object.keys(headers).filter((name) => /^content-/i.test(name))).toEqual([]);
  expect(content).toBe("ü");
});

test("redirects are followed without the authorization, as a GET where a POST was answered so, and fifty times", async () => {
  const heard: (string | undefined)[] = [];
  const url = await serve((request, response) => {
    const { authorization = "nobody", "content-type": type = "nothing" } = request.headers;
    heard.push(`${request.method} ${request.url} ${type} by ${authorization}`);
    if (request.url === "/found") response.writeHead(302, { location: "/end" });
    if (request.url === "/kept") response.writeHead(307, { location: "end" });
    if (request.url === "/round") response.writeHead(301, { location: "/round" });
    if (request.url === "/away") response.writeHead(301, { location: "ftp://127.0.0.1/" });
    response.end();
  });
  const { client, settle, outcome } = await startStack();
  const call = async (path: string) => {
    heard.length = 0;
    const input = { method: "POST", url: `${url}/${path}`, body: "1", headers: { Authorization: "me" } };
    await client.startNew("calls", { instanceId: path, input });
    await settle();
    return outcome(path);
  };
  await call("found");
  expect(heard).toEqual(["POST /found text/plain by me", "GET /end nothing by nobody"]);
  await call("kept");
  expect(heard).toEqual(["POST /kept text/plain by me", "POST /end text/plain by nobody"]);
  expect(await call("round")).toMatchObject({ statusCode: 301 });
  expect(heard).toHaveLength(51);
  expect(await call("away")).toMatchObject({ statusCode: 301 });
});

test("a port that browsers keep away from is a port like others; an answer that breaks off is an error", async () => {
  const server = createServer((request, response) => {
    if (request.url === "/whole") response.end("here");
    else response.writeHead(200, { "content-length": 10 }).write("a", () => response.destroy());
  });
  onTestFinished(() => void server.close());
  const isFree = (port: number) =>
    new Promise((resolve) => {
      server.once("error", () => resolve(false)).once("listening", () => resolve(true));
      server.listen(port, "127.0.0.1");
    });
  // The last is among those that other tests may have.
  const blocked = [6000, 6566, 6665, 6666, 6667, 6668, 6669, 6697, 10080];
  let free: number | undefined;
  for (const port of blocked) {
    if (free !== undefined) break;
    if (await isFree(port)) free = port;
    server.removeAllListeners("error").removeAllListeners("listening");
  }
  const { client, settle, outcome, engine } = await startStack();
  for (const id of ["whole", "broken"])
    await client.startNew("calls", { instanceId: id, input: { method: "GET", url: `http://127.0.0.1:${free}/${id}` } });
  await settle();
  expect(outcome("whole")).toMatchObject({ content: "here" });
  expect(engine.instance("broken")?.output).toMatch(/Activity function 'BuiltIn::HttpActivity' failed: {2}aborted/);
});

test("a 202 with a location is polled at the pace it asks for, until it is another answer", async () => {
  let polls = 0;
  const url = await serve((request, response) => {
    if (request.url === "/status") polls++;
    if (request.url === "/status" && polls === 3) response.end("ready");
    else response.writeHead(202, { location: "/status", "retry-after": "10" }).end();
  });
  const { client, settle, advance, outcome, engine } = await startStack();
  await client.startNew("calls", { instanceId: "p", input: { method: "GET", url: `${url}/begin` } });
  await settle();
  await advance(29_999);
  expect(engine.instance("p")?.status).toBe("Running");
  await advance(1);
  expect(outcome("p")).toMatchObject({ statusCode: 200, content: "ready" });
  expect(polls).toBe(3);
});

test("a server that cannot be reached is an error that can be caught", async () => {
  df.app.orchestration("callsNobody", function* (context) {
    try {
      yield context.df.callHttp({ method: "GET", url: context.df.getInput() as string });
    } catch (error) {
      return (error as Error).message;
    }
    return undefined;
  });
  const { client, settle, outcome } = await startStack();
  // Of the second address there may be two numbers, and an error for each.
  for (const [id, host] of Object.entries({ number: "127.0.0.1", name: "localhost" }))
    await client.startNew("callsNobody", { instanceId: id, input: `http://${host}:1/` });
  await settle();
  for (const id of ["number", "name"])
    expect(outcome(id)).toMatch(/^Activity function 'BuiltIn::HttpActivity' failed: {2}connect ECONNREFUSED /);
});

test("the version of an instance is the one it was started with, or the default of the host", async () => {
  df.app.orchestration(
    "versioned",
    plain((context) => context.df.version ?? null),
  );
  const { client, settle, outcome } = await startStack({ options: { defaultVersion: "1.0" } });
  await client.startNew("versioned", { instanceId: "d" });
  await client.startNew("versioned", { instanceId: "v", version: "2.0" });
  await settle();
  expect([outcome("d"), outcome("v")]).toEqual(["1.0", "2.0"]);
});

test("a 202 is the answer itself when the call is not to poll", async () => {
  const url = await serve((_, response) => response.writeHead(202, { location: "/status" }).end("begun"));
  const { client, settle, outcome } = await startStack();
  await client.startNew("calls", { instanceId: "n", input: { method: "GET", url, enablePolling: false } });
  await settle();
  expect(outcome("n")).toMatchObject({ statusCode: 202, content: "begun" });
});

test("a sub-orchestration has the version it is called with, or the default of the host", async () => {
  df.app.orchestration("callsVersions", function* (context) {
    const own: unknown = yield context.df.callSubOrchestrator("versioned", null, "with", "3.0");
    const other: unknown = yield context.df.callSubOrchestrator("versioned", null, "without");
    return [own, other];
  });
  const { client, settle, outcome } = await startStack({ options: { defaultVersion: "1.0" } });
  await client.startNew("callsVersions", { instanceId: "c", version: "2.0" });
  await settle();
  expect(outcome("c")).toEqual(["3.0", "1.0"]);
});
