import { once } from "node:events";
import { afterEach, beforeEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { FaultRules } from "../../../local/faults/rules.ts";
import { EventHubQueue } from "../../../local/webpubsub/event-hub-queue.ts";
import { freePorts } from "../../free-ports.ts";
import { startEventHub } from "./event-hub.ts";
import { runningParts, startService } from "./harness.ts";

let live: Awaited<ReturnType<typeof startService>>;
let eventHub: Awaited<ReturnType<typeof startEventHub>>;
const faults = new FaultRules();

beforeEach(async () => {
  // It goes and comes again, at a port that nobody else is given meanwhile.
  eventHub = await startEventHub(await freePorts());
  live = await startService({}, { ...runningParts(), faults });
  live.parts.clock.hold();
});
afterEach(async () => {
  faults.clear();
  await live.close();
  await eventHub.close();
});

const endpoint = (eventHubName: string) => ({ eventHubName, connectionString: eventHub.connectionString });

test("listeners hear the events that they want, as CloudEvents over AMQP, and the client's event needs no handler", async () => {
  live.pubsub.configure("live", {
    eventListeners: [
      {
        filter: { systemEvents: ["connected", "disconnected"], userEventPattern: "order.*" },
        endpoint: endpoint("all"),
      },
      { filter: { userEventPattern: "order.new, message" }, endpoint: endpoint("some") },
    ],
  });
  const { client, id } = await live.open({ userId: "Åsa" });
  await client.sendEvent("order.new", { n: 1 }, "json");
  await client.sendEvent("order.bytes", new Uint8Array([104, 105]).buffer, "binary");
  await client.sendEvent("order.schema", new Uint8Array([104, 105]).buffer, "protobuf");
  await expect(client.sendEvent("other", 1, "json")).rejects.toMatchObject({
    errorDetail: { message: expect.stringContaining("No event handler") },
  });
  client.stop();
  const bare = new WebSocket((await live.service.getClientAccessToken()).url);
  await new Promise((resolve) => bare.once("open", resolve));
  bare.send("hello");
  await eventHub.until(8);
  const of = (name: string) => eventHub.heard.filter(({ hub }) => hub === name);
  const told = (name: string) =>
    of(name).map(({ properties, contentType, body }) => [properties["cloudEvents:type"], contentType, body]);
  const own = of("all").filter(({ properties }) => properties["cloudEvents:connectionid"] === id);
  expect(
    own.map(({ properties, contentType, body }) => [properties["cloudEvents:eventname"], contentType, body]),
  ).toEqual([
    ["connected", "application/json", "{}"],
    ["order.new", "application/json", '{"n":1}'],
    ["order.bytes", "application/octet-stream", "hi"],
    ["order.schema", "application/x-protobuf", "hi"],
    ["disconnected", "application/json", '{"reason":""}'],
  ]);
  expect(told("some")).toEqual([
    ["azure.webpubsub.user.order.new", "application/json", '{"n":1}'],
    ["azure.webpubsub.user.message", "text/plain", "hello"],
  ]);
  const [, order] = own;
  expect(order?.messageId).toBe(`${id}/2`);
  expect(order?.properties).toEqual({
    "cloudEvents:specversion": "1.0",
    "cloudEvents:awpsversion": "1.0",
    "cloudEvents:type": "azure.webpubsub.user.order.new",
    "cloudEvents:source": `/hubs/live/client/${id}`,
    "cloudEvents:id": "2",
    "cloudEvents:hub": "live",
    "cloudEvents:eventname": "order.new",
    "cloudEvents:connectionid": id,
    "cloudEvents:time": expect.stringMatching(/^\d{4}-.*:\d\dZ$/),
    "cloudEvents:userid": "Åsa",
    "cloudEvents:subprotocol": "json.reliable.webpubsub.azure.v1",
  });
  bare.close();
});

test("the events of a connection have its id as partition key, and a client's metadata as properties", async () => {
  live.pubsub.configure("live", { eventListeners: [{ filter: { userEventPattern: "*" }, endpoint: endpoint("all") }] });
  const sockets = await Promise.all(
    ["a", "b"].map(async () => {
      const { url } = await live.service.getClientAccessToken();
      const socket = new WebSocket(url, "json.webpubsub.azure.v1");
      const [connected] = await once(socket, "message");
      return { socket, id: JSON.parse(String(connected)).connectionId as string };
    }),
  );
  for (const n of [1, 2])
    for (const { socket } of sockets)
      socket.send(JSON.stringify({ type: "event", event: "e", data: n, metadata: { Trace: "a, b", empty: "" } }));
  await eventHub.until(4);
  for (const { socket, id } of sockets) {
    const own = eventHub.heard.filter(({ partitionKey }) => partitionKey === id);
    expect(own.map(({ body, properties }) => [body, properties["cloudEvents:connectionid"]])).toEqual([
      ["1", id],
      ["2", id],
    ]);
    expect(own[0]?.properties).toMatchObject({
      "x-webpubsub-metadata-trace": "a, b",
      "x-webpubsub-metadata-empty": "",
    });
    socket.terminate();
  }
});

test("an event hub that cannot be reached holds nobody up; it is sent again 1, 3 and 5 seconds later by the clock, in order, then it is lost and the log says so", async () => {
  live.pubsub.configure("live", { eventListeners: [{ filter: { userEventPattern: "*" }, endpoint: endpoint("all") }] });
  const { client } = await live.open();
  faults.add({ service: "webpubsub", operation: "listener", name: "second", harm: "lose-answer", times: 1 });
  await client.sendEvent("first", 1, "json");
  await live.parts.work.idle();
  await client.sendEvent("second", 2, "json");
  await client.sendEvent("third", 3, "json");
  await live.advance(999);
  const heard = () => eventHub.heard.map(({ properties }) => properties["cloudEvents:eventname"]);
  expect(heard()).toEqual(["first", "second"]);
  await live.advance(1);
  expect(heard()).toEqual(["first", "second", "second", "third"]);
  const { port } = eventHub;
  await eventHub.close();
  await client.sendEvent("lost", 4, "json");
  await live.advance(9000);
  await live.parts.work.idle();
  expect(live.parts.warned.join()).toMatch(/The event lost did not reach the event hub all: .*/);
  await client.sendEvent("later", 5, "json");
  await live.advance(1000);
  eventHub = await startEventHub(port);
  await live.advance(3000);
  expect(heard()).toEqual(["later"]);
  const recorded = [...live.parts.recorder.spans()].filter(({ kind }) => kind === "event");
  expect(recorded.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
    ...["first ok", "second ok", "third ok", "lost failed", "later ok"],
  ]);
});

test.each([
  [{ eventHubName: "a/b" }, "not the name of an event hub"],
  [{ connectionString: "Endpoint=sb://localhost;" }, "not one of Event Hubs"],
  [{ connectionString: "Endpoint=https://x;SharedAccessKeyName=a;SharedAccessKey=b" }, "not one of Event Hubs"],
  [
    { connectionString: "Endpoint=sb://x;SharedAccessKeyName=a;SharedAccessKey=b;EntityPath=b" },
    "is for the event hub 'b'",
  ],
])("a listener with %o is refused", (wrong, words) => {
  const right = { eventHubName: "a", connectionString: eventHub.connectionString };
  const listener = { filter: {}, endpoint: { ...right, ...wrong } };
  expect(() => live.pubsub.configure("live", { eventListeners: [listener] })).toThrow(words);
});

test("a queue that ends while it sends begins no pause", async () => {
  const parts = { ...runningParts(), faults };
  parts.clock.hold();
  faults.add({ service: "webpubsub", operation: "listener", name: "order", harm: "refuse", times: 1 });
  const queue = new EventHubQueue(parts, endpoint("all"));
  const message = {
    body: Buffer.from("1"),
    contentType: "application/json",
    partitionKey: "c",
    messageId: "1",
    properties: {},
  };
  queue.add({ name: "order", message, span: parts.recorder.begin("webpubsub", "event", "order") });
  await queue.close();
  await parts.work.idle();
  expect(parts.clock.nextDue).toBeUndefined();
});

test("a listener cannot hear connect", () => {
  const listener = { filter: { systemEvents: ["connect"] as const }, endpoint: endpoint("a") };
  expect(() => live.pubsub.configure("live", { eventListeners: [listener] })).toThrow("do not receive 'connect'");
});
