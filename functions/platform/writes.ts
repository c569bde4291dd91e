import type { Container, PatchRequestBody } from "@azure/cosmos";
import { cosmosStatus } from "./cosmos-status.ts";
import { json } from "./json.ts";

/*
 * Conditional writes of one document. A conflict with another write is a return value, not an error. For several documents see transaction.ts.
 * Each function throws all other errors of Cosmos DB; `code` is the status.
 */

/** Creates a document. @returns false if the id exists: another write, or our own earlier attempt whose response was lost */
export function createNew(container: Container, document: object): Promise<boolean> {
  return unless([409], container.items.create(json(document)));
}

/**
 * Replaces the version of a document that was read, or creates the document if there was none.
 * @param etag the ETag of that version; `undefined` if there was none
 * @returns false if another write came first
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
 * @param etag the ETag of the version that was read, if only that may be changed
 * @returns the document afterwards; `undefined` if it does not exist, or if the condition or `etag` does not match
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

/** Deletes a document. Succeeds also if it does not exist. */
export async function remove(container: Container, partition: string, id: string): Promise<void> {
  await unless([404], container.item(id, partition).delete());
}

/** Deletes the version of a document that was read. @returns false if another write came first */
export function removeVersion(container: Container, partition: string, id: string, etag: string): Promise<boolean> {
  const accessCondition = { type: "IfMatch", condition: etag };
  return unless([404, 412], container.item(id, partition).delete({ accessCondition }));
}

/** Whether a write succeeded; false if it failed with one of `statuses`. */
async function unless(statuses: number[], write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (!statuses.includes(cosmosStatus(error) ?? 0)) throw error;
    return false;
  }
}
