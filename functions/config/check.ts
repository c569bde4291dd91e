import { type PlacedProblem, quotable } from "../../contracts/bounded.ts";
import { storeId } from "../../contracts/common.ts";
import { type ConfigDocument, configDocument, systemFields } from "../../contracts/documents.ts";
import { documentProblems } from "./problems.ts";

/** A document of the container `config` as it lies there: anyone may have written anything by hand. */
export interface Stored {
  id: string;
  _etag: string;
  _ts: number;
  [field: string]: unknown;
}

export type Problems = PlacedProblem[];

/**
 * A document is deleted by this mark, with a TTL that clears it away later: the change feed tells of no deletion.
 * (One deleted by hand is found by a sweep within two minutes.)
 */
export const isDeleted = (document: Stored): boolean => document.deleted === true;

/** A deleted document is cleared away after this many seconds: long after every reader of the change feed has seen it. */
export const deletedFor = 7 * 24 * 60 * 60;

/** A document as admins edit it, or all that is wrong with it. */
export function checkDocument(value: unknown): { document: ConfigDocument } | { problems: Problems } {
  const parsed = configDocument.safeParse(isObject(value) ? withoutSystemFields(value) : value, { reportInput: true });
  return parsed.success ? { document: parsed.data } : { problems: documentProblems(parsed.error) };
}

/** Without the fields that Cosmos DB adds, so that it may be shown or written again. Others may begin as they do: those are mistakes, and told. */
export function withoutSystemFields<T extends object>(document: T): T {
  return Object.fromEntries(Object.entries(document).filter(([name]) => !Object.hasOwn(systemFields, name))) as T;
}

/**
 * Documents by whether they say which store they belong to. One that has no `storeId`, or none that is one, belongs to none: there would be
 * no address to show its store at, and no name to tell of it by. Of a missing one Cosmos DB would even read the documents of all stores.
 */
export function ofStores(documents: Stored[]): { known: (Stored & { storeId: string })[]; lost: Stored[] } {
  const isKnown = (document: Stored): document is Stored & { storeId: string } =>
    storeId.safeParse(document.storeId).success;
  return { known: documents.filter(isKnown), lost: documents.filter((document) => !isKnown(document)) };
}

/** What the log is told of documents that belong to no store. */
export function whoseAreThese(lost: Stored[]): string {
  const [first] = lost;
  const which = quotable(String(first?.id).replace(/^staff:.*/, "staff:…"), 60);
  const others = lost.length > 1 ? ` and ${lost.length - 1} more` : "";
  return `The document "${which}"${others} of the container config is passed over: its storeId ${storeIdIs}.`;
}

const storeIdIs = "must be there, of lower-case letters, digits and hyphens";
const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
