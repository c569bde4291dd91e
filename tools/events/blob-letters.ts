import { text } from "node:stream/consumers";
import { isDeepStrictEqual } from "node:util";
import type { ContainerClient } from "@azure/storage-blob";
import { byAge, type DeadLetters, type Letter, letterOf } from "./letters.ts";

/**
 * Dead letters in a container of Blob Storage, as Event Grid stores them on Azure: `[topic/]SUBSCRIPTION/YYYY/M/D/H/<guid>.json`, one or more events
 * in each blob. A letter's id is the blob's name with the index in it.
 */
export function blobLetters(container: ContainerClient, subscriptions: readonly string[]): DeadLetters {
  return {
    async list() {
      const letters: Letter[] = [];
      for await (const { name } of container.listBlobsFlat()) {
        const subscription = subscriptionIn(name, subscriptions);
        const { kept } = (await read(container, name)) ?? { kept: [] };
        letters.push(...kept.map((each, at) => letterOf(`${name}#${at}`, subscription, each)));
      }
      return letters.sort(byAge);
    },
    async remove(letters) {
      const blobs = Map.groupBy(letters, ({ id }) => id.replace(/#\d+$/, ""));
      for (const [name, gone] of blobs) while (!(await takeOut(container, name, gone)));
    },
  };
}

/** A blob's content and ETag; `undefined` if it is gone. */
async function read(container: ContainerClient, name: string) {
  try {
    const { etag = "", readableStreamBody } = await container.getBlobClient(name).download();
    const kept: unknown = JSON.parse(readableStreamBody ? await text(readableStreamBody) : "[]");
    return { etag, kept: (Array.isArray(kept) ? kept : [kept]) as Record<string, unknown>[] };
  } catch (error) {
    if ((error as { statusCode?: unknown }).statusCode !== 404) throw error;
    return undefined;
  }
}

/**
 * Removes letters from their blob. They are found by content, since their indexes change if somebody else has removed one since they were listed.
 * @returns false if the blob was changed meanwhile
 */
async function takeOut(container: ContainerClient, name: string, gone: readonly Letter[]): Promise<boolean> {
  const found = await read(container, name);
  if (found === undefined) return true;
  const left = found.kept.filter((each) => {
    const { event } = letterOf(name, "", each);
    return !gone.some((letter) => isDeepStrictEqual(letter.event, event));
  });
  if (left.length === found.kept.length) return true;
  const conditions = { ifMatch: found.etag };
  try {
    if (left.length === 0) await container.getBlobClient(name).delete({ conditions });
    else await write(container, name, left, conditions);
    return true;
  } catch (error) {
    if (![404, 412].includes((error as { statusCode?: number }).statusCode ?? 0)) throw error;
    return false;
  }
}

function write(container: ContainerClient, name: string, left: unknown[], conditions: { ifMatch: string }) {
  const json = JSON.stringify(left);
  const blobHTTPHeaders = { blobContentType: "application/json" };
  return container.getBlockBlobClient(name).upload(json, Buffer.byteLength(json), { blobHTTPHeaders, conditions });
}

/** The subscription in a blob's name, where it is in capitals. */
function subscriptionIn(name: string, subscriptions: readonly string[]): string {
  const parts = name.split("/").map((part) => part.toLowerCase());
  // Before year, month, day and hour.
  const told = parts.at(-6) ?? "";
  return subscriptions.find((each) => each.toLowerCase() === told) ?? told;
}
