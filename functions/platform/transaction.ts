import type { Container, OperationInput, PatchOperation } from "@azure/cosmos";
import { json } from "./json.ts";

/** What became of a transaction that others may have got in the way of. */
export type Outcome =
  /** Written; the ETag of each document. */
  | { done: true; etags: (string | undefined)[] }
  /** Nothing was written, because of the operation number `at`: what it needs is missing (404), is there already (409) or is not so (412). */
  | { done: false; at: number; status: 404 | 409 | 412 };

const othersWereFirst = [404, 409, 412];

/**
 * Writes documents of one partition together or not at all. A batch that fails is answered with 207 and does not throw: the operation
 * that stopped it has its own status, all others 424.
 * @throws when it failed for a reason other than someone else's write
 */
export async function transact(
  container: Container,
  partition: string,
  operations: OperationInput[],
): Promise<Outcome> {
  const { result = [], code } = await container.items.batch(operations, partition);
  const at = result.findIndex(({ statusCode }) => statusCode >= 400 && statusCode !== 424);
  const status = result[at]?.statusCode ?? code ?? 500;
  if (status < 300 && at === -1 && code !== 207) return { done: true, etags: result.map(({ eTag }) => eTag) };
  if (othersWereFirst.includes(status)) return { done: false, at, status: status as 404 | 409 | 412 };
  const what = at === -1 ? "" : `, operation ${at} (${operations[at]?.operationType})`;
  throw Object.assign(new Error(`A batch on ${container.id} was refused with ${status}${what}.`), { code: status });
}

/** A document that must not exist yet. */
export function create(document: object): OperationInput {
  return { operationType: "Create", resourceBody: json(document) };
}

/** A document in the place of the version with this `etag`. */
export function replace<T extends { id: string }>(document: T, etag: string): OperationInput {
  return { operationType: "Replace", id: document.id, ifMatch: etag, resourceBody: json(document) };
}

/** A change to part of a document, made only while `condition` (`c.version = 3`) holds for it. */
export function patch(id: string, operations: PatchOperation[], condition?: string): OperationInput {
  return {
    operationType: "Patch",
    id,
    resourceBody: condition === undefined ? { operations } : { operations, condition: `FROM c WHERE ${condition}` },
  };
}
