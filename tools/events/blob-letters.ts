import type { ContainerClient } from "@azure/storage-blob";
import { byAge, type DeadLetters, type Letter, letterOf } from "./letters.ts";

/**
 * The dead letters in a container of Blob Storage, where Event Grid puts them on Azure: `[topic/]SUBSCRIPTION/YYYY/M/D/H/<guid>.json`, one or more events
 * in each blob. A letter's id is the blob's name with the place in it.
 */
export function blobLetters(container: ContainerClient, subscriptions: readonly string[]): DeadLetters {
  const read = async (name: string) => {
    const kept: unknown = JSON.parse((await container.getBlobClient(name).downloadToBuffer()).toString());
    return (Array.isArray(kept) ? kept : [kept]) as Record<string, unknown>[];
  };
  return {
    async list() {
      const letters: Letter[] = [];
      for await (const { name } of container.listBlobsFlat()) {
        const subscription = subscriptionIn(name, subscriptions);
        const kept = await read(name);
        letters.push(...kept.map((each, at) => letterOf(`${name}#${at}`, subscription, each)));
      }
      return letters.sort(byAge);
    },
    async remove(letters) {
      const places = new Map<string, Set<number>>();
      for (const { id } of letters) {
        const [, name = "", at = ""] = /^(.*)#(\d+)$/.exec(id) ?? [];
        places.set(name, (places.get(name) ?? new Set()).add(Number(at)));
      }
      for (const [name, gone] of places) {
        const left = (await read(name)).filter((_, at) => !gone.has(at));
        if (left.length === 0) await container.getBlobClient(name).deleteIfExists();
        else await write(container, name, left);
      }
    },
  };
}

function write(container: ContainerClient, name: string, left: unknown[]): Promise<unknown> {
  const text = JSON.stringify(left);
  const blobHTTPHeaders = { blobContentType: "application/json" };
  return container.getBlockBlobClient(name).upload(text, Buffer.byteLength(text), { blobHTTPHeaders });
}

/** The subscription that a blob's name tells, which is in capitals there. */
function subscriptionIn(name: string, subscriptions: readonly string[]): string {
  const parts = name.split("/").map((part) => part.toLowerCase());
  // Before year, month, day and hour.
  const told = parts.at(-6) ?? "";
  return subscriptions.find((each) => each.toLowerCase() === told) ?? told;
}
