import { once } from "node:events";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { startTestStack } from "../../../local/testing/index.ts";

/** Written for Azure alone: no client is told that an address may be `http:`. */
const source = `
import { SmsClient } from "@azure/communication-sms";
import { AzureKeyCredential, EventGridPublisherClient } from "@azure/eventgrid";
import { app, input, output } from "@azure/functions";
import { WebPubSubServiceClient } from "@azure/web-pubsub";
const { SCREENS, SMS, TOPIC, TOPIC_KEY } = process.env;
const got = [];
const screens = output.webPubSub({ hub: "screens", connection: "SCREENS" });
const topic = output.eventGrid({ topicEndpointUri: "TOPIC", topicKeySetting: "TOPIC_KEY" });
const connection = input.webPubSubConnection({ hub: "screens", connection: "SCREENS" });
const event = (id) => ({ id, source: "/test", type: "order.ready", specversion: "1.0", data: {}, time: new Date() });
app.get("connection", { extraInputs: [connection], handler: (_, context) => ({ jsonBody: context.extraInputs.get(connection) }) });
app.post("tell", { extraOutputs: [screens, topic], handler: async (_, context) => {
  await new WebPubSubServiceClient(SCREENS, "screens").sendToAll({ by: "client" });
  await new EventGridPublisherClient(TOPIC, "CloudEvent", new AzureKeyCredential(TOPIC_KEY)).send([event("client")]);
  const [{ successful }] = await new SmsClient(SMS).send({ from: "+14255550100", to: ["+14255550123"], message: "ready" });
  context.extraOutputs.set(screens, [{ actionName: "sendToAll", data: "by binding", dataType: "text" }]);
  context.extraOutputs.set(topic, [event("binding")]);
  return { jsonBody: { successful } };
} });
app.eventGrid("hears", { handler: ({ id }) => void got.push(id) });
app.get("heard", () => ({ jsonBody: got }));
`;

const reference = (name: string) => `\${${name}}`;

test("clients and bindings that are written for Azure reach Web PubSub, Event Grid and SMS by https, and screens by wss", async () => {
  const app = mkdtempSync(join(tmpdir(), "crema-https-"));
  onTestFinished(() => rmSync(app, { recursive: true, force: true }));
  const write = (file: string, text: unknown) => writeFileSync(join(app, file), JSON.stringify(text));
  write("package.json", { type: "module", main: "index.js" });
  write("host.json", { version: "2.0" });
  write("local-azure.json", {
    resources: {
      eventGrid: {
        topic: "orders",
        inputSchema: "CloudEventSchemaV1_0",
        subscriptions: [{ name: "hears", function: "hears" }],
      },
      webPubSub: { hub: "screens" },
    },
    settings: {
      SCREENS: reference("webPubSub.httpsConnectionString"),
      SMS: reference("sms.httpsConnectionString"),
      TOPIC: reference("eventGrid.orders.httpsEndpoint"),
      TOPIC_KEY: reference("eventGrid.key"),
    },
  });
  writeFileSync(join(app, "index.js"), source);
  symlinkSync(resolve("node_modules"), join(app, "node_modules"), "junction");
  await using stack = await startTestStack({ app });

  const ca = await (await fetch(`${stack.endpoints.cosmos.endpoint}_explorer/emulator.pem`)).text();
  const { url } = (await (await stack.fetch("/api/connection")).json()) as { url: string };
  expect(url).toMatch(/^wss:/);
  const screen = new WebSocket(url, { ca });
  const seen: string[] = [];
  const both = new Promise<void>((done) =>
    screen.on("message", (data) => void (seen.push(String(data)) === 2 && done())),
  );
  await once(screen, "open");

  const told = await stack.fetch("/api/tell", { method: "POST" });
  expect(await told.json()).toEqual({ successful: true });
  await both;
  expect(seen).toEqual(['{"by":"client"}', "by binding"]);
  await stack.settle();
  const heard = (await (await stack.fetch("/api/heard")).json()) as string[];
  expect(heard.sort()).toEqual(["binding", "client"]);
  expect(await stack.messages("+14255550123")).toMatchObject([{ message: "ready" }]);
  expect(await stack.errors()).toEqual([]);
  screen.terminate();
});
