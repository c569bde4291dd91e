import type { CosmosClient, OperationInput } from "@azure/cosmos";
import { database } from "../../functions/platform/clients.ts";
import { json } from "../../functions/platform/json.ts";
import { transact } from "../../functions/platform/transaction.ts";
import type { Told, Write } from "./documents.ts";

/** Cosmos DB allows a hundred operations in a transaction. */
const most = 100;

/** Writes the changes of a recording in as few transactions as possible: if a document is written several times, only the last write counts. */
export async function write(cosmos: CosmosClient, storeId: string, writes: readonly Write[]): Promise<void> {
  for (const [name, operations] of byContainer(writes)) {
    const container = cosmos.database(database).container(name);
    for (let at = 0; at < operations.length; at += most) {
      const { done } = await transact(container, storeId, operations.slice(at, at + most));
      if (!done) throw new Error(`What the recording tells of ${name} could not be written.`);
    }
  }
}

/** The operations for each container, ordered by the first write to each. Pure. */
export function byContainer(writes: readonly Write[]): Map<Told, OperationInput[]> {
  const containers = new Map<Told, Map<string, OperationInput>>();
  for (const { container, documents, gone = [] } of writes) {
    const operations = containers.get(container) ?? new Map<string, OperationInput>();
    containers.set(container, operations);
    for (const document of documents)
      operations.set(document.id, { operationType: "Upsert", resourceBody: json(document) });
    for (const id of gone) operations.set(id, { operationType: "Delete", id });
  }
  return new Map([...containers].map(([name, operations]) => [name, [...operations.values()]]));
}
