import { createHash } from "node:crypto";
import type { Container } from "@azure/cosmos";
import { inTurn } from "./in-turn.ts";
import { archivedFor } from "./outbox-document.ts";
import { create, replace, transact } from "./transaction.ts";

/** Each round lost means that someone else's write went through; in one process, changes of a document are made in turn. */
const rounds = 20;

/** As long as the same event may come again: tried again by Event Grid, or told again from the archive. In seconds. */
const remembered = archivedFor + 2 * 24 * 60 * 60;

export interface Once {
  /** The container, with the partition key `/storeId` and a time to live that documents may say themselves. */
  container: Container;
  storeId: string;
  /** The document that is changed. */
  id: string;
  /** What is counted once, such as the id of an event. */
  once: string;
}

/**
 * Changes a document once for each `once`, however often, in whichever order and by however many at a time it is asked for: the mark that it was
 * done is written with the change, or neither is. It is remembered for 32 days.
 * @param change makes the document out of what it was; pure, for it is called again when someone else was first
 * @returns the document as it is then, whether it was changed now or before; `undefined` where it was before, and is gone since
 * @throws after too many rounds lost to others, for Event Grid to try later
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
      // Where there was none, whoever was first may have made it just now; and if they have not, somebody has deleted it.
      if (resource !== undefined || gone) return resource && withoutSystemFields(resource);
      gone = true;
    }
    throw new Error(`${id} could not be changed in ${rounds} rounds: others were first each time.`);
  });
}

/** The fields that Cosmos DB adds are left out, so that it may be written again. */
function withoutSystemFields<T extends object>(document: T): T {
  return Object.fromEntries(Object.entries(document).filter(([field]) => !field.startsWith("_"))) as T;
}
