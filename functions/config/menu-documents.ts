import type { Container, OperationInput } from "@azure/cosmos";
import type { ConfigDocument } from "../../contracts/documents.ts";
import { transact } from "../platform/transaction.ts";
import { checkDocument, isDeleted, type Stored } from "./check.ts";
import { goodGroups, withGroups } from "./groups.ts";

export type MenuDocument = Exclude<ConfigDocument, { kind: "store" | "staff" }>;

/** The size of a batch, below the limits of Cosmos DB (100 operations, 2 MB). The largest drink has some 30 KB. */
const mostTogether = { documents: 90, bytes: 1_000_000 };

/** All documents of a store as stored, including those that are marked as deleted. */
export async function documentsOf(config: Container, storeId: string): Promise<Stored[]> {
  return (await config.items.query<Stored>("SELECT * FROM c", { partitionKey: storeId }).fetchAll()).resources;
}

/** The valid documents of a store's menu, converted for another store. `leftOut` is the number of invalid ones. Pure. */
export function menuFor(storeId: string, documents: Stored[]): { menu: MenuDocument[]; leftOut: number } {
  const menu: MenuDocument[] = [];
  const groups = new Map(goodGroups(documents).map((group) => [group.id, group]));
  let leftOut = 0;
  for (const stored of documents) {
    if (isDeleted(stored) || stored.kind === "store" || stored.kind === "staff") continue;
    const checked = checkDocument(stored);
    const lost =
      "document" in checked && checked.document.kind === "drink" && "problems" in withGroups(checked.document, groups);
    if ("problems" in checked || lost) leftOut++;
    else menu.push({ ...checked.document, storeId } as MenuDocument);
  }
  return { menu, leftOut };
}

/** How many of these documents are drinks. */
export const drinksIn = (documents: { kind: string }[]): number =>
  documents.filter(({ kind }) => kind === "drink").length;

/** Splits operations into batches. Pure. */
export function together<T>(operations: T[]): T[][] {
  const parts: T[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const operation of operations) {
    const length = Buffer.byteLength(JSON.stringify(operation));
    const last = parts.at(-1);
    if (last === undefined || last.length >= mostTogether.documents || bytes + length > mostTogether.bytes) {
      parts.push([operation]);
      bytes = length;
    } else {
      last.push(operation);
      bytes += length;
    }
  }
  return parts;
}

/** Writes operations in batches, in order. @returns false at the first batch with a conflicting write; those before it are written */
export async function writeInParts(config: Container, storeId: string, operations: OperationInput[]): Promise<boolean> {
  for (const part of together(operations)) if (!(await transact(config, storeId, part)).done) return false;
  return true;
}
