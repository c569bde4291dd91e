import { createHmac } from "node:crypto";
import {
  AzureKeyCredential,
  AzureSASCredential,
  EventGridPublisherClient,
  generateSharedAccessSignature,
} from "@azure/eventgrid";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type EventGrid, startEventGrid } from "../../../local/eventgrid/index.ts";
import { createLog } from "../../../local/kernel/log.ts";
import { anEvent, clientOf, heldParts, minute, noon, startReceiver, startTopic } from "./harness.ts";

let topic: Awaited<ReturnType<typeof startTopic>>;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
beforeEach(async () => {
  topic = await startTopic();
  receiver = await startReceiver(topic.parts.clock, 200);
  topic.grid.subscribe([{ name: "all", destination: { url: receiver.url } }]);
});
afterEach(async () => {
  await topic.grid.close();
  receiver.close();
});

/** Publishes without the SDK, for what the SDK would never send. */
function post(grid: EventGrid, body: unknown, headers: Record<string, string> = {}, path = "") {
  return fetch(grid.endpoint + path, {
    method: "POST",
    headers: { "content-type": "application/cloudevents-batch+json", "aeg-sas-key": grid.key, ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

const refusal = async (answer: Response) => {
  const { error } = (await answer.json()) as { error: { code: string; message: string } };
  return `${answer.status} ${error.code}: ${error.message}`;
};

test("an event published with the SDK arrives with Event Grid's headers", async () => {
  await topic.client.send([anEvent({ extensionAttributes: { sequence: 4 } })]);
  await topic.parts.work.idle();
  expect(receiver.received.map(({ body }) => body)).toEqual([
    {
      specversion: "1.0",
      id: "1",
      type: "crema.order.ready.v1",
      source: "/crema/orders",
      subject: "stores/s1/orders/o1",
      time: "2030-06-01T12:00:00.000Z",
      datacontenttype: "application/json",
      data: { number: 7 },
      sequence: 4,
    },
  ]);
  expect(receiver.received[0]?.headers).toMatchObject({
    "content-type": "application/cloudevents+json; charset=utf-8",
    "aeg-event-type": "Notification",
    "aeg-subscription-name": "ALL",
    "aeg-delivery-count": "0",
    "aeg-metadata-version": "1",
    "aeg-data-version": "",
    origin: "eventgrid.azure.net",
  });
});

test("each event of a batch is delivered by itself, and binary data stays base64", async () => {
  await topic.client.send([
    anEvent({ id: "a" }),
    anEvent({ id: "b", data: new Uint8Array([1, 2]), datacontenttype: "application/octet-stream" }),
  ]);
  await topic.parts.work.idle();
  expect(receiver.ids().sort()).toEqual(["a", "b"]);
  expect(receiver.received.find(({ body }) => body.id === "b")?.body).toMatchObject({ data_base64: "AQI=" });
});

test("one CloudEvent may be published as a single object", async () => {
  const answer = await post(
    topic.grid,
    { ...anEvent(), specversion: "1.0" },
    { "content-type": "application/cloudevents+json" },
  );
  expect([answer.status, await answer.text()]).toEqual([200, ""]);
  await topic.parts.work.idle();
  expect(receiver.ids()).toEqual(["1"]);
});

test("a topic of the Event Grid schema takes that schema, delivers arrays, and refuses CloudEvents", async () => {
  const other = await startTopic({ inputSchema: "EventGridSchema", topic: "classic" });
  const hook = await startReceiver(other.parts.clock, 200);
  other.grid.subscribe([{ name: "all", destination: { url: hook.url } }]);
  const client = new EventGridPublisherClient(
    other.grid.endpoint,
    "EventGrid",
    new AzureKeyCredential(other.grid.key),
    {
      allowInsecureConnection: true,
    },
  );
  await client.send([
    { id: "e", eventType: "t", subject: "s", dataVersion: "2", data: { x: 1 }, eventTime: new Date(noon) },
  ]);
  await other.parts.work.idle();
  expect(hook.received[0]?.body).toMatchObject([
    { id: "e", metadataVersion: "1", topic: expect.stringContaining("/topics/classic") },
  ]);
  expect(hook.received[0]?.headers).toMatchObject({
    "content-type": "application/json; charset=utf-8",
    "aeg-data-version": "2",
  });
  await expect(clientOf(other.grid).send([anEvent()])).rejects.toMatchObject({
    statusCode: 400,
    message: expect.stringContaining('"inputSchema": "CloudEventSchemaV1_0"'),
  });
  await other.grid.close();
  hook.close();
});

test("the service's own quickstart publishes, which says neither a version nor a content type", async () => {
  const other = await startTopic({ inputSchema: "EventGridSchema", topic: "classic" });
  const hook = await startReceiver(other.parts.clock, 200);
  other.grid.subscribe([
    { name: "all", destination: { url: hook.url } },
    { name: "cloud", eventDeliverySchema: "CloudEventSchemaV1_0", destination: { url: hook.url } },
  ]);
  // As `date +%Y-%m-%dT%H:%M:%S%z` and `curl -d` write them.
  const event = {
    ...{ id: "123", eventType: "recordInserted", subject: "myapp/vehicles/motorcycles" },
    ...{ eventTime: "2030-06-01T12:00:00+0000", data: { make: "Ducati" }, dataVersion: "1.0" },
  };
  const form = { "content-type": "application/x-www-form-urlencoded" };
  expect((await post(other.grid, [event], form)).status).toBe(200);
  await other.parts.work.idle();
  expect(hook.received.map(({ body }) => body)).toEqual(
    expect.arrayContaining([
      [expect.objectContaining({ id: "123" })],
      expect.objectContaining({ specversion: "1.0", id: "123", time: "2030-06-01T12:00:00+00:00" }),
    ]),
  );
  expect(await refusal(await post(other.grid, [event], { "content-type": "text/plain" }))).toMatch(/^400 .*'text/);
  await other.grid.close();
  hook.close();
});

test("a topic that does not say its schema takes the Event Grid schema, as on Azure, and warns once of CloudEvents", async () => {
  const warnings: string[] = [];
  const log = createLog(({ message }) => warnings.push(message), "warn");
  const grid = await startEventGrid({ ...heldParts(), log }, { topic: "unsaid" });
  const headers = { "aeg-sas-key": grid.key, "content-type": "application/json" };
  const classic = { id: "1", subject: "a", eventType: "Order.Placed", eventTime: "2030-06-01T12:00:00Z", data: {} };
  const publish = () => fetch(grid.endpoint, { method: "POST", headers, body: JSON.stringify([classic]) });
  expect((await publish()).status).toBe(200);
  expect(warnings).toEqual([]);
  for (const wrong of [{ dataVersion: 1 }, { topic: {} }]) {
    const answer = await fetch(grid.endpoint, {
      method: "POST",
      headers,
      body: JSON.stringify([{ ...classic, ...wrong }]),
    });
    expect(await refusal(answer)).toMatch(/^400 .* must be a string/);
  }
  warnings.length = 0;
  for (let n = 0; n < 2; n++) await clientOf(grid).send([anEvent()]);
  expect(warnings).toEqual([expect.stringContaining('declare "inputSchema": "CloudEventSchemaV1_0"')]);
  await grid.close();
});

describe("is refused with a reason:", () => {
  test.each([
    ["a body that is not JSON", "{", /^400 BadRequest: The body is not JSON/],
    ["a single object as a batch", { id: "1" }, /^400 BadRequest: The body must be an array/],
    ["an empty batch", [], /^400 BadRequest: The body is an empty array/],
    ["a missing source", [{ id: "1", type: "t", specversion: "1.0" }], /Event 0: source is missing/],
    [
      "another version",
      [{ id: "1", type: "t", source: "s", specversion: "0.3" }],
      /specversion must be "1.0", not "0.3"/,
    ],
    [
      "a bad extension name",
      [{ id: "1", type: "t", source: "s", specversion: "1.0", traceParent: "x" }],
      /'traceParent'/,
    ],
    [
      "data beside data in base64",
      [{ id: "1", type: "t", source: "s", specversion: "1.0", data: 1, data_base64: "AQI=" }],
      /data and data_base64 exclude each other/,
    ],
    [
      "data in base64 that is none",
      [{ id: "1", type: "t", source: "s", specversion: "1.0", data_base64: "AQI" }],
      /data_base64 is not base64/,
    ],
    ["a bad time", [{ id: "1", type: "t", source: "s", specversion: "1.0", time: "noon" }], /time must be like/],
    [
      "an event of more than 1,049,600 bytes",
      [{ id: "1", type: "t", source: "s", specversion: "1.0", data: "x".repeat(1_049_600) }],
      /^413 .*Event 0 has/,
    ],
    [
      "a request of more than 1,536,000 bytes",
      ["1", "2"].map((id) => ({ id, type: "t", source: "s", specversion: "1.0", data: "x".repeat(768_000) })),
      /^413 .*The body has/,
    ],
  ])("%s", async (_, body, reason) => {
    expect(await refusal(await post(topic.grid, body))).toMatch(reason);
    await topic.parts.work.idle();
    expect(receiver.received).toEqual([]);
  });

  test("one bad event, with all the others of its batch", async () => {
    const good = { id: "1", type: "t", source: "s", specversion: "1.0" };
    expect(await refusal(await post(topic.grid, [good, { ...good, id: "" }]))).toMatch(/Event 1: id is missing/);
    await topic.parts.work.idle();
    expect(receiver.received).toEqual([]);
  });

  test("another content type, path, method or version", async () => {
    expect(await refusal(await post(topic.grid, [], { "content-type": "application/json" }))).toMatch(
      /^400 .*cloudevents-batch/,
    );
    expect(await refusal(await post(topic.grid, [], {}, "/more"))).toMatch(/^404 NotFound/);
    for (const version of ["?api-version=2020-01-01", "?api-version=", "?api-version=2018-01-01&api-version=2"])
      expect(await refusal(await post(topic.grid, [], {}, version))).toMatch(/2018-01-01/);
    expect(await refusal(await fetch(topic.grid.endpoint))).toMatch(/^405 /);
  });

  test("what nobody would look at: other parameters, other aeg-… headers, the binary mode", async () => {
    expect(await refusal(await post(topic.grid, [], {}, "?overload=cloudEvent"))).toMatch(/^400 .*'overload'/);
    expect(await refusal(await post(topic.grid, [], { "aeg-channel-name": "c" }))).toMatch(
      /^400 .*Channels of partner/,
    );
    expect(await refusal(await post(topic.grid, [], { "aeg-sas-kye": "c" }))).toMatch(
      /^400 .*aeg-sas-kye is not supported/,
    );
    const binary = { "content-type": "application/json", "ce-specversion": "1.0", "ce-id": "1" };
    expect(await refusal(await post(topic.grid, {}, binary))).toMatch(/^400 .*binary mode/);
  });
});

test("the SDK reports an event that is too large as 413, and beyond what is documented the log warns once", async () => {
  const warnings: string[] = [];
  const log = createLog(({ message }) => warnings.push(message), "warn");
  const other = await startTopic({}, { ...heldParts(), log });
  const send = (...sizes: number[]) =>
    other.client.send(sizes.map((size, id) => anEvent({ id: String(id), data: { text: "x".repeat(size) } })));
  for (const _ of [1, 2]) await send(700_000, 700_000);
  expect(warnings).toEqual([expect.stringContaining("The documentation promises 1048576")]);
  await expect(send(1_049_600)).rejects.toMatchObject({ statusCode: 413 });
  await other.grid.close();
});

describe("who may publish", () => {
  const with_ = (credential: AzureKeyCredential | AzureSASCredential) =>
    new EventGridPublisherClient(topic.grid.endpoint, "CloudEvent", credential, { allowInsecureConnection: true }).send(
      [anEvent()],
    );

  test("not a wrong key, nor nobody", async () => {
    await expect(with_(new AzureKeyCredential("wrong"))).rejects.toMatchObject({
      statusCode: 401,
      code: "Unauthorized",
    });
    const answer = await fetch(topic.grid.endpoint, { method: "POST", body: "[]" });
    expect(await refusal(answer)).toMatch(/^401 Unauthorized: The request has none of/);
  });

  test("a shared access signature of the SDK, until it expires by the clock", async () => {
    const key = new AzureKeyCredential(topic.grid.key);
    const signature = await generateSharedAccessSignature(topic.grid.endpoint, key, new Date(noon + 5 * minute));
    await with_(new AzureSASCredential(signature));
    await topic.advance(5 * minute);
    await expect(with_(new AzureSASCredential(signature))).rejects.toMatchObject({
      statusCode: 401,
      message: expect.stringContaining("expired"),
    });
  });

  test("a shared access signature of any language: blanks as + or %20, every way to write a time", async () => {
    /** Encodes as .NET's `HttpUtility.UrlEncode` does, in lower case and with `+`; `encodeURIComponent` is JavaScript's way. */
    const form = (text: string) =>
      encodeURIComponent(text)
        .replaceAll("%20", "+")
        .replaceAll(/%../g, (encoded) => encoded.toLowerCase());
    const sign = (expiry: string, encode: (text: string) => string, resource = topic.grid.endpoint) => {
      const unsigned = `r=${encode(resource)}&e=${encode(expiry)}`;
      const hmac = createHmac("sha256", Buffer.from(topic.grid.key, "base64"));
      return `${unsigned}&s=${encode(hmac.update(unsigned).digest("base64"))}`;
    };
    const times = [
      ["6/1/2030 12:05:00 PM +00:00", ".NET's EventGridSasBuilder"],
      ["6/1/2030 2:05:00 PM +02:00", ".NET, another zone"],
      ["6/1/2030 12:05:00\u202fPM", ".NET's sample, with the blank of newer cultures"],
      ["6/1/2030 12:5:0 PM", "Java"],
      ["2030-06-01 12:05:00.123456+00:00", "Python"],
      ["2030-06-01 12:05:00.123456", "Python, without a zone"],
      ["2030-06-01T12:05:00Z", "ISO 8601"],
      ["2030-06-01T12:05:00", "ISO 8601, without a zone"],
    ] as const;
    const tokens = times.flatMap(([time]) => [sign(time, form), sign(time, encodeURIComponent)]);
    const version = `${topic.grid.endpoint}?api-version=2018-01-01`;
    for (const token of [...tokens, sign(times[0][0], form, version)]) await with_(new AzureSASCredential(token));
    await topic.advance(6 * minute);
    for (const token of tokens) {
      await expect(with_(new AzureSASCredential(token))).rejects.toMatchObject({
        message: expect.stringContaining("expired"),
      });
    }
  });

  test("not a signature that was altered, made with another key or for another place", async () => {
    const key = new AzureKeyCredential(topic.grid.key);
    const later = new Date(noon + minute);
    const good = await generateSharedAccessSignature(topic.grid.endpoint, key, later);
    for (const bad of [
      good.replace("2030", "2031"),
      await generateSharedAccessSignature(topic.grid.endpoint, new AzureKeyCredential("b3RoZXI="), later),
      await generateSharedAccessSignature("http://elsewhere/api/events", key, later),
      "r=x",
      "r=%&e=%&s=%",
    ]) {
      await expect(with_(new AzureSASCredential(bad))).rejects.toMatchObject({ statusCode: 401 });
    }
  });
});
