import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AzureKeyCredential, EventGridPublisherClient } from "@azure/eventgrid";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openLogStore } from "../../../local/store/log-store.ts";
import { anEvent, heldParts, second, startReceiver, startTopic } from "./harness.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "crema-eventgrid-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("after a restart the key is the same, what was waiting for a retry goes on at its time, and dead letters are there", async () => {
  const first = await startTopic({}, heldParts(await openLogStore(folder)));
  const busy = await startReceiver(first.parts.clock, 500);
  const refusing = await startReceiver(first.parts.clock, 400);
  first.grid.subscribe([
    { name: "busy", destination: { url: busy.url } },
    { name: "refusing", destination: { url: refusing.url } },
  ]);
  await first.client.send([anEvent({ id: "kept" })]);
  await first.parts.work.idle();
  await first.grid.close();
  await first.parts.store.close();

  const second_ = await startTopic({}, heldParts(await openLogStore(folder)));
  const receiver = await startReceiver(second_.parts.clock, 200);
  expect(second_.grid.key).toBe(first.grid.key);
  expect(second_.grid.deadLetters()).toMatchObject([{ subscription: "refusing", event: { id: "kept" } }]);
  second_.grid.subscribe([{ name: "busy", destination: { url: receiver.url } }]);
  await second_.advance(10 * second - 1);
  expect(receiver.received).toEqual([]);
  await second_.advance(1);
  expect(receiver.received.map(({ body, headers }) => [body.id, headers["aeg-delivery-count"]])).toEqual([
    ["kept", "1"],
  ]);
  expect(second_.parts.store.tables().sort()).toEqual(["eventgrid/events/deadletters", "eventgrid/events/settings"]);
  await second_.grid.close();
  await second_.parts.store.close();
  for (const each of [busy, refusing, receiver]) each.close();
});

test("kill -9 after the acknowledgement loses nothing", async () => {
  const child = spawn(process.execPath, [fileURLToPath(new URL("topic-process.ts", import.meta.url)), folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const { endpoint, key } = JSON.parse(line.toString()) as { endpoint: string; key: string };
  const client = new EventGridPublisherClient(endpoint, "CloudEvent", new AzureKeyCredential(key), {
    allowInsecureConnection: true,
  });
  const sent = Array.from({ length: 40 }, (_, index) => `e${index}`);
  await Promise.all(sent.map((id) => client.send([anEvent({ id })])));
  child.kill("SIGKILL");
  await once(child, "exit");

  const topic = await startTopic({}, heldParts(await openLogStore(folder)));
  const receiver = await startReceiver(topic.parts.clock, 200);
  topic.grid.subscribe([{ name: "all", destination: { url: receiver.url } }]);
  await topic.parts.work.idle();
  await topic.advance(60 * second);
  expect([...new Set(receiver.ids())].sort()).toEqual(sent.sort());
  await topic.grid.close();
  await topic.parts.store.close();
  receiver.close();
});
