import { expect, test } from "vitest";
import { DeadLetterBlobs } from "../../../local/eventgrid/dead-letter-blobs.ts";
import { Journal } from "../../../local/eventgrid/journal.ts";
import type { StorageClients } from "../../../local/functions/storage/clients.ts";
import { anEvent, heldParts, minute, noon } from "./harness.ts";

// What they are in a container of Blob Storage stands in test/local/functions/storage.test.ts.
test("letters that come while others are being written, and those that could not be, are tried together, each half hour", async () => {
  const parts = heldParts();
  const tries: number[] = [];
  const first = Promise.withResolvers<never>();
  const blobs = (): Promise<never> => {
    tries.push((parts.clock.now() - noon) / minute);
    return tries.length === 1 ? first.promise : Promise.reject(new Error("no such account"));
  };
  const account = { name: "local" } as never;
  const declaration = {
    ...{ name: "shop", destination: { url: "http://127.0.0.1:1/" } },
    deadLetter: { account, blobContainerName: "dead" },
  };
  const writer = new DeadLetterBlobs(
    parts,
    new Journal(parts.store, "events"),
    { blobs } as unknown as StorageClients,
    () => ({ declaration, schema: undefined }),
  );
  const keep = async (id: string) => {
    const letter = { id, subscription: "shop", event: anEvent({ id }), ...writer.planned() };
    await parts.store.commit([{ table: "eventgrid/events/deadletters", key: id, value: letter }]);
    writer.wake();
  };
  const pass = async (minutes: number) => {
    for (let n = 0; n < minutes; n++) {
      await parts.clock.advance(minute, () => new Promise((turn) => setImmediate(turn)));
    }
  };
  await keep("a");
  await pass(5);
  await keep("b");
  first.reject(new Error("no such account"));
  await pass(70);
  expect(tries).toEqual([5, 10, 40, 70]);
  expect([...writer.due()].map(({ at }) => (at - noon) / minute)).toEqual([100]);
  writer.close();
  await pass(60);
  expect(tries).toEqual([5, 10, 40, 70]);
});
