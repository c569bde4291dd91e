import { expect, test } from "vitest";
import { makeWorld } from "./harness.ts";

const event = (id: string, data: object = { Size: "large" }) => ({
  specversion: "1.0",
  id,
  source: "/crema/orders",
  type: "crema.order.ready.v1",
  sequence: 3,
  data,
});

async function startWebhook() {
  const world = makeWorld();
  const host = await world.start("triggers", { settings: { SCHEDULE: "0 0 3 * * *" } });
  const post = (type: string | undefined, body: unknown, url = host.webhookUrl("eventgrid", "single")) =>
    fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/cloudevents+json",
        ...(type === undefined ? {} : { "aeg-event-type": type }),
      },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  const got = () =>
    world.logged.filter(({ message }) => message.startsWith("got ")).map(({ message }) => message.slice(4));
  return { host, post, got };
}

test("an event reaches the function unchanged, alone or in an array, with its data as metadata", async () => {
  const { post, got } = await startWebhook();
  const answer = await post("Notification", event("a"));
  expect([answer.status, await answer.text()]).toEqual([202, ""]);
  expect((await post("Notification", [event("b"), event("c")])).status).toBe(202);
  expect(got()).toHaveLength(3);
  expect(got()[0]).toBe(`${JSON.stringify(event("a"))} ${JSON.stringify({ data: { size: "large" } })}`);
});

test("times reach the function as .NET writes them, in the event and in its metadata", async () => {
  const { post, got } = await startWebhook();
  await post("Notification", { ...event("a", { at: "2026-11-30T20:45:00.000Z" }), time: "2026-11-30T20:45:00.310Z" });
  const written = { ...event("a", { at: "2026-11-30T20:45:00Z" }), time: "2026-11-30T20:45:00.31Z" };
  expect(got()).toEqual([`${JSON.stringify(written)} ${JSON.stringify({ data: { at: "2026-11-30T20:45:00Z" } })}`]);
});

test("when one event of a request fails, the answer is 500 with the reason and the others have run", async () => {
  const { post, got } = await startWebhook();
  const answer = await post("Notification", [event("a"), event("b", { fail: true })]);
  expect(answer.status).toBe(500);
  expect(((await answer.json()) as { message: string }).message).toBe("single failed: no good: b");
  expect(got()).toHaveLength(1);
});

test("a function for many events gets those of one request together, with their data as metadata", async () => {
  const { host, post, got } = await startWebhook();
  await post("Notification", [event("a"), event("b")], host.webhookUrl("eventgrid", "batch"));
  const { data: _, ...bare } = event("c");
  await post("Notification", bare, host.webhookUrl("eventgrid", "batch"));
  const size = { size: "large" };
  expect(got()).toEqual([`a,b ${JSON.stringify({ data: [size, size] })}`, `c ${JSON.stringify({ data: [null] })}`]);
});

test("the validation handshake is answered for an event, alone or in an array", async () => {
  const { host, post } = await startWebhook();
  const code = { validationCode: "4-7-1" };
  for (const body of [[{ id: "1", data: code }], { id: "1", data: code }]) {
    const answer = await post("SubscriptionValidation", body);
    expect([answer.status, await answer.json()]).toEqual([200, { validationResponse: "4-7-1" }]);
  }
  // The real host does not look into a text.
  for (const data of [{}, JSON.stringify(code)])
    expect((await post("SubscriptionValidation", { data })).status).toBe(500);
  expect((await post("Unsubscribe", "")).status).toBe(202);
  const asked = await fetch(host.webhookUrl("eventgrid", "single"), { method: "OPTIONS" });
  expect([asked.status, asked.headers.get("webhook-allowed-origin")]).toEqual([200, "eventgrid.azure.net"]);
});

test("without the key, for an unknown function, with no or another event type or no event in the body it is refused", async () => {
  const { host, post, got } = await startWebhook();
  const url = host.webhookUrl("eventgrid", "single");
  expect((await post("Notification", event("a"), url.replace(/code=.*/, "code=wrong"))).status).toBe(401);
  expect((await post("Notification", event("a"), url.replace("single", "nobody"))).status).toBe(404);
  expect((await post("Notification", event("a"), url.replace("single", "other"))).status).toBe(404);
  expect((await post("Notification", event("a"), url.replace("single", "SINGLE"))).status).toBe(404);
  for (const [type, body, status] of [
    [undefined, event("a"), 400],
    ["Something", event("a"), 400],
    ["Notification", "{", 500],
    ["Notification", "[1]", 500],
  ] as const) {
    const answer = await post(type, body);
    expect(answer.status).toBe(status);
    expect(((await answer.json()) as { message: string }).message).not.toBe("");
  }
  expect(got()).toEqual([]);
  expect(() => host.webhookUrl("eventgrid", "other")).toThrow('no eventGrid function "other"');
});

test("run by hand, a function gets the event as from the webhook; what is not one event is refused", async () => {
  const { host, got } = await startWebhook();
  const run = (name: string, input: unknown) =>
    fetch(`${host.origin}/admin/functions/${name}`, {
      method: "POST",
      headers: { "x-functions-key": host.masterKey, "content-type": "application/json" },
      body: JSON.stringify({ input }),
    });
  const text = JSON.stringify(event("a", { at: "2026-11-30T20:45:00.000Z" }));
  expect((await run("single", text)).status).toBe(202);
  await expect.poll(got).toHaveLength(1);
  const [value, metadata] =
    got()[0]
      ?.split(/(?<=\}) (?=\{)/)
      .map((part) => JSON.parse(part)) ?? [];
  const written = { at: "2026-11-30T20:45:00Z" };
  expect(value).toEqual(event("a", written));
  // The name of the trigger's binding is made by the library; under it is the text as given.
  expect(Object.values(metadata)).toEqual([written, JSON.parse(text)]);
  for (const input of ["x", "", "[]", undefined, { id: "a" }]) {
    const answer = await run("single", input);
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining("one event, a JSON object")]);
  }
  const many = await run("batch", text);
  expect([many.status, await many.text()]).toEqual([400, expect.stringContaining("many events at once")]);
  expect(got()).toHaveLength(1);
});
