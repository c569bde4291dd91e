import { AzureKeyCredential, EventGridPublisherClient } from "@azure/eventgrid";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { takeBatch } from "../../../local/eventgrid/batch.ts";
import type { InputSchema, SubscriptionDeclaration } from "../../../local/eventgrid/index.ts";
import { anEvent, minute, noon, second, startReceiver, startTopic } from "./harness.ts";

let topic: Awaited<ReturnType<typeof startTopic>>;
beforeEach(async () => {
  topic = await startTopic();
});
afterEach(() => topic.grid.close());

/** Subscribes a webhook that answers with these statuses. */
async function subscriber(more: Partial<SubscriptionDeclaration>, ...statuses: number[]) {
  const receiver = await startReceiver(topic.parts.clock, ...statuses);
  onTestFinished(receiver.close);
  topic.grid.subscribe([{ name: "all", ...more, destination: { url: receiver.url } }]);
  return receiver;
}

const send = async (...events: Record<string, unknown>[]) => {
  await topic.client.send(events.map(anEvent));
  await topic.parts.work.idle();
};
const idsOf = (body: unknown) => (body as { id: string }[]).map(({ id }) => id);

describe("in the other schema", () => {
  /** Publishes an event of the Event Grid schema by the SDK. */
  async function publishClassic(inputSchema?: InputSchema) {
    await topic.grid.close();
    topic = await startTopic({ topic: "classic", ...(inputSchema ? { inputSchema } : {}) });
    const cloud = await subscriber({ eventDeliverySchema: "CloudEventSchemaV1_0" }, 200);
    const client = new EventGridPublisherClient(
      topic.grid.endpoint,
      "EventGrid",
      new AzureKeyCredential(topic.grid.key),
      { allowInsecureConnection: true },
    );
    const event = { id: "e", eventType: "t", subject: "s", dataVersion: "1.0", data: { x: 1 } };
    await client.send([{ ...event, eventTime: new Date(noon) }]);
    await topic.parts.work.idle();
    return cloud.received;
  }

  test("an event of the Event Grid schema arrives as a CloudEvent", async () => {
    const [received] = await publishClassic("EventGridSchema");
    expect(received?.headers["content-type"]).toBe("application/cloudevents+json; charset=utf-8");
    expect(received?.body).toEqual({
      specversion: "1.0",
      id: "e",
      source: "/subscriptions/local/resourceGroups/local/providers/Microsoft.EventGrid/topics/classic",
      type: "t",
      dataschema: "#1.0",
      subject: "s",
      time: "2030-06-01T12:00:00.000Z",
      data: { x: 1 },
    });
  });

  test("the way back is refused, as on Azure", () => {
    const destination = { url: "https://example.com/" };
    expect(() => topic.grid.subscribe([{ name: "abc", eventDeliverySchema: "EventGridSchema", destination }])).toThrow(
      /accepts CloudEvents, which cannot be delivered in the Event Grid schema/,
    );
  });
});

describe("delivery attributes", () => {
  test("are headers of every delivery, the same for all or from the event; what no header can have is left out", async () => {
    const receiver = await subscriber(
      {
        deliveryAttributeMappings: [
          { name: "Authorization", type: "Static", value: "Bearer abc", isSecret: true },
          { name: "x-number", type: "Dynamic", sourceField: "data.number" },
          { name: "x-subject", type: "Dynamic", sourceField: "$.subject" },
          { name: "x-none", type: "Dynamic", sourceField: "data.nothing" },
          { name: "x-object", type: "Dynamic", sourceField: "data" },
          { name: "x-lines", type: "Dynamic", sourceField: "data.lines" },
        ],
      },
      200,
    );
    await send({ data: { number: 7, lines: "a\nb" } });
    const { headers = {} } = receiver.received[0] ?? {};
    expect(headers).toMatchObject({
      authorization: "Bearer abc",
      "x-number": "7",
      "x-subject": "stores/s1/orders/o1",
      "aeg-event-type": "Notification",
    });
    expect(Object.keys(headers).filter((name) => name.startsWith("x-"))).toEqual(["x-number", "x-subject"]);
  });

  test.each<[object, RegExp]>([
    [{ name: "aeg-mine", type: "Static", value: "x" }, /'aeg-mine' is reserved for Event Grid/],
    [{ name: "Content-Type", type: "Static", value: "x" }, /is reserved for Event Grid/],
    [{ name: "a b", type: "Static", value: "x" }, /cannot be the name of a header/],
    [{ name: "x", type: "Static", value: "x".repeat(4097) }, /4097 bytes; at most 4096/],
    [{ name: "x", type: "Static", value: "a\r\nb: c" }, /characters that a header cannot have/],
    [{ name: "x", type: "Dynamic", sourceField: "data." }, /needs a sourceField such as data\.number/],
  ])("%j is refused", (mapping, reason) => {
    const declaration = { name: "abc", destination: { url: "https://example.com/" } };
    const mappings = (...all: object[]) => ({ deliveryAttributeMappings: all as never });
    expect(() => topic.grid.subscribe([{ ...declaration, ...mappings(mapping) }])).toThrow(reason);
    const eleven = Array.from({ length: 11 }, (_, n) => ({ name: `x${n}`, type: "Static", value: "x" }));
    expect(() => topic.grid.subscribe([{ ...declaration, ...mappings(...eleven) }])).toThrow(/at most 10/);
    const twice = ["x", "X"].map((name) => ({ name, type: "Static", value: "x" }));
    expect(() => topic.grid.subscribe([{ ...declaration, ...mappings(...twice) }])).toThrow(/occurs twice/);
  });
});

describe("batches", () => {
  test("hold what came together, in an array, up to so many events", async () => {
    const receiver = await subscriber({ maxEventsPerBatch: 3 }, 200);
    await send(...["1", "2", "3", "4", "5", "6", "7"].map((id) => ({ id })));
    await send({ id: "8" });
    // Those of one publication are delivered at the same time.
    const ids = receiver.received.map(({ body }) => idsOf(body)).sort();
    expect(ids).toEqual([["1", "2", "3"], ["4", "5", "6"], ["7"], ["8"]]);
    expect(receiver.received[0]?.headers["content-type"]).toBe("application/cloudevents-batch+json; charset=utf-8");
    expect(topic.grid.meters).toMatchObject({ attempts: 4, delivered: 8, operations: 16 });
  });

  test("fail as a whole and are tried again together; each event keeps its own count and its own end", async () => {
    const retry = { maxDeliveryAttempts: 2 };
    const receiver = await subscriber({ maxEventsPerBatch: 10, retry }, 500, 500, 200, 500);
    await send({ id: "1" }, { id: "2" });
    await topic.advance(5 * second);
    await send({ id: "3" });
    await topic.advance(minute);
    expect(receiver.received.map(({ body }) => idsOf(body))).toEqual([["1", "2"], ["3"], ["1", "2"], ["3"]]);
    expect(receiver.received.map(({ headers }) => headers["aeg-delivery-count"])).toEqual(["0", "0", "1", "1"]);
    expect(topic.grid.deadLetters()).toMatchObject([
      { event: { id: "3" }, deadLetterReason: "MaxDeliveryAttemptsExceeded" },
    ]);
  });

  const sized = (id: string, bytes: number) => ({ id, data: "x".repeat(bytes - 24) });
  test.each<[string, object, number[]]>([
    ["about as many bytes as are preferred", { maxEventsPerBatch: 5000, preferredBatchSizeInKilobytes: 3 }, [2, 2, 1]],
    ["64 KB where nothing is said", { maxEventsPerBatch: 5000 }, [5]],
    ["one alone that is larger", { maxEventsPerBatch: 5000, preferredBatchSizeInKilobytes: 1 }, [1, 1, 1, 1, 1]],
  ])("hold %s", (_, settings, sizes) => {
    const ready = ["1", "2", "3", "4", "5"].map((id) => sized(id, 1400));
    const declaration = { name: "abc", destination: { url: "https://example.com/" }, ...settings };
    const batches: number[] = [];
    while (ready.length > 0) batches.push(takeBatch(ready, declaration, (event) => event).length);
    expect(batches).toEqual(sizes);
  });

  test("hold only events with the same headers", async () => {
    const kind = { name: "x-kind", type: "Dynamic", sourceField: "data.kind" } as const;
    const receiver = await subscriber({ maxEventsPerBatch: 10, deliveryAttributeMappings: [kind] }, 200);
    await send(...["a", "a", "b"].map((each, id) => ({ id: String(id), data: { kind: each } })));
    expect(receiver.received.map(({ headers, body }) => [headers["x-kind"], idsOf(body)]).sort()).toEqual([
      ["a", ["0", "1"]],
      ["b", ["2"]],
    ]);
  });

  test("of impossible sizes are refused, and of queues", () => {
    const url = { url: "https://example.com/" };
    const queue = { account: { setting: "S", connection: "" }, queueName: "abc" };
    const declare =
      (more: object, destination: object = url) =>
      () =>
        topic.grid.subscribe([{ name: "abc", destination: destination as never, ...more }]);
    expect(declare({ maxEventsPerBatch: 5001 })).toThrow(/maxEventsPerBatch is 5001.* 1 to 5000/);
    expect(declare({ preferredBatchSizeInKilobytes: 0 })).toThrow(/1 to 1024/);
    expect(declare({ maxEventsPerBatch: 2 }, queue)).toThrow(/a queue has no maxEventsPerBatch/);
    expect(declare({ deliveryAttributeMappings: [] }, queue)).toThrow(/a queue has no deliveryAttributeMappings/);
    expect(declare({}, { ...queue, queueName: "No_Queue" })).toThrow(/'No_Queue' is not a valid queue name/);
    expect(declare({}, { ...queue, queueMessageTimeToLiveInSeconds: 0 })).toThrow(/from 1, or -1 for ever/);
    const deadLetter = { account: queue.account, blobContainerName: "X" };
    expect(declare({ deadLetter })).toThrow(/'X' is not a valid container name/);
  });
});
