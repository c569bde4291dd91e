import type { Container, OperationInput, PatchOperation } from "@azure/cosmos";
import { json } from "./json.ts";
import { mayRetryWith, retryWith } from "./retry-with.ts";

/** The result of a transaction that may conflict with other writes. */
export type Outcome =
  /** Everything was written, with the ETag of each document. */
  | { done: true; etags: (string | undefined)[] }
  /** Nothing was written, because operation number `at` failed: not found (404), conflict (409) or precondition failed (412). */
  | { done: false; at: number; status: 404 | 409 | 412 };

const othersWereFirst = [404, 409, 412];

/**
 * Writes documents of one partition in a transactional batch. The SDK does not throw if a batch fails: the response is 207, the operation that failed has
 * its own status, and all others have 424. @throws if it failed for a reason other than a conflicting write
 */
export async function transact(
  container: Container,
  partition: string,
  operations: OperationInput[],
): Promise<Outcome> {
  const { result, code, at, status } = await written(container, partition, operations);
  if (status < 300 && at === -1 && code !== 207) return { done: true, etags: result.map(({ eTag }) => eTag) };
  if (othersWereFirst.includes(status)) return { done: false, at, status: status as 404 | 409 | 412 };
  const what = at === -1 ? "" : `, operation ${at} (${operations[at]?.operationType})`;
  throw Object.assign(new Error(`A batch on ${container.id} was refused with ${status}${what}.`), { code: status });
}

/** The result of a batch, with the place and status of the operation that failed. Repeated if that one met another write. */
async function written(container: Container, partition: string, operations: OperationInput[]) {
  for (let tried = 0; ; tried++) {
    const { result = [], code } = await container.items.batch(operations, partition);
    const at = result.findIndex(({ statusCode }) => statusCode >= 400 && statusCode !== 424);
    const status = result[at]?.statusCode ?? code ?? 500;
    if (status !== retryWith || !(await mayRetryWith(tried))) return { result, code, at, status };
  }
}

/** A document that must not exist yet. */
export function create(document: object): OperationInput {
  return { operationType: "Create", resourceBody: json(document) };
}

/** Replaces the version of a document with this ETag. */
export function replace<T extends { id: string }>(document: T, etag: string): OperationInput {
  return { operationType: "Replace", id: document.id, ifMatch: etag, resourceBody: json(document) };
}

/** Patches a document, only if `condition` (such as `c.version = 3`) holds for it. */
export function patch(id: string, operations: PatchOperation[], condition?: string): OperationInput {
  return {
    operationType: "Patch",
    id,
    resourceBody: condition === undefined ? { operations } : { operations, condition: `FROM c WHERE ${condition}` },
  };
}
