import { type ContainerName, container } from "./clients.ts";

/** A document with its ETag, for optimistic concurrency. */
export interface Stored<T> {
  document: T;
  etag: string;
}

/** Reads a document without the fields that Cosmos DB adds, so that it can be written again. */
export async function readStored<T extends object>(
  name: ContainerName,
  partition: string,
  id: string,
): Promise<Stored<T> | undefined> {
  const { resource, etag } = await (await container(name)).item(id, partition).read<T & { id: string }>();
  if (resource === undefined) return undefined;
  const document = Object.fromEntries(Object.entries(resource).filter(([field]) => !field.startsWith("_"))) as T;
  return { document, etag };
}
