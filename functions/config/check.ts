import { type PlacedProblem, quotable } from "../../contracts/bounded.ts";
import { storeId } from "../../contracts/common.ts";
import { type ConfigDocument, configDocument, systemFields } from "../../contracts/documents.ts";
import { documentProblems } from "./problems.ts";

/** A document of the container `config` as stored. It may have any content, since it can be edited by hand. */
export interface Stored {
  id: string;
  _etag: string;
  _ts: number;
  [field: string]: unknown;
}

export type Problems = PlacedProblem[];

/**
 * Whether a document is marked as deleted (soft delete), with a TTL that removes it later, since the change feed does not report deletions. If somebody deletes
 * a document by hand, a sweep notices it within two minutes.
 */
export const isDeleted = (document: Stored): boolean => document.deleted === true;

/** The TTL of a deleted document, in seconds: long enough for each reader of the change feed to see it. */
export const deletedFor = 7 * 24 * 60 * 60;

/** Validates a document as admins edit it. Returns the document or all its problems. */
export function checkDocument(value: unknown): { document: ConfigDocument } | { problems: Problems } {
  const parsed = configDocument.safeParse(isObject(value) ? withoutSystemFields(value) : value, { reportInput: true });
  return parsed.success ? { document: parsed.data } : { problems: documentProblems(parsed.error) };
}

/** Removes exactly the fields that Cosmos DB adds, so that the document can be shown or written. Other fields with a leading `_` are mistakes and are kept. */
export function withoutSystemFields<T extends object>(document: T): T {
  return Object.fromEntries(Object.entries(document).filter(([name]) => !Object.hasOwn(systemFields, name))) as T;
}

/**
 * Separates documents with a valid `storeId` from others. Without one there is no URL for the store and no subject for its events. With a missing partition key,
 * Cosmos DB would even read the documents of all stores.
 */
export function ofStores(documents: Stored[]): { known: (Stored & { storeId: string })[]; lost: Stored[] } {
  const isKnown = (document: Stored): document is Stored & { storeId: string } =>
    storeId.safeParse(document.storeId).success;
  return { known: documents.filter(isKnown), lost: documents.filter((document) => !isKnown(document)) };
}

/** The log message about documents without a valid `storeId`. */
export function whoseAreThese(lost: Stored[]): string {
  const [first] = lost;
  const which = quotable(String(first?.id).replace(/^staff:.*/, "staff:…"), 60);
  const others = lost.length > 1 ? ` and ${lost.length - 1} more` : "";
  return `The document "${which}"${others} of the container config is passed over: its storeId ${storeIdIs}.`;
}

const storeIdIs = "must be there, of lower-case letters, digits and hyphens";
const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
