import { expect, test } from "vitest";
import { df, plain } from "./application.ts";
import { recordedCalls, recordingsAreThere } from "./recordings.ts";
import { startStack } from "./stack.ts";

const counter = (key: string) => new df.EntityId("counter", key);

df.app.entity("counter", (context) => {
  const { df: own } = context;
  const value = own.getState(() => 0) as number;
  switch (own.operationName) {
    case "add":
      own.setState(value + (own.getInput() as number));
      own.return(value + (own.getInput() as number));
      break;
    case "get":
      own.return(value);
      break;
    case "reset":
      own.setState(0);
      break;
    case "delete":
      own.destructOnExit();
      break;
    case "relay":
      own.signalEntity(counter(own.getInput() as string), "add", 7);
      break;
    case "boom":
      throw new Error("entity boom");
  }
});

test("no orchestration is started under the id of an entity, by a client or a tool; one that only begins like one is, as recorded", async () => {
  df.app.orchestration(
    "likeEntity",
    plain(() => "ran"),
  );
  const { client, settle, outcome, engine } = await startStack();
  const words = "Orchestration instance ids must not start with @: this is the id of an entity.";
  await expect(client.startNew("likeEntity", { instanceId: "@counter@a" })).rejects.toThrow(words);
  const start = engine.manage.start({ name: "likeEntity", id: "@counter@a", input: null });
  await expect(start).rejects.toThrow(new RangeError(`Instance id '@counter@a' is invalid. ${words}`));
  // As a sub-orchestration may be called.
  expect(await engine.manage.start({ name: "likeEntity", id: "a/b", input: null })).toBe("a/b");
  await client.startNew("likeEntity", { instanceId: "@bad" });
  await settle();
  expect(outcome("@bad")).toBe("ran");
});

test("an orchestration calls and signals entities in order", async () => {
  df.app.orchestration("usesCounter", function* (context) {
    context.df.signalEntity(counter("a"), "reset");
    const first: number = yield context.df.callEntity(counter("a"), "add", 5);
    context.df.signalEntity(counter("a"), "add", 10);
    const second: number = yield context.df.callEntity(counter("a"), "get");
    return [first, second];
  });
  const { client, settle, outcome, engine } = await startStack();
  await client.startNew("usesCounter", { instanceId: "u" });
  await settle();
  expect(outcome("u")).toEqual([5, 15]);
  expect(engine.history("u").filter(({ EventType }) => EventType === 14)).toHaveLength(4);
  expect((await client.readEntityState(counter("a"))).entityState).toBe(15);
});

test("the error of an entity reaches the caller as it does on the real host, without its text", async () => {
  df.app.orchestration("entityError", function* (context) {
    try {
      yield context.df.callEntity(counter("err"), "boom");
    } catch (error) {
      return { caught: (error as Error).message };
    }
    return undefined;
  });
  const { client, settle, outcome } = await startStack();
  await client.startNew("entityError", { instanceId: "e" });
  await settle();
  expect(outcome("e")).toEqual({ caught: "[object Object]" });
});

test("critical sections over the same entities follow each other, whatever the order of the entities", async () => {
  let inside = 0;
  let most = 0;
  df.app.activity("inside", {
    handler: () => {
      inside++;
      most = Math.max(most, inside);
    },
  });
  df.app.activity("outside", {
    handler: () => {
      inside--;
    },
  });
  df.app.orchestration("critical", function* (context) {
    const swapped = context.df.getInput() as boolean;
    const both = swapped ? [counter("y"), counter("x")] : [counter("x"), counter("y")];
    const lock: import("durable-functions").DurableLock = yield context.df.lock(both);
    yield context.df.callActivity("inside");
    const x: number = yield context.df.callEntity(counter("x"), "get");
    yield context.df.callEntity(counter("x"), "add", 1);
    yield context.df.callActivity("outside");
    lock.release();
    return x;
  });
  const { client, settle, engine, outcome } = await startStack();
  const ids = Array.from({ length: 6 }, (_, index) => `c${index}`);
  await Promise.all(ids.map((id, index) => client.startNew("critical", { instanceId: id, input: index % 2 === 1 })));
  await settle();
  expect(most).toBe(1);
  expect([...engine.instances()].every(({ status }) => status === "Completed")).toBe(true);
  expect(ids.map(outcome).sort()).toEqual([0, 1, 2, 3, 4, 5]);
});

test("a lock is given back when its holder fails or is terminated", async () => {
  df.app.orchestration("holdsAndFails", function* (context) {
    yield context.df.lock(counter("z"));
    throw new Error("inside");
  });
  df.app.orchestration("holdsAndWaits", function* (context) {
    yield context.df.lock(counter("z"));
    yield context.df.waitForExternalEvent("never");
  });
  df.app.orchestration("adds", function* (context) {
    return yield context.df.callEntity(counter("z"), "add", 1);
  });
  const { client, settle, outcome } = await startStack();
  await client.startNew("holdsAndFails", { instanceId: "f" });
  await client.startNew("holdsAndWaits", { instanceId: "w" });
  await settle();
  await client.startNew("adds", { instanceId: "a" });
  await settle();
  expect(outcome("a")).toEqual({ Running: undefined });
  await client.terminate("w", "x");
  await settle();
  expect(outcome("a")).toBe(1);
});

test("an unknown entity fails the orchestration that calls it", async () => {
  df.app.orchestration("unknownEntity", function* (context) {
    yield context.df.callEntity(new df.EntityId("nosuch", "k"), "get");
  });
  const { client, settle, outcome } = await startStack();
  await client.startNew("unknownEntity", { instanceId: "u" });
  await settle();
  expect(outcome("u")).toEqual({
    Failed: expect.stringContaining("The following are the known entity functions: 'counter'."),
  });
});

test.skipIf(!recordingsAreThere)("the entity API as recorded, in one go", async () => {
  const { settle, engine, origin } = await startStack();
  const { baseUrl, requiredQueryStringParameters: key } = JSON.parse(engine.clientBinding(origin));
  for (const { label, request, status, body } of recordedCalls("http-06-entities")) {
    const url = request.url
      .replace(/^.*\/durabletask/, baseUrl)
      .replace(/taskHub=CapHub&connection=Storage&code=SYSTEM-KEY/, key);
    const init = {
      method: request.method,
      headers: request.headers,
      ...(request.body === null ? {} : { body: request.body }),
    };
    const response = await fetch(url, init);
    await settle();
    expect(response.status, label).toBe(status);
    const text = await response.text();
    if (label.startsWith("list entities")) {
      const withoutTimes = (list: unknown) =>
        (list as object[]).map((entity) => ({ ...entity, lastOperationTime: "" }));
      expect(withoutTimes(JSON.parse(text)), label).toEqual(withoutTimes(body));
    } else if (label.startsWith("read") || label.startsWith("signal")) {
      expect(text === "" ? "" : JSON.parse(text), label).toEqual(body);
    }
  }
});

test("an entity that deletes itself, or is deleted from outside, has no state; it stays listed until it is purged", async () => {
  const { client, settle, engine, origin } = await startStack();
  const { baseUrl, requiredQueryStringParameters: key } = JSON.parse(engine.clientBinding(origin));
  for (const name of ["d1", "d2"]) await client.signalEntity(counter(name), "add", 5);
  await settle();
  await client.signalEntity(counter("d1"), "delete");
  expect((await fetch(`${baseUrl}/entities/counter/d2?${key}`, { method: "DELETE" })).status).toBe(202);
  await settle();
  for (const name of ["d1", "d2"]) {
    expect((await client.readEntityState(counter(name))).entityExists).toBe(false);
    expect((await fetch(`${baseUrl}/entities/counter/${name}?${key}`)).status).toBe(404);
  }
  expect(await (await fetch(`${baseUrl}/entities?${key}`)).json()).toEqual([]);
  const ids = async () => (await client.getStatusAll()).map(({ instanceId }) => instanceId);
  expect(await ids()).toEqual(["@counter@d1", "@counter@d2"]);
  expect((await client.purgeInstanceHistory("@counter@d1")).instancesDeleted).toBe(1);
  expect(await ids()).toEqual(["@counter@d2"]);
  // It begins anew, from nothing.
  await client.signalEntity(counter("d2"), "add", 2);
  await settle();
  expect((await client.readEntityState(counter("d2"))).entityState).toBe(2);
});

test("a purge that would take what runs on Azure is refused, and says how to ask for what has ended", async () => {
  df.app.orchestration(
    "ends",
    plain(() => 1),
  );
  df.app.orchestration("waits", function* (context) {
    yield context.df.waitForExternalEvent("never");
    return 1;
  });
  const { client, origin, engine, settle } = await startStack();
  await client.startNew("ends", { instanceId: "done" });
  const createdTimeFrom = new Date(0);
  await settle();
  expect((await client.purgeInstanceHistoryBy({ createdTimeFrom })).instancesDeleted).toBe(1);
  await client.startNew("ends", { instanceId: "done" });
  await client.startNew("waits", { instanceId: "waits" });
  await client.signalEntity(counter("one"), "add", 1);
  await settle();
  const { Running, Completed } = df.OrchestrationRuntimeStatus;
  for (const runtimeStatus of [undefined, [Running]]) {
    await expect(
      client.purgeInstanceHistoryBy({ createdTimeFrom, ...(runtimeStatus ? { runtimeStatus } : {}) }),
    ).rejects.toThrow("including 1 that have not ended and 1 entities. Name the statuses");
  }
  const { baseUrl, requiredQueryStringParameters: key } = JSON.parse(engine.clientBinding(origin));
  const misspelt = `${baseUrl}/instances?${key}&createdTimeFrom=2020-01-01&runtimeStatus=completed`;
  expect((await fetch(misspelt, { method: "DELETE" })).status).toBe(501);
  // A prefix counts for nothing there: all would be deleted.
  const prefixed = `${baseUrl}/instances?${key}&createdTimeFrom=2020-01-01&runtimeStatus=Completed&instanceIdPrefix=w`;
  const answer = await fetch(prefixed, { method: "DELETE" });
  expect([answer.status, await answer.text()]).toEqual([
    501,
    expect.stringContaining("'instanceIdPrefix' only filters lists"),
  ]);
  const purged = await client.purgeInstanceHistoryBy({ createdTimeFrom, runtimeStatus: [Running, Completed] });
  expect(purged.instancesDeleted).toBe(1);
  expect(engine.instance("waits")?.status).toBe("Running");
});
