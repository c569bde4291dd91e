import { randomUUID } from "node:crypto";
import { BlobServiceClient, type ContainerClient } from "@azure/storage-blob";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findAzurite } from "../../../tools/azurite/azurite.ts";
import { blobLetters } from "../../../tools/events/blob-letters.ts";
import { sampleOf } from "../../../tools/events/inject.ts";
import { type RunningAzurite, startAzurite } from "../../local/functions/azurite.ts";
import { all } from "./terminal.ts";

const azurite = findAzurite();
const missing = "missing" in azurite ? azurite.missing : undefined;

describe.skipIf(missing !== undefined)(`dead letters in Blob Storage${missing ? ` (skipped: ${missing})` : ""}`, () => {
  let storage: RunningAzurite;
  let container: ContainerClient;
  beforeAll(async () => {
    storage = await startAzurite("path" in azurite ? azurite.path : "");
    container = BlobServiceClient.fromConnectionString(storage.connection).getContainerClient("deadletter");
    await container.create();
  });
  afterAll(() => storage?.stop());

  const kept = (type: string, publishtime: string) => ({
    ...sampleOf(type),
    ...{
      deadletterreason: "MaxDeliveryAttemptsExceeded",
      deliveryattempts: 5,
      lastdeliveryoutcome: "GenericError",
      publishtime,
    },
  });
  const put = async (subscription: string, events: object[]) => {
    const name = `${subscription}/2026/6/15/10/${randomUUID()}.json`;
    const text = JSON.stringify(events);
    await container.getBlockBlobClient(name).upload(text, Buffer.byteLength(text));
    return name;
  };

  test("are listed by age with their subscription as it is written, and removed one by one, also out of one blob", async () => {
    const both = await put("INSIGHTS-REPLAYS", [
      kept("order.ready", "2026-06-15T10:02:00Z"),
      kept("order.collected", "2026-06-15T10:00:00Z"),
    ]);
    const one = await put("evgt-crema-x/PUBLISHER", [kept("order.queued", "2026-06-15T10:01:00Z")]);
    const letters = blobLetters(container, ["publisher", "insights-replays"]);
    const found = await letters.list();
    expect(found.map(({ id, subscription }) => [id, subscription])).toEqual([
      [`${both}#1`, "insights-replays"],
      [`${one}#0`, "publisher"],
      [`${both}#0`, "insights-replays"],
    ]);
    expect(found[1]).toMatchObject({ event: sampleOf("order.queued"), attempts: 5, outcome: "GenericError" });
    await letters.remove(found.slice(0, 1));
    expect((await letters.list()).map(({ event }) => event.type)).toEqual([
      "crema.order.queued.v1",
      "crema.order.ready.v1",
    ]);
    await letters.remove(await letters.list());
    expect(await letters.list()).toEqual([]);
    expect(await all(container.listBlobsFlat())).toEqual([]);
  });

  test("what somebody else took away meanwhile is no error, and nothing else goes in its place", async () => {
    const both = await put("PUBLISHER", [
      kept("order.ready", "2026-06-15T10:00:00Z"),
      kept("order.collected", "2026-06-15T10:01:00Z"),
    ]);
    await put("PUBLISHER", [kept("order.queued", "2026-06-15T10:02:00Z")]);
    const [here, there] = [blobLetters(container, ["publisher"]), blobLetters(container, ["publisher"])];
    const [ready, collected, queued] = await here.list();
    if (ready === undefined || collected === undefined || queued === undefined) return expect.unreachable();
    await there.remove([ready, queued]);
    await here.remove([ready, queued]);
    expect((await here.list()).map(({ id, event }) => [id, event])).toEqual([[`${both}#0`, collected.event]]);
    // And at the same moment.
    const three = await put(
      "PUBLISHER",
      ["order.ready", "order.queued", "order.claimed"].map((type) => kept(type, "")),
    );
    const found = (await here.list()).filter(({ id }) => id.startsWith(three));
    await Promise.all([here.remove(found.slice(0, 1)), there.remove(found.slice(1, 2))]);
    expect((await here.list()).map(({ event }) => event.type)).toEqual([
      "crema.order.claimed.v1",
      collected.event.type,
    ]);
    // Whoever lists while a blob goes is told of the others.
    await put("PUBLISHER", [kept("order.queued", "2026-06-15T10:02:00Z")]);
    const going = new Proxy(container, {
      get: (target, name) =>
        name === "listBlobsFlat"
          ? async function* () {
              for await (const blob of target.listBlobsFlat()) {
                if (blob.name !== both && blob.name !== three) await target.deleteBlob(blob.name);
                yield blob;
              }
            }
          : Reflect.get(target, name).bind?.(target),
    });
    expect((await blobLetters(going, ["publisher"]).list()).map(({ event }) => event.type)).toEqual([
      "crema.order.claimed.v1",
      collected.event.type,
    ]);
  });
});
