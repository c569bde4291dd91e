import type { Container, PatchRequestBody } from "@azure/cosmos";
import { cosmosStatus } from "./cosmos-status.ts";
import { json } from "./json.ts";

/*
 * Writes of one document that others may get in the way of: that they did is what is returned, not an error. Of several documents together see transaction.ts.
 * Each throws what else Cosmos DB answers with; `code` is the status.
 */

/** Makes a document that must not exist yet. @returns false where there is one with its id: another's, or our own at a try whose answer was lost */
export function createNew(container: Container, document: object): Promise<boolean> {
  return unless([409], container.items.create(json(document)));
}

/**
 * Writes a document in the place of the version that was read; where none was, makes it.
 * @param etag of that version, `undefined` where there was none
 * @returns false when somebody else was first
 */
export function writeOver(
  container: Container,
  partition: string,
  document: { id: string },
  etag: string | undefined,
): Promise<boolean> {
  if (etag === undefined) return createNew(container, document);
  const accessCondition = { type: "IfMatch", condition: etag };
  return unless([404, 412], container.item(document.id, partition).replace(json(document), { accessCondition }));
}

/**
 * Changes part of a document.
 * @param etag where only the version that was read is to be changed
 * @returns it as it is then; `undefined` where there is none, or it is not as the change's condition or `etag` has it
 */
export async function patched<T extends object>(
  container: Container,
  partition: string,
  id: string,
  change: PatchRequestBody,
  etag?: string,
): Promise<T | undefined> {
  const options = etag === undefined ? {} : { accessCondition: { type: "IfMatch", condition: etag } };
  const write = container.item(id, partition).patch<T>(change, options);
  return (await unless([404, 412], write)) ? (await write).resource : undefined;
}

/** Deletes a document; one that is gone is as good. */
export async function remove(container: Container, partition: string, id: string): Promise<void> {
  await unless([404], container.item(id, partition).delete());
}

/** Deletes the version of a document that was read. @returns false when somebody else was first */
export function removeVersion(container: Container, partition: string, id: string, etag: string): Promise<boolean> {
  const accessCondition = { type: "IfMatch", condition: etag };
  return unless([404, 412], container.item(id, partition).delete({ accessCondition }));
}

/** Whether a write went through; not, when it is answered with one of `statuses`. */
async function unless(statuses: number[], write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (!statuses.includes(cosmosStatus(error) ?? 0)) throw error;
    return false;
  }
}
