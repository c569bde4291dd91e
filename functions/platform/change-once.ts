import { createHash } from "node:crypto";
import type { Container } from "@azure/cosmos";
import { inTurn } from "./in-turn.ts";
import { archivedFor } from "./outbox-document.ts";
import { create, replace, transact } from "./transaction.ts";

/** The limit for rounds of optimistic concurrency. Within one process, changes of a document run one after another. */
const rounds = 20;

/** How long the same event may come again, in seconds: by a retry of Event Grid, or by a replay from the archive. */
const remembered = archivedFor + 2 * 24 * 60 * 60;

export interface Once {
  /** The container, with the partition key `/storeId` and a time to live that documents may say themselves. */
  container: Container;
  storeId: string;
  /** The document to be changed. */
  id: string;
  /** The idempotency key, such as the id of an event. */
  once: string;
}

/**
 * Changes a document once for each `once`, however often and in whatever order it is called, also concurrently: the marker that the change was made is
 * written in the same transaction. It is kept for 32 days.
 * @param change makes the new document from the old one; pure, since it is called again after a lost round
 * @returns the document afterwards, whether it was changed now or before; `undefined` if it was changed before and has been deleted since
 * @throws after too many lost rounds, so that Event Grid retries later
 */
export async function changeOnce<T extends object>(
  { container, storeId, id, once }: Once,
  change: (before: T | undefined) => T,
): Promise<T | undefined> {
  const mark = `once:${createHash("sha256").update(once).digest("hex").slice(0, 32)}`;
  return inTurn(`${container.id}/${storeId}/${id}`, async () => {
    let gone = false;
    for (let round = 0; round < rounds; round++) {
      const { resource, etag } = await container.item(id, storeId).read<T>();
      const document = { ...change(resource && withoutSystemFields(resource)), id, storeId };
      const outcome = await transact(container, storeId, [
        create({ id: mark, storeId, kind: "once", ttl: remembered }),
        resource === undefined ? create(document) : replace(document, etag),
      ]);
      if (outcome.done) return document;
      if (outcome.at !== 0 || outcome.status !== 409) continue;
      // If there was no document, another process may have just created it; if not, somebody has deleted it.
      if (resource !== undefined || gone) return resource && withoutSystemFields(resource);
      gone = true;
    }
    throw new Error(`${id} could not be changed in ${rounds} rounds: others were first each time.`);
  });
}

/** Removes the fields that Cosmos DB adds, so that the document can be written again. */
function withoutSystemFields<T extends object>(document: T): T {
  return Object.fromEntries(Object.entries(document).filter(([field]) => !field.startsWith("_"))) as T;
}
