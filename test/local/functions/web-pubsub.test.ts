import { resolve } from "node:path";
import { WebPubSubServiceClient } from "@azure/web-pubsub";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type LocalAzure, startLocalAzure } from "../../../local/index.ts";
import { createLog } from "../../../local/kernel/log.ts";
import { startEventHub } from "../webpubsub/event-hub.ts";
import { openScreen } from "../webpubsub/harness.ts";
import { makeApp, makeWorld } from "./harness.ts";

let azure: LocalAzure;
let eventHub: Awaited<ReturnType<typeof startEventHub>>;
const logged: string[] = [];
const systemEvents = ["connect", "connected", "disconnected"] as const;

beforeAll(async () => {
  eventHub = await startEventHub();
  azure = await startLocalAzure({
    resources: {
      webPubSub: {
        hubs: [
          {
            hub: "chat",
            eventHandlers: [{ functions: true, userEventPattern: "*", systemEvents: [...systemEvents] }],
            eventListeners: [
              { filter: { userEventPattern: "say" }, endpoint: { eventHubName: "said", connection: "EVENT_HUBS" } },
            ],
          },
          { hub: "plain", eventHandlers: [] },
        ],
      },
    },
    application: {
      root: resolve(import.meta.dirname, "apps/web-pubsub"),
      settings: ({ webPubSub }) => ({
        WebPubSubConnectionString: webPubSub.connectionString,
        EVENT_HUBS: eventHub.connectionString,
      }),
    },
    // Tokens are stamped with the machine's time.
    heldAt: Date.now(),
    log: createLog(({ message }) => logged.push(message), "info"),
  });
});
afterAll(async () => {
  await azure.stop();
  await eventHub.close();
});

const serviceOf = (hub: string) =>
  new WebPubSubServiceClient(azure.endpoints.webPubSub.connectionString, hub, { allowInsecureConnection: true });

/** Connects a client of the SDK with something more in its address. */
async function enter(room: string) {
  const service = serviceOf("chat");
  const getClientAccessToken = async () => {
    const token = await service.getClientAccessToken();
    return { ...token, url: `${token.url}&room=${room}` };
  };
  return openScreen({ getClientAccessToken } as WebPubSubServiceClient, {}, { autoReconnect: false });
}

test("functions let clients in, are told of them, answer what they say and remember it", async () => {
  const { client, seen, until, data } = await enter("blue");
  expect(azure.webPubSub.connections("chat")).toMatchObject([{ userId: "guest-blue", groups: ["blue"] }]);
  await until(2);
  await client.sendEvent("say", "hello", "text");
  await client.sendEvent("say", { n: 1 }, "json");
  await client.sendEvent("bytes", new Uint8Array([1, 2]).buffer, "binary");
  await client.sendEvent("say", "plain", "text");
  await until(5);
  expect(data()).toEqual([
    "guest-blue is here",
    { userId: "guest-blue", data: "hello", said: 1 },
    { userId: "guest-blue", data: { n: 1 }, said: 2 },
    new Uint8Array([1, 2, 7]).buffer,
  ]);
  expect(logged.filter((line) => line.includes("it returned a string"))).toHaveLength(1);
  const other = await enter("red");
  // Whoever is let in is told of by a function of its own, beside what comes next.
  await Promise.all([other.until(2), until(6)]);
  await client.sendEvent("alone", "go", "text");
  await until(7);
  expect(data().slice(4)).toEqual(["guest-red is here", "Text User"]);
  while (other.seen.at(-1)?.kind !== "stopped") await other.until(other.seen.length + 1);
  expect(other.seen.find(({ kind }) => kind === "disconnected")?.message).toBe(
    "Application server closed the connection. Reason: full",
  );
  expect(azure.webPubSub.closeConnection(seen[0]?.connectionId ?? "", "enough")).toBe(true);
  await azure.settle();
  expect(logged).toContain("gone: Application server closed the connection. Reason: enough");
  // One thing's way: the event of the client, and the run of the function that it led to.
  const spans = [...azure.recorder.spans()];
  const say = spans.find(({ kind, name }) => kind === "event" && name === "say");
  expect(spans.find(({ kind, causes }) => kind === "run" && causes.includes(say?.id ?? 0))?.name).toBe("say");
  // What functions answer, listeners hear besides.
  await eventHub.until(3);
  expect(eventHub.heard.map(({ hub, body }) => [hub, body])).toEqual([
    ["said", "hello"],
    ["said", '{"n":1}'],
    ["said", "plain"],
  ]);
  client.stop();
});

test("a listener whose setting is missing ends the start, with what it would hold", async () => {
  const eventListeners = [{ filter: {}, endpoint: { eventHubName: "said", connection: "EVENT_HUBS" } }];
  const quiet = createLog(() => undefined, "error");
  const started = startLocalAzure({ resources: { webPubSub: { hub: "chat", eventListeners } }, log: quiet });
  await expect(started).rejects.toThrow(/hub chat: the setting "EVENT_HUBS" .*UseDevelopmentEmulator=true/);
});

test("a function refuses who connects, with the status of its error, and what it throws is tried again by the clock", async () => {
  await expect(enter("closed")).rejects.toThrow(/401/);
  const before = azure.functions?.meters.executions.connect ?? 0;
  const broken = expect(enter("broken")).rejects.toThrow(/500/);
  while ((azure.functions?.meters.executions.connect ?? 0) === before) await new Promise(setImmediate);
  await azure.advance("9 s");
  await broken;
  expect((azure.functions?.meters.executions.connect ?? 0) - before).toBe(4);
});

test("an event whose function is killed on purpose is handled by the next thread", async () => {
  const { client, until, data } = await enter("green");
  await until(2);
  azure.faults.add({ service: "webpubsub", operation: "event", name: "say", harm: "kill", times: 1 });
  const sent = client.sendEvent("say", "again", "text");
  while (azure.faults.list().length > 0) await new Promise(setImmediate);
  await azure.advance("1 s");
  await sent;
  expect(data().at(-1)).toEqual({ userId: "guest-green", data: "again", said: 1 });
  client.stop();
});

test("the console's API tells where the events of a hub go", async () => {
  const answer = await fetch(`${azure.controlUrl}webpubsub`);
  const { hubs } = (await answer.json()) as { hubs: { name: string; eventHandlers: unknown[] }[] };
  expect(hubs.map(({ name }) => name)).toEqual(["chat", "plain"]);
  expect(hubs[0]?.eventHandlers).toEqual([
    { to: "functions", userEventPattern: "*", systemEvents },
    { to: "event hub said", userEventPattern: "say", systemEvents: [] },
  ]);
});

test("the webhook has a key of its own, answers the validation and refuses what no service signed or no function handles", async () => {
  const { hub, ...event } = { hub: "chat", type: "azure.webpubsub.user.say", eventName: "say", connectionId: "c" };
  const host = new URL(azure.webPubSub.endpoint).host;
  const url = azure.functions?.webhookUrl("webpubsub") ?? "";
  const ask = async (method: string, headers: Record<string, string> = {}, at = url) => {
    const given = { "webhook-request-origin": host, ...headers };
    const answer = await fetch(at, { method, headers: given, ...(method === "POST" ? { body: "hi" } : {}) });
    return [answer.status, answer.headers.get("webhook-allowed-origin")];
  };
  const of = (more: object) =>
    Object.fromEntries(Object.entries({ hub, ...event, ...more }).map(([name, value]) => [`ce-${name}`, value]));
  expect(await ask("OPTIONS")).toEqual([200, "*"]);
  expect(await ask("OPTIONS", { "webhook-request-origin": "elsewhere.example" })).toEqual([400, null]);
  expect(await ask("OPTIONS", {}, url.replace(/code=.*/, "code=wrong"))).toEqual([401, null]);
  expect((await ask("POST"))[0]).toBe(400);
  expect((await ask("POST", of({ eventName: "sing" })))[0]).toBe(404);
  expect((await ask("POST", of({ signature: "sha256=00" })))[0]).toBe(401);
});

test("an HTTP function is a handler itself, by the input webPubSubContext", async () => {
  const { functions, webPubSub } = azure;
  webPubSub.configure("plain", {
    eventHandlers: [{ urlTemplate: `${functions?.origin}/api/handler`, userEventPattern: "*" }],
  });
  const { client, until, data } = await openScreen(serviceOf("plain"));
  await client.sendEvent("any", "this", "text");
  await until(2);
  expect(data()).toEqual(["heard this"]);
  client.stop();
  const forged = await fetch(`${functions?.origin}/api/handler`, { method: "POST", body: "x" });
  expect(forged.status).toBe(400);
  const { url } = (await (await fetch(`${functions?.origin}/api/negotiate?user=ann`)).json()) as { url: string };
  expect(url).toMatch(/\/client\/hubs\/chat\?access_token=/);
});

test("what a trigger or binding of Web PubSub has not is refused at the start, by name", async () => {
  const world = makeWorld();
  const hub = `hub: "chat"`;
  const root = makeApp({
    "src/a.js": `import { app, input, output, trigger } from "@azure/functions";
      const handler = () => undefined;
      const on = (name, options) =>
        app.generic(name, { trigger: trigger.generic({ type: "webPubSubTrigger", name: "request", ${hub}, ...options }), handler });
      on("first", { eventType: "user", eventName: "a" });
      on("twice", { eventType: "User", eventName: "A" });
      on("system", { eventType: "system", eventName: "joined" });
      on("mqtt", { eventType: "user", eventName: "b", clientProtocols: "mqtt" });
      on("named", { eventType: "user", eventName: "c", name: "message" });
      on("more", { eventType: "user", eventName: "d", filter: "x" });
      on("unset", { eventType: "user", eventName: "e", connections: ["MISSING"] });
      app.get("output", { extraOutputs: [output.generic({ type: "webPubSub", connection: "C", ${hub}, group: "g" })], handler });
      app.get("input", { extraInputs: [input.generic({ type: "webPubSubContext", ${hub} })], handler });`,
  });
  const starting = world.start(root, { settings: { C: "Endpoint=http://127.0.0.1;AccessKey=k" } });
  const words = await starting.then(
    () => "",
    ({ message }: Error) => message,
  );
  for (const word of [
    ...[
      '"twice": first also handles the event "A"',
      'no system event "joined"',
      '"mqtt": clientProtocols is "mqtt": MQTT',
    ],
    ...['"named": its trigger is called "message"', 'has no option "filter"', '"unset": the setting "MISSING"'],
    ...['it has no option "group"', 'it has no option "hub"'],
  ])
    expect(words).toContain(word);
});
