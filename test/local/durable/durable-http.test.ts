import type { IncomingMessage, ServerResponse } from "node:http";
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
  expect(outcome("h")).toMatchObject({ statusCode: 201, content: '{"a":1}', headers: { "X-Method": "POST" } });
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
  const heard = Object.entries(headers).find(([name]) => name.toLowerCase() === "x-heard")?.[1] ?? "{}";
  return { ...JSON.parse(heard), content };
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
  [{ "x-tag": 5 }, /The header "x-tag" is 5, which is no text\. On Azure it is left out/],
  [{ "x tag": "5" }, /The header name format is invalid: "x tag"/],
  [{ "x-tag": "5\r\nx-more: 6" }, /New-line characters are not allowed in header values: "x-tag"/],
  [{ "x-tag": "ü" }, /Request headers must contain only ASCII characters: "x-tag"/],
])("a call whose headers Azure does not send fails: %j", async (headers, why) => {
  const words = await called({ body: "{}", headers });
  expect(words).toMatch(/Activity function 'BuiltIn::HttpActivity' failed: /);
  expect(words).toMatch(why);
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
      yield context.df.callHttp({ method: "GET", url: "http://127.0.0.1:1/" });
    } catch (error) {
      return (error as Error).message;
    }
    return undefined;
  });
  const { client, settle, outcome } = await startStack();
  await client.startNew("callsNobody", { instanceId: "n" });
  await settle();
  expect(outcome("n")).toMatch(/^Activity function 'BuiltIn::HttpActivity' failed: /);
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
