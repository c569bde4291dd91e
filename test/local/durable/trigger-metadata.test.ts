import { expect, test } from "vitest";
import { createDurableEngine } from "../../../local/durable/index.ts";
import { atEnd, makeApp, makeWorld } from "../functions/harness.ts";
import { recordedInvocations, recordingsAreThere } from "./recordings.ts";
import { clientOf } from "./stack.ts";

/** `context.triggerMetadata` of durable functions, in an application on the functions host. */

const app = {
  "src/app.js": `
import * as df from "durable-functions";
const told = (context) => { const { triggerMetadata, options } = context;
  return { metadata: triggerMetadata, trigger: options.trigger.name }; };
df.app.activity("fetchThing", { handler: (input, context) => ({ input, ...told(context) }) });
df.app.orchestration("asks", function* (context) { return yield context.df.callActivity("fetchThing", context.df.getInput()); });
df.app.orchestration("tells", function* (context) { return told(context); });
df.app.entity("counter", (context) => {
  const seen = context.df.getState(() => []);
  context.df.setState([...seen, context.triggerMetadata]);
});
`,
};

async function start() {
  const { parts, work, start: startHost } = makeWorld();
  const engine = createDurableEngine(parts);
  const rpc = await engine.openRpc();
  atEnd(() => rpc.close());
  const host = await startHost(makeApp(app), { durable: engine });
  atEnd(() => engine.close());
  const client = clientOf(engine.clientBinding(host.origin));
  const run = async (name: string, input: unknown, instanceId: string) => {
    await client.startNew(name, { instanceId, input });
    await work.idle();
    return (await client.getStatus(instanceId)).output as { input: unknown; metadata: object; trigger: string };
  };
  return { client, run, settle: () => work.idle() };
}

const values = (data: Record<string, { value: unknown }>) =>
  Object.fromEntries(Object.entries(data).map(([name, { value }]) => [name, value]));

test.skipIf(!recordingsAreThere)("an activity is given what the real host gave it", async () => {
  const { run } = await start();
  for (const { inputData, triggerMetadata, response } of recordedInvocations("activityTrigger-fetchThing")) {
    const [recordedName = "", recordedInput] = Object.entries(inputData)[0] ?? [];
    // The id of an instance that the real host named holds a colon.
    const id = String(triggerMetadata.instanceId?.value);
    const { input, metadata, trigger } = await run("asks", recordedInput?.value, id);
    expect(input).toEqual(recordedInput?.value);
    expect(JSON.parse(response.returnValue.json).echoed).toEqual(input);
    const { [recordedName]: whole, ...rest } = values(triggerMetadata);
    expect(metadata).toEqual({ ...rest, [trigger]: whole });
  }
});

test("without input there is only the instance's id; a list, a text and null are no fields; texts that look like JSON are read", async () => {
  const { run } = await start();
  expect((await run("asks", null, "a")).metadata).toEqual({ instanceId: "a" });
  const list = await run("asks", [1, { x: 2 }], "b");
  expect(list.metadata).toEqual({ instanceId: "b", data: [1, { x: 2 }], [list.trigger]: [1, { x: 2 }] });
  const text = await run("asks", "hello", "c");
  expect(text.metadata).toEqual({ instanceId: "c", data: "hello", [text.trigger]: "hello" });
  const given = { no: null, list: [1], Yes: false, text: "t", digits: "5" };
  const { metadata, trigger } = await run("asks", given, "d");
  // The package gives names a small first letter.
  const read = { no: null, list: [1], yes: false, text: "t", digits: "5" };
  const fields = { yes: "False", text: "t", digits: 5 };
  expect(metadata).toEqual({ instanceId: "d", data: read, [trigger]: read, ...fields });
});

test.skipIf(!recordingsAreThere)("an entity is given the fields that the real host gave it", async () => {
  const { client, settle } = await start();
  const { EntityId } = await import("durable-functions");
  for (let times = 0; times < 2; times++) {
    await client.signalEntity(new EntityId("counter", "h1"), "add", 5);
    await settle();
  }
  const seen = (await client.readEntityState(new EntityId("counter", "h1"))).entityState as Record<string, unknown>[];
  const recorded = recordedInvocations("entityTrigger-counter")
    .map(({ triggerMetadata }) => values(triggerMetadata))
    .filter(({ self }) => (self as { key: string }).key === "h1");
  const kinds = (metadata: Record<string, unknown>) =>
    Object.fromEntries(Object.keys(metadata).map((name) => [name.replace(/^entityTrigger\w+$/i, "trigger"), true]));
  expect(seen.map(kinds)).toEqual(recorded.slice(0, 2).map(kinds));
  expect(seen.map(({ self, exists }) => [self, exists])).toEqual(
    recorded.slice(0, 2).map(({ self, exists }) => [self, exists]),
  );
});

test("an orchestrator is given none, where the real host gives it its whole history once more", async () => {
  const { run } = await start();
  expect((await run("tells", { a: 1 }, "o")).metadata).toEqual({});
});
