import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { AzureKeyCredential, EventGridPublisherClient } from "@azure/eventgrid";
import { afterEach, expect, onTestFinished, test } from "vitest";
import type { Asked as ActionAsked } from "../../../local/control/actions.ts";
import { eventGridActions } from "../../../local/control/eventgrid.ts";
import { createLog } from "../../../local/kernel/log.ts";
import { anEvent, heldParts, minute, noon, second, startTopic } from "./harness.ts";

interface Asked {
  method: string;
  type: string | undefined;
  headers: IncomingHttpHeaders;
  body: { id?: string; eventType?: string; data?: { validationCode?: string; validationUrl?: string } }[];
}

/** A webhook that answers the handshake by `answer`, and any event with 200. */
async function startWebhook(answer: (asked: Asked, response: ServerResponse) => void) {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const { method = "", headers } = request;
    const body = text === "" ? [] : [JSON.parse(text)].flat();
    const one = { method, type: headers["aeg-event-type"] as string | undefined, headers, body };
    asked.push(one);
    if (one.type === "Notification") response.writeHead(200).end();
    else answer(one, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?code=secret`,
    asked,
    kinds: () => asked.map(({ method, type }) => type ?? method),
  };
}

let close: () => Promise<void>;
afterEach(() => close());

async function start(inputSchema: "CloudEventSchemaV1_0" | "EventGridSchema" = "CloudEventSchemaV1_0") {
  const logged: string[] = [];
  const parts = { ...heldParts(), log: createLog(({ level, message }) => logged.push(`${level} ${message}`)) };
  const topic = await startTopic({ inputSchema, topic: "orders" }, parts);
  close = () => topic.grid.close();
  const classic = new EventGridPublisherClient(
    topic.grid.endpoint,
    "EventGrid",
    new AzureKeyCredential(topic.grid.key),
    {
      allowInsecureConnection: true,
    },
  );
  const send = async () => {
    if (inputSchema === "CloudEventSchemaV1_0") await topic.client.send([anEvent()]);
    else {
      const time = { eventTime: new Date(noon), dataVersion: "1" };
      await classic.send([{ id: "1", eventType: "t", subject: "s", data: {}, ...time }]);
    }
  };
  return {
    ...topic,
    logged,
    send,
    subscribe: async (url: string) => {
      topic.grid.subscribe([{ name: "hook", destination: { url, handshake: true } }]);
      await parts.work.idle();
    },
    publish: async () => {
      await send();
      await parts.work.idle();
    },
  };
}

test.each(["*", "eventgrid.azure.net", "EventGrid.Azure.Net"])(
  "a webhook of CloudEvents that allows '%s' is asked once, and then sent events",
  async (allowed) => {
    const hook = await startWebhook((_, response) =>
      response.writeHead(200, { "webhook-allowed-origin": allowed }).end(),
    );
    const topic = await start();
    await topic.subscribe(hook.url);
    expect(hook.kinds()).toEqual(["OPTIONS"]);
    expect(hook.asked[0]?.headers).toMatchObject({ "webhook-request-origin": "eventgrid.azure.net" });
    expect(topic.grid.validationOf("hook")).toEqual({ state: "validated" });
    await topic.publish();
    await topic.publish();
    // Declared again, as at each reload of the application, it is not asked again unless it is elsewhere.
    await topic.subscribe(hook.url);
    expect(hook.kinds()).toEqual(["OPTIONS", "Notification", "Notification"]);
    await topic.subscribe(`${hook.url}&elsewhere`);
    expect(hook.kinds().at(-1)).toBe("OPTIONS");
  },
);

test("a webhook of the Event Grid schema that gives the code back is sent events", async () => {
  const hook = await startWebhook(({ body }, response) =>
    response.writeHead(200).end(JSON.stringify({ validationResponse: body[0]?.data?.validationCode })),
  );
  const topic = await start("EventGridSchema");
  await topic.subscribe(hook.url);
  await topic.publish();
  expect(hook.kinds()).toEqual(["SubscriptionValidation", "Notification"]);
  expect(hook.asked[0]?.headers["aeg-subscription-name"]).toBe("HOOK");
  expect(hook.asked[0]?.body).toEqual([
    {
      id: expect.any(String),
      topic: expect.stringMatching(/\/topics\/orders$/),
      subject: "",
      eventType: "Microsoft.EventGrid.SubscriptionValidationEvent",
      eventTime: "2030-06-01T12:00:00.000Z",
      metadataVersion: "1",
      dataVersion: "2",
      data: { validationCode: expect.any(String), validationUrl: expect.stringMatching(/^http:/) },
    },
  ]);
});

test.each<["CloudEventSchemaV1_0" | "EventGridSchema", number, string, Record<string, string>, string]>([
  ["CloudEventSchemaV1_0", 404, "", {}, "OPTIONS was answered 404; it must be 200"],
  ["CloudEventSchemaV1_0", 204, "", { "webhook-allowed-origin": "*" }, "OPTIONS was answered 204"],
  [
    "CloudEventSchemaV1_0",
    200,
    "",
    { "webhook-allowed-origin": "example.com" },
    "WebHook-Allowed-Origin is 'example.com'",
  ],
  ["EventGridSchema", 202, '{"validationResponse":"x"}', {}, "validation event was answered 202; it must be 200"],
  ["EventGridSchema", 200, '{"validationResponse":"x"}', {}, "validationResponse is 'x'; it must be the code"],
  ["EventGridSchema", 500, "", {}, "validation event was answered 500"],
])("nothing is delivered to a webhook (%s) that answers %i %s", async (schema, status, body, headers, why) => {
  const answer = { status };
  const hook = await startWebhook(({ body: [event], method }, response) => {
    if (answer.status === status) response.writeHead(status, headers).end(body);
    else if (method === "OPTIONS") response.writeHead(200, { "webhook-allowed-origin": "*" }).end();
    else response.writeHead(200).end(JSON.stringify({ validationResponse: event?.data?.validationCode }));
  });
  const topic = await start(schema);
  await topic.subscribe(hook.url);
  expect(topic.logged).toEqual([expect.stringContaining(why)]);
  expect(topic.logged[0]).not.toContain("secret");
  expect(topic.grid.validationOf("hook")).toEqual({ state: "refused", why: expect.stringContaining(why) });
  await topic.publish();
  expect(hook.kinds()).not.toContain("Notification");
  // Event by event it is asked again when a delivery is due; once it agrees, nothing was lost.
  answer.status = 0;
  await topic.advance(10 * second);
  expect(hook.kinds().at(-1)).toBe("Notification");
});

test.each<["CloudEventSchemaV1_0" | "EventGridSchema"]>([["CloudEventSchemaV1_0"], ["EventGridSchema"]])(
  "a webhook (%s) that answers 200 and no more is validated by hand, for ten minutes",
  async (schema) => {
    const hook = await startWebhook((_, response) => response.writeHead(200).end("thank you"));
    const topic = await start(schema);
    await topic.subscribe(hook.url);
    const [first] = hook.asked;
    const address = String(first?.headers["webhook-request-callback"] ?? first?.body[0]?.data?.validationUrl);
    expect(topic.logged[0]).toContain(address);
    expect(topic.grid.validationOf("hook")).toEqual({ state: "by hand", address, until: noon + 10 * minute });
    const visit = async (url: string) => (await fetch(url)).status;
    expect(await visit(`${address}x`)).toBe(400);
    expect(await visit(address.replace("/hook/", "/other/"))).toBe(400);
    expect(await visit(address.replace("/hook/", "/%/"))).toBe(400);
    await topic.advance(10 * minute);
    expect(await visit(address)).toBe(400);
    await topic.subscribe(`${hook.url}&again`);
    const last = hook.asked.at(-1);
    expect(await visit(String(last?.headers["webhook-request-callback"] ?? last?.body[0]?.data?.validationUrl))).toBe(
      200,
    );
    await topic.publish();
    expect(hook.kinds().at(-1)).toBe("Notification");
  },
);

test("what the webhook before answers says nothing of another that a subscription is given meanwhile", async () => {
  const came = Promise.withResolvers<ServerResponse>();
  const before = await startWebhook((_, response) => came.resolve(response));
  const after = await startWebhook((_, response) => response.writeHead(403).end());
  const topic = await start();
  const declare = (url: string) => topic.grid.subscribe([{ name: "hook", destination: { url, handshake: true } }]);
  declare(before.url);
  const answer = await came.promise;
  const published = topic.publish();
  declare(after.url);
  answer.writeHead(200, { "webhook-allowed-origin": "*" }).end();
  await published;
  expect(after.kinds()).toContain("OPTIONS");
  expect([before, after].flatMap(({ kinds }) => kinds())).not.toContain("Notification");
  expect(topic.grid.validationOf("hook")).toMatchObject({ state: "refused" });
});

test.each([
  ["a webhook that needs no handshake", {}, ["Notification"]],
  ["one that takes another schema", { handshake: true }, ["SubscriptionValidation", "Notification"]],
])("%s, given while the one before is still asked, is delivered to as it is declared", async (_, how, kinds) => {
  const came = Promise.withResolvers<ServerResponse>();
  const before = await startWebhook((_, response) => came.resolve(response));
  const after = await startWebhook(({ body: [event] }, response) =>
    response.writeHead(200).end(JSON.stringify({ validationResponse: event?.data?.validationCode })),
  );
  const topic = await start("EventGridSchema");
  topic.grid.subscribe([
    {
      name: "hook",
      destination: { url: before.url, handshake: true },
      eventDeliverySchema: "CloudEventSchemaV1_0",
      maxEventsPerBatch: 10,
    },
  ]);
  const answer = await came.promise;
  await topic.send();
  topic.grid.subscribe([{ name: "hook", destination: { url: after.url, ...how } }]);
  answer.writeHead(200, { "webhook-allowed-origin": "*" }).end();
  await topic.parts.work.idle();
  expect(before.kinds()).toEqual(["OPTIONS"]);
  expect(after.kinds()).toEqual(kinds);
  expect(after.asked.at(-1)?.body).toEqual([expect.objectContaining({ id: "1", eventType: "t" })]);
});

test("a code that the webhook before was given validates no other", async () => {
  const hook = await startWebhook((_, response) => response.writeHead(200).end());
  const topic = await start();
  await topic.subscribe(hook.url);
  const address = String(hook.asked[0]?.headers["webhook-request-callback"]);
  // Where it is cannot be told for now, so it is not asked.
  const nowhere = () => {
    throw new Error("not yet");
  };
  topic.grid.subscribe([{ name: "hook", destination: { url: nowhere, handshake: true } }]);
  await topic.parts.work.idle();
  expect(topic.grid.validationOf("hook")).toEqual({ state: "not asked" });
  expect((await fetch(address)).status).toBe(400);
});

test("the console validates by hand too, while that is waited for and no longer", async () => {
  const hook = await startWebhook((_, response) => response.writeHead(200).end());
  const topic = await start();
  await topic.subscribe(hook.url);
  const actions = eventGridActions(new Map([["orders", topic.grid]]), topic.parts.recorder);
  const validate = (name: string) =>
    actions["POST /eventgrid/*/subscriptions/*/validate"]?.({ names: ["orders", name] } as unknown as ActionAsked);
  await expect(validate("other")).rejects.toThrow("is not waiting for manual validation");
  await validate("hook");
  expect(topic.grid.validationOf("hook")).toEqual({ state: "validated" });
  await expect(validate("hook")).rejects.toThrow("is not waiting for manual validation");
});

test("the schema of the deliveries decides which handshake it is; headers that are the same for all come with it", async () => {
  const hook = await startWebhook((_, response) => response.writeHead(200, { "webhook-allowed-origin": "*" }).end());
  const topic = await start("EventGridSchema");
  topic.grid.subscribe([
    {
      name: "hook",
      destination: { url: hook.url, handshake: true },
      eventDeliverySchema: "CloudEventSchemaV1_0",
      deliveryAttributeMappings: [{ name: "X-Key", type: "Static", value: "k" }],
    },
  ]);
  await topic.publish();
  expect(hook.kinds()).toEqual(["OPTIONS", "Notification"]);
  expect(hook.asked.map(({ headers }) => headers["x-key"])).toEqual(["k", "k"]);
});

test("events for a webhook that never agrees become dead letters, with that as their outcome", async () => {
  const hook = await startWebhook((_, response) => response.writeHead(403).end());
  const topic = await start();
  topic.grid.subscribe([
    { name: "hook", retry: { maxDeliveryAttempts: 2 }, destination: { url: hook.url, handshake: true } },
  ]);
  await topic.publish();
  await topic.advance(minute);
  expect(topic.grid.deadLetters()).toMatchObject([
    { deadLetterReason: "MaxDeliveryAttemptsExceeded", lastDeliveryOutcome: "NotValidated" },
  ]);
  expect(hook.kinds()).not.toContain("Notification");
});

test("the log says of a refusal what was asked: reading dead letters is no publishing", async () => {
  const { grid, logged } = await start();
  await fetch(new URL("/deadletters", grid.endpoint));
  await fetch(new URL("/api/events", grid.endpoint), { method: "POST", body: "[]" });
  expect(logged.map((line) => line.split(":")[0])).toEqual([
    "warn GET /deadletters was answered 401",
    "warn POST /api/events was answered 401",
  ]);
});
