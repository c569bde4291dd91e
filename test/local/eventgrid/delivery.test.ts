import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { RetryPolicy } from "../../../local/eventgrid/index.ts";
import { anEvent, clientOf, minute, noon, second, startReceiver, startTopic } from "./harness.ts";

let topic: Awaited<ReturnType<typeof startTopic>>;
let receivers: { close(): void }[];
beforeEach(async () => {
  topic = await startTopic();
  receivers = [];
});
afterEach(async () => {
  await topic.grid.close();
  for (const receiver of receivers) receiver.close();
});

async function subscriber(statuses: number[], retry: RetryPolicy = {}, name = "all") {
  const receiver = await startReceiver(topic.parts.clock, ...statuses);
  receivers.push(receiver);
  topic.grid.subscribe([{ name, retry, destination: { url: () => receiver.url } }]);
  return receiver;
}

const send = async (...events: Record<string, unknown>[]) => {
  await topic.client.send(events.map(anEvent));
  await topic.parts.work.idle();
};
const seconds = ({ received }: { received: { at: number }[] }) => received.map(({ at }) => (at - noon) / second);
const left = () => [...topic.parts.store.tables()].filter((name) => !name.endsWith("settings"));

describe("retries", () => {
  test("follow the schedule, count the attempts, and stop when the event is taken", async () => {
    const receiver = await subscriber([500, 500, 500, 500, 200]);
    await send({});
    await topic.advance(24 * 60 * minute);
    expect(seconds(receiver)).toEqual([0, 10, 40, 100, 400]);
    expect(receiver.received.map(({ headers }) => headers["aeg-delivery-count"])).toEqual(["0", "1", "2", "3", "4"]);
    expect(left()).toEqual([]);
  });

  test.each([
    [503, 30],
    [408, 120],
    [404, 300],
    [302, 10],
    [206, 10],
  ])("after a %i wait at least %i seconds", async (status, wait) => {
    const receiver = await subscriber([status, 200]);
    await send({});
    await topic.advance(wait * second - 1);
    expect(receiver.received).toHaveLength(1);
    await topic.advance(1);
    expect(receiver.received).toHaveLength(2);
  });

  test.each([200, 201, 202, 203, 204])("are not needed after a %i", async (status) => {
    const receiver = await subscriber([status]);
    await send({});
    expect(receiver.received).toHaveLength(1);
    expect(left()).toEqual([]);
  });

  test("reach a receiver that was not there at first", async () => {
    const receiver = await subscriber([200]);
    let url = "http://127.0.0.1:1/";
    topic.grid.subscribe([{ name: "late", destination: { url: () => url } }]);
    await send({});
    expect(topic.parts.store.table("eventgrid/events/deliveries").size).toBe(1);
    url = receiver.url;
    await topic.advance(10 * second);
    expect(receiver.received).toHaveLength(2);
    expect(left()).toEqual([]);
  });

  test("begin after 30 seconds without an answer", async () => {
    const receiver = await subscriber([0, 200]);
    const arrived = receiver.next();
    await topic.client.send([anEvent()]);
    await arrived;
    // The attempt is under way, so there is nothing to settle yet: time alone must end it.
    await topic.parts.clock.advance(30 * second, async () => undefined);
    await topic.parts.work.idle();
    expect(receiver.received).toHaveLength(1);
    await topic.advance(10 * second);
    expect(seconds(receiver)).toEqual([0, 40]);
  });
});

describe("dead letters", () => {
  test.each([
    [400, "BadRequest"],
    [401, "Unauthorized"],
    [403, "Forbidden"],
    [413, "PayloadTooLarge"],
  ])("come at once after a %i", async (status, outcome) => {
    const receiver = await subscriber([status]);
    await send({ id: "x" });
    expect(receiver.received).toHaveLength(1);
    expect(topic.grid.deadLetters()).toMatchObject([
      {
        subscription: "all",
        event: { id: "x" },
        deadLetterReason: "UndeliverableDueToClientError",
        deliveryAttempts: 1,
        lastDeliveryOutcome: outcome,
        lastHttpStatusCode: status,
        publishTime: "2030-06-01T12:00:00.000Z",
        lastDeliveryAttemptTime: "2030-06-01T12:00:00.000Z",
      },
    ]);
  });

  test("come after the last attempt that the subscription allows", async () => {
    const receiver = await subscriber([500], { maxDeliveryAttempts: 3 });
    await send({});
    await topic.advance(60 * minute);
    expect(seconds(receiver)).toEqual([0, 10, 40]);
    expect(topic.grid.deadLetters()).toMatchObject([
      { deadLetterReason: "MaxDeliveryAttemptsExceeded", deliveryAttempts: 3, lastDeliveryOutcome: "GenericError" },
    ]);
  });

  test("come when an attempt is due after the time to live, not before", async () => {
    const receiver = await subscriber([500], { eventTimeToLiveInMinutes: 2 });
    await send({});
    await topic.advance(400 * second - 1);
    expect(topic.grid.deadLetters()).toEqual([]);
    await topic.advance(1);
    expect(seconds(receiver)).toEqual([0, 10, 40, 100]);
    expect(topic.grid.deadLetters()).toMatchObject([{ deadLetterReason: "TimeToLiveExceeded", deliveryAttempts: 4 }]);
  });

  test("end the default policy within a day", async () => {
    const receiver = await subscriber([500]);
    await send({});
    await topic.advance(48 * 60 * minute);
    expect(topic.grid.deadLetters()).toMatchObject([{ deadLetterReason: "TimeToLiveExceeded" }]);
    expect(receiver.received).toHaveLength(11);
    expect(left()).toEqual(["eventgrid/events/deadletters"]);
  });

  test("are read and removed by HTTP with the access key, and by nobody else", async () => {
    await subscriber([400]);
    await send({ id: "x" });
    const ask = (method: string, path = "", key = topic.grid.key) =>
      fetch(new URL(`/deadletters${path}`, topic.grid.endpoint), { method, headers: { "aeg-sas-key": key } });
    const read = async () => (await (await ask("GET")).json()) as { id: string }[];
    expect(await read()).toEqual(topic.grid.deadLetters());
    const [letter] = await read();
    expect((await ask("GET", "", "wrong")).status).toBe(401);
    expect((await ask("DELETE", `/${letter?.id}`, "wrong")).status).toBe(401);
    expect((await ask("DELETE", "/none")).status).toBe(404);
    expect((await ask("DELETE")).status).toBe(405);
    expect((await ask("POST", `/${letter?.id}`)).status).toBe(405);
    expect(await read()).toHaveLength(1);
    expect((await ask("DELETE", `/${letter?.id}`)).status).toBe(204);
    expect(await read()).toEqual([]);
    expect(left()).toEqual([]);
  });

  test("can be sent again", async () => {
    const receiver = await subscriber([400, 200]);
    await send({ id: "x" });
    const [letter] = topic.grid.deadLetters();
    await topic.grid.redeliver(letter?.id ?? "");
    await topic.parts.work.idle();
    expect(receiver.ids()).toEqual(["x", "x"]);
    expect(topic.grid.deadLetters()).toEqual([]);
    expect(left()).toEqual([]);
    await expect(topic.grid.redeliver("none")).rejects.toThrow("no dead letter");
  });

  test("that are sent again have their whole time once more", async () => {
    const receiver = await subscriber([500], { eventTimeToLiveInMinutes: 2 });
    await send({ id: "x" });
    await topic.advance(400 * second);
    const [letter] = topic.grid.deadLetters();
    await topic.grid.redeliver(letter?.id ?? "");
    await topic.parts.work.idle();
    await topic.advance(400 * second);
    expect(seconds(receiver)).toEqual([0, 10, 40, 100, 400, 410, 440, 500]);
    expect(topic.grid.deadLetters()).toMatchObject([{ deliveryAttempts: 4, publishTime: "2030-06-01T12:06:40.000Z" }]);
  });

  test("tell what the last attempt came to, and no status of one before it", async () => {
    const receiver = await startReceiver(topic.parts.clock, 500);
    receivers.push(receiver);
    let { url } = receiver;
    topic.grid.subscribe([{ name: "all", retry: { maxDeliveryAttempts: 2 }, destination: { url: () => url } }]);
    await send({});
    url = "http://127.0.0.1:1/";
    await topic.advance(10 * second);
    const [letter] = topic.grid.deadLetters();
    expect(letter).toMatchObject({ deliveryAttempts: 2, lastDeliveryOutcome: "SocketError" });
    expect(letter).not.toHaveProperty("lastHttpStatusCode");
  });
});

describe("subscriptions", () => {
  test("get what they filter for, each by itself: a failing one does not hold up another", async () => {
    const ready = await subscriber([200], {}, "ready");
    const broken = await subscriber([500], {}, "broken");
    topic.grid.subscribe([
      { name: "ready", filter: { includedEventTypes: ["crema.order.ready.v1"] }, destination: { url: ready.url } },
    ]);
    await send({ id: "1" }, { id: "2", type: "crema.order.queued.v1" });
    expect(ready.ids()).toEqual(["1"]);
    expect(broken.ids().sort()).toEqual(["1", "2"]);
  });

  test("that do not exist get nothing, and the event is accepted all the same", async () => {
    await send({});
    expect(left()).toEqual([]);
    expect(topic.grid.meters).toMatchObject({ published: 1, attempts: 0, operations: 1 });
  });

  test("are delivered to in parallel, up to the limit", async () => {
    const limited = await startTopic({ deliveryConcurrency: 3 });
    const receiver = await startReceiver(limited.parts.clock, 0);
    const three = Promise.all([receiver.next(), receiver.next(), receiver.next()]);
    limited.grid.subscribe([{ name: "slow", destination: { url: receiver.url } }]);
    await limited.client.send([1, 2, 3, 4, 5].map((id) => anEvent({ id: String(id) })));
    await three;
    expect(receiver.received).toHaveLength(3);
    expect(limited.grid.meters.attempts).toBe(3);
    await limited.grid.close();
    receiver.close();
  });

  test("are refused when Azure would refuse them", () => {
    const url = "http://127.0.0.1/";
    const declare = (more: object) => () => topic.grid.subscribe([{ name: "abc", destination: { url }, ...more }]);
    expect(declare({ name: "a b" })).toThrow(/letters, digits and hyphens/);
    expect(declare({ destination: { url: "example.com" } })).toThrow(/not an address such as https:/);
    expect(declare({ filter: { subjectBegins: "a" } })).toThrow(/filter has no member 'subjectBegins'; it has incl/);
    expect(declare({ retry: { maxDeliveryAttempts: 31 } })).toThrow(/1 to 30/);
    expect(declare({ retry: { eventTimeToLiveInMinutes: 0 } })).toThrow(/1 to 1440/);
    const filters = (advancedFilters: object[]) => declare({ filter: { advancedFilters } });
    expect(filters([{ operatorType: "StringLike", key: "type", values: ["x"] }])).toThrow(/no such operator/);
    expect(filters([{ operatorType: "StringIn", key: "type", value: "x" }])).toThrow(/needs a list 'values'/);
    expect(filters([{ operatorType: "NumberIn", key: "data.n", values: Array(26).fill(1) }])).toThrow(/at most 25/);
    expect(filters([{ operatorType: "StringIn", key: "type", values: ["x".repeat(513)] }])).toThrow(/512/);
  });
});

describe("faults on purpose", () => {
  test("an event comes twice and another one late", async () => {
    const receiver = await subscriber([200]);
    topic.grid.faults.delivery = (event) => (event.id === "twice" ? { times: 2 } : { delay: 3 * minute });
    await send({ id: "twice" }, { id: "late" });
    expect(receiver.ids()).toEqual(["twice", "twice"]);
    await topic.advance(3 * minute);
    expect(receiver.ids()).toEqual(["twice", "twice", "late"]);
    expect(left()).toEqual([]);
  });

  test("an event that is later than it may live is tried once all the same", async () => {
    const receiver = await subscriber([500], { eventTimeToLiveInMinutes: 1 });
    topic.grid.faults.delivery = () => ({ delay: 2 * minute });
    await send({});
    await topic.advance(10 * minute);
    expect(seconds(receiver)).toEqual([120]);
    expect(topic.grid.deadLetters()).toMatchObject([{ deadLetterReason: "TimeToLiveExceeded", deliveryAttempts: 1 }]);
  });

  test("a lost acknowledgement makes the SDK publish again, with the same id", async () => {
    const receiver = await subscriber([200]);
    let dropped = false;
    topic.grid.faults.dropAcknowledgement = () => {
      const drop = !dropped;
      dropped = true;
      return drop;
    };
    await clientOf(topic.grid, 3).send([anEvent({ id: "same" })]);
    await topic.parts.work.idle();
    expect(receiver.ids()).toEqual(["same", "same"]);
  });
});

test("meters count as the bill does", async () => {
  await subscriber([500, 200]);
  await send({ data: { text: "x".repeat(70_000) } });
  await topic.advance(10 * second);
  expect(topic.grid.meters).toEqual({
    published: 1,
    attempts: 2,
    delivered: 1,
    deadLettered: 0,
    advancedMatches: 0,
    operations: 6,
  });
});
