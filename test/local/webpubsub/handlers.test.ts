import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { ConnectRequest, UserEventRequest } from "@azure/web-pubsub-express";
import { WebPubSubEventHandler, type WebPubSubEventHandlerOptions } from "@azure/web-pubsub-express";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { FaultRules } from "../../../local/faults/rules.ts";
import type { EventHandler } from "../../../local/webpubsub/index.ts";
import { runningParts, startService } from "./harness.ts";

let live: Awaited<ReturnType<typeof startService>>;
const faults = new FaultRules();
const servers: Server[] = [];

beforeEach(async () => {
  live = await startService({}, { ...runningParts(), faults });
  // The answers of handlers come by the machine's time, the pauses between attempts by the clock.
  live.parts.clock.hold();
});
afterEach(async () => {
  faults.clear();
  await live.close();
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

type Listener = (request: IncomingMessage, body: Buffer) => { status?: number; headers?: object; body?: string };

/** An event handler written by hand: answers, and keeps what it was asked. */
async function handler(listener: Listener = () => ({}), allowed: string | null = "*") {
  const asked: { method: string; path: string; headers: IncomingMessage["headers"]; body: string }[] = [];
  let told: (() => void)[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const { method = "", url: path = "", headers } = request;
    asked.push({ method, path, headers, body: body.toString() });
    if (method === "OPTIONS") response.writeHead(200, allowed === null ? {} : { "webhook-allowed-origin": allowed });
    const answer = method === "OPTIONS" ? {} : listener(request, body);
    if (method !== "OPTIONS") response.writeHead(answer.status ?? 200, { ...answer.headers });
    response.end(answer.body);
    for (const resolve of told) resolve();
    told = [];
  });
  const origin = await started(server);
  return {
    origin,
    asked,
    events: () => asked.filter(({ method }) => method === "POST").map(({ headers }) => headers["ce-eventname"]),
    /** Resolves once so many events have come. */
    until: async (count: number) => {
      while (asked.filter(({ method }) => method === "POST").length < count)
        await new Promise<void>((resolve) => told.push(resolve));
    },
  };
}

async function started(server: Server): Promise<string> {
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The unmodified package, in the least that it asks of its Express application. */
async function express(options: WebPubSubEventHandlerOptions): Promise<string> {
  const middleware = new WebPubSubEventHandler("live", { path: "/events", ...options }).getMiddleware();
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    const asked = Object.assign(request, { baseUrl: "", path });
    void middleware(asked as never, response as never, () => response.writeHead(404).end());
  });
  return `${await started(server)}/events`;
}

const everything = { userEventPattern: "*", systemEvents: ["connect", "connected", "disconnected"] } as const;
const configure = (...eventHandlers: EventHandler[]) => live.pubsub.configure("live", { eventHandlers });

/** A plain WebSocket, and the status that it was refused with; 101 when it is open. */
async function dial(url: string, protocols: string[] = []) {
  const socket = new WebSocket(url, protocols, { headers: { "x-trace": "abc" } });
  const closed = new Promise<[number, string]>((resolve) =>
    socket.on("close", (code, reason) => resolve([code, reason.toString()])),
  );
  const waiting: Buffer[] = [];
  const wanted: ((frame: Buffer) => void)[] = [];
  socket.on("message", (data) => {
    const next = wanted.shift();
    if (next) next(data as Buffer);
    else waiting.push(data as Buffer);
  });
  const next = async () => waiting.shift() ?? (await new Promise<Buffer>((resolve) => wanted.push(resolve)));
  const status = await new Promise<number>((resolve) => {
    socket.on("open", () => resolve(101));
    socket.on("unexpected-response", (request, response) => {
      resolve(response.statusCode ?? 0);
      request.destroy();
    });
    socket.on("error", () => resolve(0));
  });
  return { socket, status, next, closed };
}

describe("@azure/web-pubsub-express", () => {
  test("lets in, names, groups and remembers a client of the SDK, answers its events and hears it go", async () => {
    const seen: { connect: ConnectRequest[]; users: UserEventRequest[]; visits: number[]; others: string[] } = {
      ...{ connect: [], users: [], visits: [], others: [] },
    };
    const urlTemplate = await express({
      allowedEndpoints: [live.pubsub.endpoint],
      handleConnect: (request, response) => {
        seen.connect.push(request);
        response.setState("visits", 1);
        response.success({ userId: "ann", groups: ["g"], roles: ["webpubsub.sendToGroup.g"] });
      },
      onConnected: ({ context }) => seen.others.push(`connected ${context.userId} ${context.states.visits}`),
      onDisconnected: ({ reason, context }) => seen.others.push(`disconnected ${reason} ${context.states.visits}`),
      handleUserEvent: (request, response) => {
        seen.users.push(request);
        const { context, data } = request;
        seen.visits.push(context.states.visits);
        response.setState("visits", context.states.visits + 1);
        if (context.eventName === "refused") response.fail(401, "not you");
        else if (context.eventName === "silent") response.success();
        else if (context.eventName === "bytes") response.success(Buffer.from([1, 2, 3]).toString("latin1"), "binary");
        else response.success(`${JSON.stringify(data)}!`, "text");
      },
    });
    configure({ urlTemplate, ...everything });
    const screen = await live.open({ roles: ["webpubsub.joinLeaveGroup"] });
    await live.parts.work.idle();
    expect(live.pubsub.connections("live")).toEqual([{ connectionId: screen.id, userId: "ann", groups: ["g"] }]);
    await screen.client.sendEvent("hello", { n: 1 }, "json");
    await screen.client.sendEvent("bytes", new Uint8Array([9]).buffer, "binary");
    await screen.client.sendEvent("silent", "psst", "text");
    await expect(screen.client.sendEvent("refused", 1, "json")).rejects.toMatchObject({
      errorDetail: { name: "InternalServerError", message: expect.stringContaining("answered 401") },
    });
    await screen.client.sendToGroup("g", "ours", "text");
    await screen.until(4);
    expect(screen.data()).toEqual(['{"n":1}!', new Uint8Array([1, 2, 3]).buffer, "ours"]);
    expect(seen.users.map(({ data }) => data)).toEqual([{ n: 1 }, Buffer.from([9]), "psst", 1]);
    // What was refused sets nothing.
    expect(seen.visits).toEqual([1, 2, 3, 4]);
    expect(seen.connect[0]).toMatchObject({
      claims: { role: ["webpubsub.joinLeaveGroup"] },
      subprotocols: ["json.reliable.webpubsub.azure.v1"],
      query: {},
      context: { hub: "live", connectionId: screen.id, eventName: "connect" },
    });
    await live.service.closeConnection(screen.id, { reason: "enough" });
    await live.parts.work.idle();
    expect(seen.others.slice(0, 2)).toEqual([
      "connected ann 1",
      "disconnected Application server closed the connection. Reason: enough 4",
    ]);
    const spans = [...live.parts.recorder.spans()].filter(({ kind }) => kind === "event").map(({ name }) => name);
    expect(spans.slice(0, 3)).toEqual(["connect", "connected", "hello"]);
    expect(live.parts.recorder.find(live.parts.recorder.newest)?.causes).toHaveLength(1);
  });

  test("refuses with its own status, and is not sent anything when it allows another endpoint only", async () => {
    const options: WebPubSubEventHandlerOptions = {
      handleConnect: (_, response) => response.fail(401, "members only"),
    };
    configure({ urlTemplate: await express(options), ...everything });
    const { url } = await live.service.getClientAccessToken();
    expect((await dial(url)).status).toBe(401);
    const { origin } = await handler(() => ({ status: 403 }));
    configure({ urlTemplate: origin, ...everything });
    expect((await dial(url)).status).toBe(403);
    const elsewhere = { ...options, allowedEndpoints: ["https://elsewhere.example"] };
    configure({ urlTemplate: await express(elsewhere), ...everything });
    expect((await dial(url)).status).toBe(500);
    expect(live.parts.warned.at(-1)).toMatch(/does not allow events from here: .*'elsewhere.example'/);
    expect(live.pubsub.meters.connections).toBe(0);
  });
});

describe("an event", () => {
  test("has the headers of CloudEvents, signed by the access key, at the address of its name, after one validation", async () => {
    const { origin, asked, until } = await handler(() => ({ headers: { "set-cookie": ["to=a; Path=/; HttpOnly"] } }));
    configure({ urlTemplate: `${origin}/{hub}/{Event}?code=x`, ...everything });
    const { url } = await live.service.getClientAccessToken({ userId: "Åsa" });
    const { socket, next } = await dial(`${url}&room=a&room=b`, ["json.webpubsub.azure.v1"]);
    const { connectionId } = JSON.parse((await next()).toString());
    // Nobody waits for the answer to connected, which the next event would overtake.
    await until(2);
    socket.send(
      JSON.stringify({ type: "event", event: "order.new", dataType: "text", data: "hi", metadata: { Source: "till" } }),
    );
    await until(3);
    socket.close(1000, "bye");
    await until(4);
    expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      ...["OPTIONS /live/validate?code=x", "POST /live/connect?code=x"],
      ...["POST /live/connected?code=x", "POST /live/order.new?code=x", "POST /live/disconnected?code=x"],
    ]);
    const { host } = new URL(live.pubsub.endpoint);
    expect(asked[0]?.headers).toMatchObject({ "webhook-request-origin": host, "ce-awpsversion": "1.0" });
    const [, connect, , user, gone] = asked;
    const key = /AccessKey=([^;]+)/.exec(live.pubsub.connectionString)?.[1] ?? "";
    expect(user?.headers).toMatchObject({
      ...{ "content-type": "text/plain; charset=utf-8", "webhook-request-origin": host, "ce-specversion": "1.0" },
      ...{
        "ce-type": "azure.webpubsub.user.order.new",
        "ce-source": `/hubs/live/client/${connectionId}`,
        "ce-id": "2",
      },
      ...{ "ce-time": expect.stringMatching(/^\d{4}-.*:\d\dZ$/), "ce-hub": "live", "ce-connectionid": connectionId },
      ...{ "ce-eventname": "order.new", "ce-subprotocol": "json.webpubsub.azure.v1", cookie: "to=a" },
      "ce-signature": `sha256=${createHmac("sha256", key).update(connectionId).digest("hex")}`,
      "x-webpubsub-metadata-source": "till",
    });
    expect(Buffer.from(String(user?.headers["ce-userid"]), "latin1").toString()).toBe("Åsa");
    expect(user?.body).toBe("hi");
    expect(connect?.headers).toMatchObject({ "ce-type": "azure.webpubsub.sys.connect", "ce-id": "0" });
    expect(JSON.parse(connect?.body ?? "")).toMatchObject({
      ...{ claims: { sub: ["Åsa"] }, query: { room: ["a", "b"] }, headers: { "x-trace": ["abc"] } },
      ...{ subprotocols: ["json.webpubsub.azure.v1"], clientCertificates: [] },
    });
    expect(connect?.body).not.toContain("access_token");
    expect(JSON.parse(gone?.body ?? "")).toEqual({ reason: "bye" });
  });

  test("is sent again 1, 3 and 5 seconds later by the clock when the handler is not well, and the client's next frames wait", async () => {
    const answers = [503, 408, 500, 200];
    const { origin, asked, events } = await handler(() => ({ status: answers.shift() ?? 200 }));
    configure({ urlTemplate: origin, userEventPattern: "slow, other" });
    const screen = await live.open({ groups: ["g"], roles: ["webpubsub.sendToGroup"] });
    const sent = screen.client.sendEvent("slow", 1, "json");
    const after = screen.client.sendToGroup("g", "after", "text");
    await once(servers[0] as Server, "request").then(() => live.parts.work.idle());
    const at = () => events().length;
    const steps = [];
    for (const seconds of [0.9, 0.1, 2.9, 0.1, 4.9]) {
      await live.advance(seconds * 1000);
      steps.push(at());
    }
    expect(steps).toEqual([1, 2, 2, 3, 3]);
    expect(screen.data()).toEqual([]);
    await live.advance(100);
    await Promise.all([sent, after]);
    const posts = asked.filter(({ method }) => method === "POST");
    expect(new Set(posts.map(({ headers }) => headers["x-ms-client-request-id"])).size).toBe(1);
    // After the last pause there is none; 4xx are final at once.
    answers.push(500, 500, 500, 500, 404);
    const lost = expect(screen.client.sendEvent("slow", 2, "json")).rejects.toThrow();
    await once(servers[0] as Server, "request").then(() => live.advance(9000));
    await lost;
    await expect(screen.client.sendEvent("other", 3, "json")).rejects.toThrow();
    await expect(screen.client.sendEvent("nobodys", 4, "json")).rejects.toThrow();
    expect(at()).toBe(9);
  });

  test("meets the faults that are switched on", async () => {
    const { origin, events } = await handler();
    configure({ urlTemplate: origin, userEventPattern: "*" });
    const screen = await live.open();
    faults.add({ service: "webpubsub", operation: "event", name: "a*", harm: "refuse", status: 429, times: 1 });
    await expect(screen.client.sendEvent("ab", 1, "json")).rejects.toMatchObject({
      errorDetail: { message: expect.stringContaining("429") },
    });
    expect(events()).toEqual([]);
    faults.add({ service: "webpubsub", operation: "event", harm: "lose-answer", times: 1 });
    const sent = screen.client.sendEvent("ab", 1, "json");
    await once(servers[0] as Server, "request").then(() => live.advance(1000));
    await sent;
    expect(events()).toEqual(["ab", "ab"]);
  });

  test("goes to the first handler that wants it, by names and patterns in any case", async () => {
    const first = await handler();
    const second = await handler();
    configure(
      { urlTemplate: first.origin, userEventPattern: "Order.*, ping" },
      { urlTemplate: second.origin, userEventPattern: "*" },
    );
    const { client } = await live.open();
    for (const name of ["order.new", "order.new.late", "PING", "pings"]) await client.sendEvent(name, 1, "json");
    expect([first.events(), second.events()]).toEqual([
      ["order.new", "PING"],
      ["order.new.late", "pings"],
    ]);
  });
});

test("a client without a subprotocol sends events, one after the other, and is closed when nobody takes one", async () => {
  const { origin } = await handler((request, body) => ({
    headers: { "content-type": String(request.headers["content-type"]) },
    ...(body.toString() === "bad" ? { status: 400 } : { body: body.toString() }),
  }));
  configure({ urlTemplate: origin, userEventPattern: "message" });
  const { url } = await live.service.getClientAccessToken();
  const { socket, next, closed } = await dial(url);
  for (const text of ["one", "two"]) socket.send(text);
  expect([(await next()).toString(), (await next()).toString()]).toEqual(["one", "two"]);
  socket.send(Buffer.from([1, 2]));
  expect(await next()).toEqual(Buffer.from([1, 2]));
  socket.send("bad");
  expect(await closed).toEqual([1011, expect.stringContaining("was not handled: the handler answered 400")]);
});

test("a handler chooses a subprotocol of its own among those offered, and may let in who has no token", async () => {
  let subprotocol = "chat.example";
  const { origin, until, events } = await handler((request) =>
    request.headers["ce-eventname"] === "connect" ? { body: JSON.stringify({ subprotocol, extra: 1 }) } : {},
  );
  live.pubsub.configure("live", {
    eventHandlers: [{ urlTemplate: origin, ...everything }],
    anonymousConnectPolicy: "Allow",
  });
  const url = `${live.pubsub.endpoint.replace("http", "ws")}/client/hubs/live`;
  const { socket, status } = await dial(url, ["chat.example"]);
  expect([status, socket.protocol]).toEqual([101, "chat.example"]);
  await until(2);
  socket.send("hello");
  await until(3);
  expect(events()).toEqual(["connect", "connected", "message"]);
  socket.terminate();
  subprotocol = "other.example";
  expect((await dial(url, ["chat.example"])).status).toBe(500);
  live.pubsub.configure("live", {});
  expect((await dial(url)).status).toBe(401);
  expect(live.parts.warned.filter((message) => message.includes("has extra, which"))).not.toEqual([]);
});

test.each<[string, object | null, string | null | undefined, string[], boolean]>([
  ["nothing", null, "token-user", ["room"], true],
  ["no lists", { groups: [], roles: null, userId: null }, "token-user", ["room"], true],
  ["other groups", { groups: ["new"] }, "token-user", ["new"], true],
  ["no roles", { roles: [] }, "token-user", ["room"], false],
  ["other roles", { roles: ["webpubsub.sendToGroup"] }, "token-user", ["room"], false],
  ["no user", { userId: "" }, "", ["room"], true],
])(
  "what a handler of connect answers stands instead of what the token says: %s",
  async (_, body, user, groups, may) => {
    const { origin, asked, until } = await handler((request) =>
      request.headers["ce-eventname"] === "connect" && body !== null ? { body: JSON.stringify(body) } : {},
    );
    configure({ urlTemplate: origin, systemEvents: ["connect", "connected"] });
    const roles = ["webpubsub.joinLeaveGroup"];
    const { url } = await live.service.getClientAccessToken({ userId: "token-user", roles, groups: ["room"] });
    const { socket, next } = await dial(url, ["json.webpubsub.azure.v1"]);
    expect(JSON.parse((await next()).toString()).userId).toBe(user);
    expect(live.pubsub.connections("live").map((each) => each.groups)).toEqual([groups]);
    socket.send(JSON.stringify({ type: "joinGroup", group: "g", ackId: 1 }));
    expect(JSON.parse((await next()).toString()).success).toBe(may);
    await until(2);
    // The client offers a subprotocol at first, and uses it then.
    const used = asked.filter(({ method }) => method === "POST").map(({ headers }) => headers["ce-subprotocol"]);
    expect(used).toEqual([undefined, "json.webpubsub.azure.v1"]);
    socket.terminate();
  },
);

test("an event that nobody waits for cannot change the connection's state", async () => {
  const { origin, asked } = await handler((request) => ({
    headers: { "ce-connectionState": `after ${request.headers["ce-eventname"]}` },
  }));
  configure({ urlTemplate: origin, ...everything });
  const { client } = await live.open();
  await live.parts.work.idle();
  for (const name of ["one", "two"]) await client.sendEvent(name, 1, "json");
  const states = asked.filter(({ method }) => method === "POST").map(({ headers }) => headers["ce-connectionstate"]);
  expect(states).toEqual([undefined, "after connect", "after connect", "after one"]);
});

test("a message of protocol buffers comes to a handler and back as one", async () => {
  const { origin, asked } = await handler((_, body) => ({
    headers: { "content-type": "application/x-protobuf" },
    body: body.toString(),
  }));
  configure({ urlTemplate: origin, userEventPattern: "*" });
  const { url } = await live.service.getClientAccessToken();
  const { socket, next } = await dial(url, ["json.webpubsub.azure.v1"]);
  await next();
  socket.send(JSON.stringify({ type: "event", event: "e", dataType: "protobuf", data: "aGk=", ackId: 1 }));
  expect(JSON.parse((await next()).toString())).toMatchObject({ dataType: "protobuf", data: "aGk=" });
  expect(asked.at(-1)).toMatchObject({ body: "hi", headers: { "content-type": "application/x-protobuf" } });
  socket.terminate();
});

test("a handler that names a group that there cannot be lets nobody in", async () => {
  const { origin } = await handler(() => ({ body: JSON.stringify({ groups: ["g", "g".repeat(1025)] }) }));
  configure({ urlTemplate: origin, systemEvents: ["connect"] });
  const { url } = await live.service.getClientAccessToken();
  expect((await dial(url)).status).toBe(500);
  expect(live.parts.warned.at(-1)).toContain("each of the groups must be a name of 1 to 1024 characters");
});

test("a validation that was refused is asked for again, later each time", async () => {
  const { origin, asked } = await handler(() => ({}), null);
  configure({ urlTemplate: origin, userEventPattern: "*" });
  const { client } = await live.open();
  const counts = [];
  for (const seconds of [0, 0.9, 0.1, 1.9, 0.1]) {
    await live.advance(seconds * 1000);
    await client.sendEvent("e", 1, "json").catch(() => undefined);
    await live.parts.work.idle();
    counts.push(asked.length);
  }
  expect(counts).toEqual([1, 1, 2, 2, 3]);
});

test.each<[string, Partial<EventHandler>]>([
  ["an address that is none", { urlTemplate: "somewhere" }],
  ["a secret of Key Vault", { urlTemplate: "https://x/{@Microsoft.KeyVault(SecretUri=https://v/s)}" }],
  ["a name that no event has", { userEventPattern: "a b" }],
  ["an event that there is not", { systemEvents: ["joined" as "connect"] }],
])("a handler is refused for %s", (_, wrong) => {
  expect(() => configure({ urlTemplate: "http://127.0.0.1:1", ...wrong })).toThrow(TypeError);
});
