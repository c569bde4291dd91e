import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { SmsClient } from "@azure/communication-sms";
import { CosmosClient } from "@azure/cosmos";
import { WebPubSubServiceClient } from "@azure/web-pubsub";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestStack, type TestStack } from "../../../local/testing/index.ts";

/** What a webhook outside of the application was sent. */
const received: { method: string; type: string | undefined; ids: string[]; header?: string }[] = [];
const webhook = createServer(async (request, response) => {
  let text = "";
  for await (const chunk of request) text += chunk;
  const events = text === "" ? [] : ([JSON.parse(text)].flat() as { id: string; data?: { validationCode?: string } }[]);
  const type = request.headers["aeg-event-type"] as string | undefined;
  const header = request.headers["x-type"] as string | undefined;
  received.push({ method: request.method ?? "", type, ids: events.map(({ id }) => id), ...(header ? { header } : {}) });
  response.setHeader("webhook-allowed-origin", "*");
  response.end(JSON.stringify({ validationResponse: events[0]?.data?.validationCode }));
});

const source = `
const { app, output } = require("@azure/functions");
const classic = output.eventGrid({ topicEndpointUri: "CLASSIC", topicKeySetting: "CLASSIC_KEY" });
const cloud = output.eventGrid({ topicEndpointUri: "CLOUD", topicKeySetting: "CLOUD_KEY" });
const got = [];
app.eventGrid("seenClassic", { handler: (event) => void got.push("classic " + event.eventType) });
app.eventGrid("seenCloud", { handler: (event) => void got.push("cloud " + event.type) });
app.http("send", { authLevel: "anonymous", extraOutputs: [classic, cloud], handler: (request, context) => {
  context.extraOutputs.set(classic, { id: "1", subject: "a", eventType: "Order.Placed", dataVersion: "1.0", eventTime: new Date(), data: {} });
  context.extraOutputs.set(cloud, { id: "2", source: "/a", type: "order.placed", specversion: "1.0", data: {} });
  return { body: "sent" };
} });
app.http("got", { authLevel: "anonymous", handler: () => ({ jsonBody: got.sort() }) });
`;

const to = (name: string) => ["", ".key"].map((suffix) => `\${eventGrid.${name}${suffix || ".endpoint"}}`);

const tollFree = "+18005550123";
const phone = "+14255550123";

let folder: string;
let stack: TestStack;
beforeAll(async () => {
  await new Promise<void>((done) => webhook.listen(0, "127.0.0.1", done));
  const address = `http://127.0.0.1:${(webhook.address() as AddressInfo).port}/hook`;
  const [classic = "", classicKey = ""] = to("orders-classic");
  const [cloud = "", cloudKey = ""] = to("orders");
  folder = mkdtempSync(join(tmpdir(), "crema-resources-"));
  mkdirSync(join(folder, "src"));
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
  const write = (name: string, value: unknown) => writeFileSync(join(folder, name), JSON.stringify(value));
  write("package.json", { main: "src/*.js" });
  write("host.json", { version: "2.0" });
  writeFileSync(join(folder, "src", "app.js"), source);
  write("local-azure.json", {
    resources: {
      cosmos: {
        databases: [
          { database: "first", containers: [{ id: "things", partitionKey: "/id" }] },
          { database: "second", containers: [{ id: "things", partitionKey: ["/tenant", "/user", "/session"] }] },
        ],
      },
      eventGrid: {
        topics: [
          {
            topic: "orders-classic",
            inputSchema: "EventGridSchema",
            subscriptions: [
              { name: "seen", function: "seenClassic" },
              { name: "outside", webhook: address },
              {
                name: "as-cloud-events",
                webhook: address,
                eventDeliverySchema: "CloudEventSchemaV1_0",
                maxEventsPerBatch: 10,
                deliveryAttributeMappings: [{ name: "X-Type", type: "Dynamic", sourceField: "type" }],
              },
            ],
          },
          {
            topic: "orders",
            subscriptions: [
              { name: "seen", function: "seenCloud" },
              { name: "outside", webhook: address, filter: { subjectBeginsWith: "nothing" } },
            ],
          },
        ],
      },
      webPubSub: { hubs: ["chat", "news"] },
      sms: { senders: [tollFree], subscriptions: [{ name: "reports", function: "seenClassic" }] },
    },
    settings: { CLASSIC: classic, CLASSIC_KEY: classicKey, CLOUD: cloud, CLOUD_KEY: cloudKey },
  });
  stack = await startTestStack({ app: folder });
});
afterAll(async () => {
  await stack?.close();
  webhook.closeAllConnections();
  webhook.close();
  rmSync(folder, { recursive: true, force: true });
});

test("several topics, each with its schema, deliver to functions and to a webhook that has shaken hands", async () => {
  await stack.settle();
  expect(received.map(({ method, type }) => `${method} ${type ?? ""}`).sort()).toEqual([
    "OPTIONS ",
    "OPTIONS ",
    "POST SubscriptionValidation",
  ]);
  expect((await stack.fetch("/api/send")).status).toBe(200);
  await stack.settle();
  expect(await (await stack.fetch("/api/got")).json()).toEqual(["classic Order.Placed", "cloud order.placed"]);
  const delivered = { method: "POST", type: "Notification", ids: ["1"] };
  const both = received.slice(3).sort((a, b) => Object.keys(a).length - Object.keys(b).length);
  expect(both).toEqual([delivered, { ...delivered, header: "Order.Placed" }]);
  const { topics = {}, eventGrid } = stack.endpoints;
  expect(Object.keys(topics)).toEqual(["orders-classic", "orders"]);
  expect(topics["orders-classic"]).toEqual(eventGrid);
  expect(topics.orders?.key).not.toBe(eventGrid.key);
});

test("delivery reports and replies of SMS reach a function; the system topic takes nothing else", async () => {
  const { sms, topics = {} } = stack.endpoints;
  const client = new SmsClient(sms.connectionString, { allowInsecureConnection: true });
  const got = async () => {
    await stack.settle();
    return ((await (await stack.fetch("/api/got")).json()) as string[]).filter((line) =>
      line.includes("Communication"),
    );
  };
  await client.send({ from: tollFree, to: [phone], message: "hello" }, { enableDeliveryReport: true });
  expect(await got()).toEqual(["classic Microsoft.Communication.SMSDeliveryReportReceived"]);
  const control = (path: string, body: object) =>
    fetch(new URL(path, stack.controlUrl), { method: "POST", body: JSON.stringify(body) });
  await stack.reply(phone, tollFree, "STOP");
  await expect(stack.reply(phone, "+14255550100", "x")).rejects.toThrow("is not a number of this resource");
  expect(await got()).toContain("classic Microsoft.Communication.SMSReceived");
  const view = async () => (await (await fetch(new URL("/sms", stack.controlUrl))).json()) as { optOuts: object[] };
  expect(await view()).toMatchObject({ optOuts: [{ from: tollFree, to: phone }] });
  expect((await control("/sms/optouts", { from: tollFree, to: phone, optedOut: false })).status).toBe(204);
  expect((await view()).optOuts).toEqual([]);
  expect(Object.keys(topics)).not.toContain("communication-services");
  const event = {
    id: "1",
    subject: "s",
    eventType: "t",
    dataVersion: "1",
    eventTime: "2030-01-01T00:00:00Z",
    data: {},
  };
  const published = await control("/eventgrid/communication-services/events", { events: [event] });
  expect([published.status, await published.text()]).toEqual([
    403,
    expect.stringContaining("only that service's own events"),
  ]);
});

test("several databases have their containers, one with a key of three paths", async () => {
  const client = new CosmosClient(stack.endpoints.cosmos.connectionString);
  const containers = ["first", "second"].map((id) => client.database(id).container("things"));
  const definitions = await Promise.all(containers.map((container) => container.read()));
  expect(definitions.map(({ resource }) => resource?.partitionKey)).toMatchObject([
    { paths: ["/id"], kind: "Hash" },
    { paths: ["/tenant", "/user", "/session"], kind: "MultiHash" },
  ]);
  const item = { id: "1", tenant: "t", user: "u", session: "s" };
  await containers[1]?.items.create(item);
  const read = await containers[1]?.item("1", ["t", "u", "s"]).read<typeof item>();
  expect(read?.resource).toMatchObject(item);
  client.dispose();
});

test("several hubs are there, and another one is not", async () => {
  const send = (hub: string) =>
    new WebPubSubServiceClient(stack.endpoints.webPubSub.connectionString, hub, {
      allowInsecureConnection: true,
    }).sendToAll(1);
  await send("chat");
  await send("news");
  await expect(send("other")).rejects.toMatchObject({
    statusCode: 404,
    message: expect.stringContaining("chat, news"),
  });
});
