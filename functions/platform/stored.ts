import { type ContainerName, container } from "./clients.ts";

/** A document as it was read, to be written back only if it still is the same. */
export interface Stored<T> {
  document: T;
  etag: string;
}

/** Reads a document; the fields that Cosmos DB adds are left out, so that it may be written again. */
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
