import { type ConfigDocument, configDocument } from "../../contracts/documents.ts";
import { problemsOf } from "../../contracts/events.ts";

/** A document of the container `config` as it lies there: anyone may have written anything by hand. */
export interface Stored {
  id: string;
  _etag: string;
  _ts: number;
  [field: string]: unknown;
}

export type Problems = { path: string; message: string }[];

/**
 * A document is deleted by this mark, with a TTL that clears it away later: the change feed tells of no deletion.
 * (One deleted by hand is found by a sweep within two minutes.)
 */
export const isDeleted = (document: Stored): boolean => document.deleted === true;

/** A document as admins edit it, or all that is wrong with it. */
export function checkDocument(value: unknown): { document: ConfigDocument } | { problems: Problems } {
  const parsed = configDocument.safeParse(isObject(value) ? withoutSystemFields(value) : value);
  return parsed.success ? { document: parsed.data } : { problems: problemsOf(parsed.error) };
}

/** Without the fields that Cosmos DB adds, so that it may be shown or written again. */
export function withoutSystemFields<T extends object>(document: T): T {
  return Object.fromEntries(Object.entries(document).filter(([name]) => !name.startsWith("_"))) as T;
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
