import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { SmsClient } from "@azure/communication-sms";
import { CosmosClient } from "@azure/cosmos";
import { AzureKeyCredential, EventGridPublisherClient } from "@azure/eventgrid";
import { WebPubSubServiceClient } from "@azure/web-pubsub";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { readApplication } from "../../../local/application.ts";
import type { FaultRule } from "../../../local/faults/rules.ts";
import { type LocalAzure, startLocalAzure } from "../../../local/index.ts";
import { silentLog } from "../../../local/kernel/log.ts";

let azure: LocalAzure;
const received: string[] = [];
const receiver = createServer((request, response) => {
  if (request.method === "OPTIONS") response.setHeader("webhook-allowed-origin", "*");
  let text = "";
  request
    .on("data", (part) => (text += part))
    .on("end", () => {
      if (request.method === "POST") received.push((JSON.parse(text) as { id: string }).id);
      response.end();
    });
});
beforeAll(async () => {
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const { port: _, resources, ...talks } = readApplication(join(import.meta.dirname, "../../../local/examples/talks"));
  const webhook = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  azure = await startLocalAzure({
    ...talks,
    resources: {
      ...resources,
      cosmos: { database: "shop", containers: [{ id: "orders", partitionKey: "/id" }] },
      eventGrid: {
        topic: "events",
        inputSchema: "CloudEventSchemaV1_0",
        subscriptions: [{ name: "hook", webhook }],
      },
    },
    heldAt: Date.now(),
    log: silentLog,
  });
});
afterAll(async () => {
  await azure.stop();
  receiver.close();
});
afterEach(async () => {
  await fetch(`${azure.controlUrl}faults`, { method: "DELETE" });
  received.length = 0;
});

async function on(rule: FaultRule): Promise<void> {
  const reply = await fetch(`${azure.controlUrl}faults`, { method: "POST", body: JSON.stringify(rule) });
  expect(reply.status).toBe(200);
}
const event = (id: string) => ({ id, source: "/test", type: "happened", data: {} });
const request = (path: string, init: RequestInit = {}) =>
  fetch(`${azure.functions?.origin}${path}`, {
    ...init,
    headers: { "x-functions-key": azure.functions?.masterKey ?? "", "content-type": "application/json" },
  });

test("Cosmos DB refuses, and loses the answer of what took effect", async () => {
  const { endpoint, key } = azure.cosmos;
  const client = new CosmosClient({
    endpoint,
    key,
    connectionPolicy: { retryOptions: { maxRetryAttemptCount: 0 } as never },
  });
  const orders = client.database("shop").container("orders");
  await on({ service: "cosmos", harm: "refuse", status: 429, operation: "create", times: 1 });
  await expect(orders.items.create({ id: "a" })).rejects.toMatchObject({ code: 429 });
  await orders.items.create({ id: "a" });
  await on({ service: "cosmos", harm: "lose-answer", operation: "create", name: "shop/*", times: 1 });
  await expect(orders.items.create({ id: "b" })).rejects.toThrow();
  expect((await orders.item("b", "b").read()).resource).toMatchObject({ id: "b" });
});

test("Event Grid refuses a publication, delivers twice, and late", async () => {
  const { endpoint, key } = azure.endpoints.eventGrid;
  const client = new EventGridPublisherClient(endpoint, "CloudEvent", new AzureKeyCredential(key), {
    allowInsecureConnection: true,
    retryOptions: { maxRetries: 0 },
  });
  await on({ service: "eventgrid", harm: "refuse", operation: "publish", times: 1 });
  await expect(client.send([event("one")])).rejects.toMatchObject({ statusCode: 503 });
  await on({ service: "eventgrid", harm: "twice", name: "hook", times: 1 });
  await client.send([event("two")]);
  await azure.settle();
  await on({ service: "eventgrid", harm: "late", milliseconds: 60_000, times: 1 });
  await client.send([event("three")]);
  await client.send([event("four")]);
  await azure.settle();
  expect(received).toEqual(["two", "two", "four"]);
  await azure.advance("1 min");
  expect(received.at(-1)).toBe("three");
});

test("Web PubSub and SMS refuse, and a message whose answer was lost was sent", async () => {
  const hub = new WebPubSubServiceClient(azure.webPubSub.connectionString, "talks", {
    allowInsecureConnection: true,
    retryOptions: { maxRetries: 0 },
  });
  await on({ service: "webpubsub", harm: "refuse", times: 1 });
  await expect(hub.sendToAll({ a: 1 })).rejects.toMatchObject({ statusCode: 503 });
  await hub.sendToAll({ a: 1 });
  const sms = new SmsClient(azure.sms.connectionString, {
    allowInsecureConnection: true,
    retryOptions: { maxRetries: 0 },
  });
  await on({ service: "sms", harm: "lose-answer", times: 1 });
  await expect(sms.send({ from: "+18005550100", to: ["+4915112345678"], message: "hello" })).rejects.toThrow();
  expect(azure.sms.messages("+4915112345678").map(({ message }) => message)).toEqual(["hello"]);
});

test("an activity fails once without being called, and its retry goes through", async () => {
  await on({ service: "durable", harm: "fail", operation: "activity", name: "ask*", times: 1 });
  await request("/api/talks", { method: "POST", body: JSON.stringify({ title: "A", abstract: "B" }) });
  await azure.settle();
  const [id = ""] = [...azure.durable.instances()].map((instance) => instance.id);
  expect(azure.durable.history(id).filter(({ EventType }) => EventType === 6)).toHaveLength(1);
  await azure.advance("10 s");
  expect(azure.durable.instance(id)?.customStatus).toContain("waitingFor");
});

test("an answer of the application is late, others overtake it; a killed application is there again", async () => {
  await on({ service: "functions", harm: "delay", milliseconds: 60_000, name: "GET /api/tally", times: 1 });
  const order: string[] = [];
  const late = request("/api/tally").then(({ status }) => order.push(`late ${status}`));
  await expect.poll(() => azure.faults.list()).toEqual([]);
  await request("/api/tally").then(({ status }) => order.push(`at once ${status}`));
  await fetch(`${azure.controlUrl}faults`, { method: "DELETE" });
  await late;
  expect(order).toEqual(["at once 200", "late 200"]);
  expect((await fetch(`${azure.controlUrl}faults/kill`, { method: "POST" })).status).toBe(204);
  expect((await request("/api/tally")).status).toBe(200);
  const scale = (instances: number) =>
    fetch(`${azure.controlUrl}functions/scale`, { method: "POST", body: JSON.stringify({ instances }) });
  expect((await scale(2)).status).toBe(204);
  expect(await (await fetch(`${azure.controlUrl}functions`)).json()).toMatchObject({ instances: 2 });
  expect(await (await scale(0)).json()).toMatchObject({ message: "There can be from 1 to 10 instances, not 0." });
  expect((await scale(1)).status).toBe(204);
});

test("what is no fault is refused in words", async () => {
  for (const [body, words] of [
    [{ service: "sms", harm: "twice" }, /is not a fault of/],
    [{ service: "cosmos", harm: "refuse", often: 3 }, /no "often"/],
    [{ service: "cosmos", harm: "refuse", times: "3" }, /times must be a number/],
  ] as const) {
    const reply = await fetch(`${azure.controlUrl}faults`, { method: "POST", body: JSON.stringify(body) });
    expect(reply.status).toBe(400);
    expect(((await reply.json()) as { message: string }).message).toMatch(words);
  }
  expect((await fetch(`${azure.controlUrl}faults/99`, { method: "DELETE" })).status).toBe(404);
});

test("the application's thread ends before what it asks takes effect, or after, and another starts", async () => {
  const orders = new CosmosClient(azure.cosmos.connectionString).database("shop").container("orders");
  const starts: string[] = [];
  const { kill } = azure.faults;
  azure.faults.kill = (reason) => {
    starts.push(reason);
    kill?.(reason);
  };
  await on({ service: "cosmos", harm: "kill", operation: "create", times: 1 });
  await expect(orders.items.create({ id: "before" })).rejects.toThrow();
  await on({ service: "cosmos", harm: "kill-after", operation: "create", times: 1 });
  await expect(orders.items.create({ id: "after" })).rejects.toThrow();
  azure.faults.kill = kill;
  await azure.settle();
  expect(starts).toEqual(Array(2).fill("it was killed on purpose: a fault is switched on"));
  const { resources } = await orders.items
    .query("SELECT VALUE c.id FROM c WHERE c.id IN ('before', 'after')")
    .fetchAll();
  expect(resources).toEqual(["after"]);
});
