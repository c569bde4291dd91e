import { badRequest } from "./errors.ts";
import { type PartitionKeyDefinition, pathNames } from "./partition-key.ts";
import { isObject, type Json } from "./query/values.ts";

export interface DatabaseDefinition {
  id: string;
  _rid: string;
  _self: string;
  _etag: string;
  _ts: number;
}

export interface IndexingPolicy {
  indexingMode?: string;
  automatic?: boolean;
  includedPaths?: { path: string }[];
  excludedPaths?: { path: string }[];
  compositeIndexes?: { path: string; order?: string }[][];
}

export interface ContainerDefinition {
  id: string;
  partitionKey: PartitionKeyDefinition;
  indexingPolicy: IndexingPolicy;
  /** Seconds; -1 is "on, but only for items with a ttl". */
  defaultTtl?: number;
  uniqueKeyPolicy?: { uniqueKeys: { paths: string[] }[] };
  _rid: string;
  _self: string;
  _etag: string;
  _ts: number;
}

const defaultIndexing: IndexingPolicy = {
  indexingMode: "consistent",
  automatic: true,
  includedPaths: [{ path: "/*" }],
  excludedPaths: [{ path: '/"_etag"/?' }],
};

/** The id of a new resource. @throws a 400 when it is none. */
export function checkedId(body: unknown): string {
  const id = isObject(body) ? body.id : undefined;
  if (typeof id !== "string" || id === "" || Buffer.byteLength(id) > 255 || /[/\\#?]/.test(id) || id.endsWith(" ")) {
    throw badRequest(`The id must be a text of 1 to 255 bytes without / \\ # ? and without a blank at its end.`);
  }
  return id;
}

/** What a client sent to make or replace a container, checked and completed. @throws a 400 that says what is wrong. */
export function checkedContainer(body: unknown): Omit<ContainerDefinition, "_rid" | "_self" | "_etag" | "_ts"> {
  const id = checkedId(body);
  const given = body as { [name: string]: Json };
  const partitionKey = given.partitionKey as unknown as PartitionKeyDefinition | undefined;
  if (!isObject(partitionKey) || !Array.isArray(partitionKey.paths) || partitionKey.paths.length === 0) {
    throw badRequest(`The container ${id} needs a partitionKey with paths, such as {"paths":["/storeId"]}.`);
  }
  const { paths, kind } = partitionKey;
  if (paths.some((path) => typeof path !== "string" || !path.startsWith("/") || pathNames(path).includes(""))) {
    throw badRequest(`The partition key paths ${JSON.stringify(paths)} must each look like /storeId or /a/b.`);
  }
  if (paths.length > (kind === "MultiHash" ? 3 : 1)) {
    throw badRequest("A partition key has one path, or up to three with kind MultiHash.");
  }
  const { defaultTtl } = given;
  if (defaultTtl !== undefined && defaultTtl !== null && !isTtl(defaultTtl)) {
    throw badRequest(`defaultTtl must be -1 or a whole number of seconds from 1, not ${JSON.stringify(defaultTtl)}.`);
  }
  checkUniqueKeys(given.uniqueKeyPolicy);
  const indexingPolicy = { ...defaultIndexing, ...(isObject(given.indexingPolicy) ? given.indexingPolicy : {}) };
  const definition = { ...given, id, partitionKey, indexingPolicy: indexingPolicy as IndexingPolicy };
  if (defaultTtl === null) delete (definition as { defaultTtl?: unknown }).defaultTtl;
  return definition as unknown as ContainerDefinition;
}

/** Whether the value can be a time to live: -1, or seconds. */
export function isTtl(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && (value === -1 || value > 0) && value <= 2 ** 31 - 1;
}

function checkUniqueKeys(policy: Json | undefined): void {
  if (policy === undefined || policy === null) return;
  const keys = isObject(policy) ? policy.uniqueKeys : undefined;
  const good =
    Array.isArray(keys) &&
    keys.length <= 10 &&
    keys.every(
      (key) =>
        isObject(key) &&
        Array.isArray(key.paths) &&
        key.paths.length > 0 &&
        key.paths.length <= 16 &&
        key.paths.every((path) => typeof path === "string" && path.startsWith("/")),
    );
  if (!good)
    throw badRequest(`uniqueKeyPolicy must be {"uniqueKeys":[{"paths":["/a"]}]}, up to 10 keys of up to 16 paths.`);
}
