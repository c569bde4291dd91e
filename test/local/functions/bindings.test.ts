import { type Container, CosmosClient } from "@azure/cosmos";
import { WebPubSubClient } from "@azure/web-pubsub-client";
import { expect, test } from "vitest";
import { startCosmos } from "../../../local/cosmos/index.ts";
import { createDurableEngine } from "../../../local/durable/index.ts";
import { startEventGrid } from "../../../local/eventgrid/index.ts";
import { startWebPubSub } from "../../../local/webpubsub/index.ts";
import { atEnd, makeApp, makeWorld, until } from "./harness.ts";

/** The fixture application with the three services it is bound to, all through their own addresses. */
async function startBound(settings: Record<string, string> = {}) {
  const world = makeWorld();
  const cosmos = await startCosmos(world.parts);
  atEnd(() => cosmos.close());
  await cosmos.declare("shop", [{ id: "things", partitionKey: "/pk" }]);
  const eventGrid = await startEventGrid(world.parts);
  atEnd(() => eventGrid.close());
  const pubSub = await startWebPubSub(world.parts);
  atEnd(() => pubSub.close());
  const durable = createDurableEngine(world.parts);
  const rpc = await durable.openRpc();
  atEnd(() => rpc.close());
  const host = await world.start("bindings", {
    durable,
    services: [cosmos.connectionString, eventGrid.endpoint, pubSub.connectionString].map(
      (text) => /127\.0\.0\.1:\d+|localhost:\d+/.exec(text)?.[0] ?? "",
    ),
    settings: {
      COSMOS: cosmos.connectionString,
      MADE: "made",
      TOPIC: eventGrid.endpoint,
      TOPIC_KEY: eventGrid.key,
      PUBSUB: pubSub.connectionString,
      ...settings,
    },
  });
  atEnd(() => durable.close());
  await world.work.idle();
  const client = new CosmosClient(cosmos.connectionString);
  atEnd(() => client.dispose());
  const container = (id: string): Container => client.database("shop").container(id);
  const get = async (path: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${host.origin}/api/${path}`, { headers });
    const text = await response.text();
    return { status: response.status, body: text === "" ? undefined : (JSON.parse(text) as unknown) };
  };
  const post = async (path: string, body: unknown) => {
    const response = await fetch(`${host.origin}/api/${path}`, { method: "POST", body: JSON.stringify(body) });
    await world.work.idle();
    return response.status;
  };
  return { world, host, durable, eventGrid, container, get, post };
}

test("the input cosmosDB reads one document, what a query finds, or all; a value is never part of the query", async () => {
  const { get, container } = await startBound();
  for (const [id, kind] of ["cup", "mug", "pot"].map((each, index) => [each, index === 2 ? "big" : "small"] as const))
    await container("things").items.create({ id, pk: "p", kind });
  expect(await get("things/cup?pk=p")).toEqual({ status: 200, body: { kind: "small" } });
  expect((await get("things/none?pk=p")).status).toBe(404);
  expect((await get("kinds/small")).body).toEqual([{ id: "cup" }, { id: "mug" }]);
  expect((await get(`kinds/${encodeURIComponent("x' OR true --")}`)).body).toEqual([]);
  // The timer's own document is there too.
  expect((await get("all")).body).toBe(4);
});

test("times in a document are those of .NET for the function that reads it, and in a text that it writes", async () => {
  const world = makeWorld();
  const cosmos = await startCosmos(world.parts);
  atEnd(() => cosmos.close());
  await cosmos.declare("shop", [{ id: "things", partitionKey: "/pk" }]);
  const app = makeApp({
    "src/a.js": `import { app, input, output } from "@azure/functions";
      const things = { connection: "COSMOS", databaseName: "shop", containerName: "things" };
      const one = input.cosmosDB({ ...things, id: "{id}", partitionKey: "{query.pk}" });
      const some = input.cosmosDB({ ...things, sqlQuery: "SELECT VALUE c.at FROM c WHERE c.id = {id}" });
      const kept = output.cosmosDB(things);
      app.get("read", { authLevel: "anonymous", route: "read/{id}", extraInputs: [one, some],
        handler: (_, { extraInputs }) => ({ jsonBody: [extraInputs.get(one).at, extraInputs.get(some)] }) });
      app.put("keep", { authLevel: "anonymous", route: "keep/{id}", extraOutputs: [kept], handler: async (request, { extraOutputs }) => {
        const text = await request.text();
        extraOutputs.set(kept, request.params.id === "text" ? text : JSON.parse(text));
        return { status: 204 };
      } });`,
  });
  const host = await world.start(app, { settings: { COSMOS: cosmos.connectionString } });
  const client = new CosmosClient(cosmos.connectionString);
  atEnd(() => client.dispose());
  const at = "2026-11-30T20:45:00.310Z";
  for (const id of ["text", "value"]) {
    const body = JSON.stringify({ id, pk: "p", at });
    expect((await fetch(`${host.origin}/api/keep/${id}`, { method: "PUT", body })).status).toBe(204);
  }
  const stored = async (id: string) =>
    (await client.database("shop").container("things").item(id, "p").read()).resource;
  expect([await stored("text"), await stored("value")]).toMatchObject([{ at: "2026-11-30T20:45:00.31Z" }, { at }]);
  expect(await (await fetch(`${host.origin}/api/read/value?pk=p`)).json()).toEqual([
    "2026-11-30T20:45:00.31Z",
    ["2026-11-30T20:45:00.31Z"],
  ]);
});

test("a query with an expression that Azure never finds a value for is refused at the start", async () => {
  for (const expression of ["query.id", "headers.x-id", "rand-guid", "datetime"]) {
    const app = makeApp({
      "src/a.js": `import { app, input } from "@azure/functions";
        const found = input.cosmosDB({ connection: "COSMOS", databaseName: "d", containerName: "c", sqlQuery: "SELECT * FROM c WHERE c.id = {${expression}}" });
        app.get("find", { extraInputs: [found], handler: () => ({}) });`,
    });
    const settings = { COSMOS: "AccountEndpoint=http://127.0.0.1:1/;AccountKey=AAAA;" };
    await expect(makeWorld().start(app, { settings })).rejects.toThrow(
      `its "sqlQuery" contains {${expression}}; on Azure every invocation would fail`,
    );
  }
});

test("an expression that the request gives no value for fails the invocation and says which", async () => {
  const { get, world } = await startBound();
  expect((await get("things/cup")).status).toBe(500);
  expect(world.log()).toMatch(/The input "\w+" failed: Unable to resolve binding parameter 'query\.pk'/);
});

test("the output cosmosDB writes one document or several, from a return value, and from an activity", async () => {
  const { post, container, durable, host, world } = await startBound();
  expect((await container("things").item("stamp", "p").read()).resource).toMatchObject({ kind: "stamp" });
  expect(
    await post("store", [
      { id: "a", pk: "p", n: 1 },
      { id: "b", pk: "p" },
    ]),
  ).toBe(201);
  expect(await post("store", { id: "a", pk: "p", n: 2 })).toBe(201);
  expect((await container("made").item("a", "p").read()).resource).toMatchObject({ n: 2 });
  expect((await container("made").items.readAll().fetchAll()).resources).toHaveLength(2);
  expect(await post("store", "no document")).toBe(500);
  expect(world.log()).toMatch(/The output "\w+" failed: The output to made must be a document/);
  for (const nameless of [{ pk: "p" }, [{ id: "", pk: "p" }], { id: null, pk: "p" }]) {
    expect(await post("store", nameless)).toBe(500);
    expect(world.log()).toMatch(/required properties - 'id; ' - are missing/);
  }
  expect((await container("made").items.readAll().fetchAll()).resources).toHaveLength(2);

  const { baseUrl, requiredQueryStringParameters: key } = JSON.parse(durable.clientBinding(host.origin)) as {
    baseUrl: string;
    requiredQueryStringParameters: string;
  };
  const answer = await fetch(`${baseUrl}/orchestrators/keeping?timeout=10&pollingInterval=1&${key}`, {
    method: "POST",
  });
  expect(await answer.json()).toBe("cup is kept");
  expect((await container("things").item("cup", "p").read()).resource).toMatchObject({ kind: "kept" });
});

test("the output eventGrid publishes events, and a topic that refuses them fails the invocation with its answer", async () => {
  const { post, eventGrid, world } = await startBound();
  const event = { specversion: "1.0", type: "cup.broken", source: "/shop", id: "1" };
  expect(await post("tell", [event, { ...event, id: "2" }])).toBe(202);
  expect(eventGrid.meters).toMatchObject({ published: 2 });
  expect(await post("tell", { nothing: "like an event" })).toBe(500);
  expect(world.log()).toMatch(/The output "\w+" failed: The topic http:\S+ did not accept the events: 400/);
  // The extension reads an event of Event Grid's own schema before it publishes it, and wants more than the topic does.
  const own = { id: "3", subject: "cups/3", eventType: "cup.broken", eventTime: "2030-01-31T12:00:00Z" };
  expect(await post("tell", [{ ...own, data: null, dataVersion: "1" }, own])).toBe(500);
  expect(world.log()).toContain("Event 1 has no dataVersion, no data; an event in the Event Grid schema needs");
  expect(eventGrid.meters).toMatchObject({ published: 2 });
  expect(await post("tell", { ...own, data: { cup: 3 }, dataVersion: "1" })).toBe(202);
  const whole = { ...own, data: { cup: 3 }, dataVersion: "1" };
  for (const [wrong, words] of [
    [{ ...whole, eventTime: undefined }, "Event 0 has no eventTime; on Azure"],
    [{ ...whole, traceparent: "00" }, "Event 0 has the member traceparent, which this output leaves out"],
    [{ ...event, sequence: 0.5 }, "Event 0 has the attribute sequence with the value 0.5;"],
    [
      [event, { ...event, id: "2", sequence: 2 ** 31 }],
      "Event 1 has the attribute sequence with the value 2147483648;",
    ],
  ] as const) {
    expect(await post("tell", wrong)).toBe(500);
    expect(world.log()).toContain(words);
  }
  expect(
    await post("tell", [
      { ...event, sequence: -1, data: 0.5 },
      { ...event, id: "2", sequence: 2 ** 31 - 1 },
    ]),
  ).toBe(202);
  expect(eventGrid.meters).toMatchObject({ published: 5 });
});

test("webPubSubConnection gives an address to connect with, and the output webPubSub sends to who is there", async () => {
  const { get, post, world } = await startBound();
  const { body } = await get("connect", { "x-user": "ann" });
  const { baseUrl, url, accessToken } = body as Record<string, string>;
  expect(url).toBe(`${baseUrl}?access_token=${accessToken}`);
  const client = new WebPubSubClient(String(url));
  const got: unknown[] = [];
  client.on("server-message", ({ message }) => void got.push(message.data));
  client.on("group-message", ({ message }) => void got.push(`${message.group}: ${message.data}`));
  const connected = new Promise<{ userId: string }>((resolve) => client.on("connected", resolve));
  await client.start();
  expect((await connected).userId).toBe("ann");
  const received = (count: number) => until(() => got.length >= count);
  const json = JSON.stringify({ n: 1 });
  expect(await post("push", { actionName: "sendToAll", data: json, dataType: "json" })).toBe(202);
  expect(
    await post("push", [
      { actionName: "addUserToGroup", userId: "ann", group: "g" },
      { actionName: "SendToGroup", group: "g", data: "hello" },
      { actionName: "sendToUser", userId: "ann", data: { type: "Buffer", data: [1, 2] }, dataType: "binary" },
    ]),
  ).toBe(202);
  await received(3);
  expect(got.slice(0, 2)).toEqual([{ n: 1 }, "g: hello"]);
  expect(Buffer.from(got[2] as ArrayBuffer)).toEqual(Buffer.from([1, 2]));
  // What the extension does not take: neither an object, nor binary data that is no buffer, nor JSON that is none.
  for (const [action, why] of [
    [{ data: { n: 1 }, dataType: "json" }, /not \{"n":1\}; for an object, use JSON\.stringify/],
    [{ data: 2, dataType: "text" }, /needs a string .* as "data", not 2/],
    [{}, /needs a string .* as "data", not undefined/],
    [{ data: "AQI=", dataType: "binary" }, /is binary, but its "data" is not a buffer/],
    [{ data: "hello", dataType: "json" }, /its "data" is not JSON/],
    [{ data: "x", dataType: "xml" }, /the dataType 'xml'; it must be text, json or binary/],
  ] as const) {
    expect(await post("push", { actionName: "sendToAll", ...action })).toBe(500);
    expect(world.log()).toMatch(why);
  }
  expect(await post("push", { actionName: "sendToAll", data: Buffer.from("bytes") })).toBe(202);
  await received(4);
  expect(got[3]).toBe("bytes");
  client.stop();
  expect(await post("push", { actionName: "shout" })).toBe(500);
  expect(await post("push", { actionName: "sendToUser", data: "?" })).toBe(500);
  expect(world.log()).toContain('"shout" is not an action of Web PubSub');
  expect(world.log()).toContain('The action sendToUser needs "userId".');
});

test("what an input reads and an output writes was caused by the run, in each service", async () => {
  const { world, get, post } = await startBound();
  await post("store", { id: "a", pk: "p" });
  await post("tell", { specversion: "1.0", id: "e", source: "/s", type: "t", subject: "a" });
  await post("push", { actionName: "sendToAll", data: "hello" });
  await get("things/none?pk=p");
  const spans = [...world.parts.recorder.spans()];
  const causesOf = (service: string, kind: string) =>
    spans
      .filter((span) => span.service === service && span.kind === kind)
      .map(({ causes }) => causes.map((cause) => spans.find(({ id }) => id === cause)?.name));
  expect(causesOf("cosmos", "upsert")).toEqual([["stamp"], ["POST /api/store"]]);
  expect(causesOf("eventgrid", "publish")).toEqual([["POST /api/tell"]]);
  expect(causesOf("webpubsub", "send")).toEqual([["POST /api/push"]]);
  expect(causesOf("cosmos", "read")).toEqual([["GET /api/things/none"]]);
});

test("a warm-up function runs once at each start; a second one is refused", async () => {
  const { world, host } = await startBound();
  const runs = () => world.logged.filter(({ message }) => message === "warm now").length;
  expect(runs()).toBe(1);
  await host.reload();
  await world.work.idle();
  expect(runs()).toBe(2);
  const two = makeApp({
    "src/a.js":
      'import { app } from "@azure/functions";\nfor (const name of ["a", "b"]) app.warmup(name, { handler() {} });\n',
  });
  await expect(makeWorld().start(two)).rejects.toThrow(
    '"a" and "b" are warm-up functions; an application may have only one.',
  );
});

test("bindings that cannot be are refused at the start, all of them, with what would be right", async () => {
  const root = makeApp({
    "src/a.js": `import { app, input, output } from "@azure/functions";
      const handler = () => ({});
      const to = { databaseName: "d", containerName: "c" };
      const grid = { topicEndpointUri: "TOPIC", topicKeySetting: "KEY" };
      app.get("noSetting", { extraInputs: [input.cosmosDB({ ...to, connection: "NOWHERE" })], handler });
      app.get("identity", { extraInputs: [input.cosmosDB({ ...to, connection: "BY" })], handler });
      app.get("noTopic", { extraOutputs: [output.eventGrid(grid)], handler });
      const status = { connection: "EMPTY", hub: "h" };
      app.get("noService", { extraOutputs: [output.webPubSub(status)], handler });
      app.webPubSub("unheard", { ...status, name: "request", eventName: "connect", eventType: "system", handler });
      app.get("old", { extraOutputs: [output.cosmosDB({ databaseName: "d", collectionName: "c", connectionStringSetting: "DB" })], handler });
      app.get("noHub", { extraInputs: [input.webPubSubConnection({ connection: "PUBSUB" })], handler });`,
  });
  const settings = {
    BY__accountEndpoint: "https://x",
    EMPTY: "<connection-string>",
    PUBSUB: "Endpoint=http://x;AccessKey=k;Version=1.0;",
  };
  const { message } = await makeWorld()
    .start(root, { settings })
    .then(
      () => new Error("it started"),
      (error: Error) => error,
    );
  expect(message).toMatch(
    /"noSetting": the input "\w+": the setting "NOWHERE" with the connection string is missing\. It should hold "\$\{cosmos\.connectionString\}" under "settings" of local-azure\.json/,
  );
  expect(message).toMatch(/"identity": .*There is BY__accountEndpoint: an identity-based connection/);
  expect(message).toMatch(
    /"noTopic": the output "\w+": the setting "TOPIC", which "topicEndpointUri" names, is missing\. It should hold "\$\{eventGrid\.endpoint\}"/,
  );
  expect(message).toMatch(/"noHub": the input "\w+": it needs "hub"\./);
  for (const where of ['"noService": the output "\\w+"', '"unheard"'])
    expect(message).toMatch(
      new RegExp(
        `${where}: the setting "EMPTY" is not a connection string of Web PubSub .* "\\$\\{webPubSub\\.connectionString\\}"`,
      ),
    );
  expect(message).toMatch(
    /"old": the output "\w+": it needs "containerName"\. "collectionName" is its name before version 4/,
  );
});

test("a binding whose connection is no address fails its function, and keeps the host neither from reloading nor from stopping", async () => {
  const { host, get } = await startBound({ COSMOS: "AccountEndpoint=nowhere;AccountKey=a2V5;" });
  expect((await get("things/cup?pk=p")).status).toBe(500);
  await host.reload();
  expect((await get("things/cup?pk=p")).status).toBe(500);
  await host.close();
  await expect(fetch(host.origin)).rejects.toThrow();
});
