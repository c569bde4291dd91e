import { type ComputedProperty, checkedComputedProperties } from "./computed-properties.ts";
import { badRequest } from "./errors.ts";
import { checkedIndexing, type IndexingPolicy } from "./indexing-policy.ts";
import { refuseUnknown, requireOff } from "./not-emulated.ts";
import type { PartitionKeyDefinition } from "./partition-key.ts";
import { checkPropertyPath } from "./paths.ts";
import { isObject, type Json } from "./query/values.ts";
import { checkNotSpatial } from "./spatial-indexes.ts";

export type { IndexingPolicy } from "./indexing-policy.ts";

export interface DatabaseDefinition {
  id: string;
  _rid: string;
  _self: string;
  _etag: string;
  _ts: number;
}

export interface ContainerDefinition {
  id: string;
  partitionKey: PartitionKeyDefinition;
  indexingPolicy: IndexingPolicy;
  /** Seconds; -1 turns expiry on, but only for items with a `ttl`. */
  defaultTtl?: number;
  uniqueKeyPolicy?: { uniqueKeys: { paths: string[] }[] };
  computedProperties?: ComputedProperty[];
  geospatialConfig?: { type: string };
  conflictResolutionPolicy?: { mode: string };
  /** How many minutes each change is kept, if the account itself keeps none. */
  changeFeedPolicy?: { retentionDuration: number };
  _rid: string;
  _self: string;
  _etag: string;
  _ts: number;
}

/** The members of a container definition that a client may send. */
const known = [
  "id",
  "partitionKey",
  "indexingPolicy",
  "defaultTtl",
  "uniqueKeyPolicy",
  "computedProperties",
  "geospatialConfig",
  "conflictResolutionPolicy",
  "changeFeedPolicy",
];
/** The members that responses add; clients that replace a container send them back. */
const answered = ["_rid", "_self", "_etag", "_ts", "_docs", "_sprocs", "_triggers", "_udfs", "_conflicts"];
/** Features of a container that are refused by name. */
const refused = [
  "vectorEmbeddingPolicy",
  "fullTextPolicy",
  "clientEncryptionPolicy",
  "analyticalStorageTtl",
  "materializedViewDefinition",
  "materializedViews",
  "dataMaskingPolicy",
];

/** The id of a new resource. @throws a 400 if it is invalid. */
export function checkedId(body: unknown): string {
  const id = isObject(body) ? body.id : undefined;
  if (typeof id !== "string" || id === "" || id.length > 255 || /[/\\#?]/.test(id) || id.endsWith(" ")) {
    throw badRequest(
      "The id must be a string of 1 to 255 characters, without / \\ # ? and without a space at its end.",
    );
  }
  return id;
}

/** Checks and completes a container definition that a client sent. @throws a 400 that says what is wrong. */
export function checkedContainer(body: unknown): Omit<ContainerDefinition, "_rid" | "_self" | "_etag" | "_ts"> {
  const id = checkedId(body);
  const given = body as { [name: string]: Json };
  const where = `The container ${id}`;
  requireOff(given, refused, where);
  refuseUnknown(given, [...known, ...answered, ...refused], where);
  const partitionKey = checkedPartitionKey(id, given.partitionKey);
  const { defaultTtl } = given;
  if (defaultTtl !== undefined && defaultTtl !== null && !isTtl(defaultTtl)) {
    throw badRequest(`defaultTtl must be -1 or a whole number of seconds from 1, not ${JSON.stringify(defaultTtl)}.`);
  }
  checkUniqueKeys(given.uniqueKeyPolicy);
  const optional = {
    defaultTtl,
    uniqueKeyPolicy: given.uniqueKeyPolicy,
    computedProperties: checkedComputedProperties(given.computedProperties),
    geospatialConfig: checkedGeospatial(given.geospatialConfig),
    conflictResolutionPolicy: checkedConflictResolution(given.conflictResolutionPolicy),
    changeFeedPolicy: checkedChangeFeed(given.changeFeedPolicy),
  };
  const indexingPolicy = checkedIndexing(given.indexingPolicy);
  checkExpiryIndexed(indexingPolicy, defaultTtl);
  checkNotSpatial(optional.computedProperties, indexingPolicy.spatialIndexes);
  const definition = { id, partitionKey, indexingPolicy };
  const present = Object.entries(optional).filter(([, value]) => value !== undefined && value !== null);
  return { ...definition, ...Object.fromEntries(present) } as unknown as ContainerDefinition;
}

/** A container definition as responses show it, with the members that the service always adds. */
export function answeredContainer(definition: ContainerDefinition): ContainerDefinition {
  return {
    conflictResolutionPolicy: lastWriterWins,
    geospatialConfig: { type: "Geography" },
    ...definition,
    partitionKey: { ...definition.partitionKey, kind: definition.partitionKey.kind ?? "Hash" },
    ...{ _docs: "docs/", _sprocs: "sprocs/", _triggers: "triggers/", _udfs: "udfs/", _conflicts: "conflicts/" },
  };
}

/** The default conflict resolution policy. */
export const lastWriterWins = {
  mode: "LastWriterWins",
  conflictResolutionPath: "/_ts",
  conflictResolutionProcedure: "",
};

/** Whether the value is a valid time to live: -1, or seconds. */
export function isTtl(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && (value === -1 || value > 0) && value <= 2 ** 31 - 1;
}

/**
 * Expiry requires indexing, whichever of the two was configured first; -1 counts as expiry, too.
 * After https://learn.microsoft.com/azure/cosmos-db/index-policy#indexing-policies-and-ttl
 * @throws a 400 in the service's words.
 */
function checkExpiryIndexed({ indexingMode }: IndexingPolicy, defaultTtl: Json | undefined): void {
  if (indexingMode !== "none" || defaultTtl === undefined || defaultTtl === null) return;
  throw badRequest(
    `Indexing mode value cannot be 'none' when 'defaultTtl' is specified in the collection. (Leave out defaultTtl, or index nothing with {"indexingMode": "consistent", "includedPaths": [], "excludedPaths": [{"path": "/*"}]}.)`,
  );
}

function checkedPartitionKey(id: string, given: Json | undefined): PartitionKeyDefinition {
  if (!isObject(given) || !Array.isArray(given.paths) || given.paths.length === 0) {
    throw badRequest(`The container ${id} needs a partitionKey with paths, such as {"paths":["/storeId"]}.`);
  }
  refuseUnknown(given, ["paths", "kind", "version", "systemKey"], "partitionKey");
  const { paths, kind, version } = given;
  for (const path of paths) checkPropertyPath(path, "partition key component");
  if (kind != null && kind !== "Hash" && kind !== "MultiHash") {
    throw badRequest(`The kind of a partition key must be "Hash" or "MultiHash", not ${JSON.stringify(kind)}.`);
  }
  if (version != null && version !== 1 && version !== 2) {
    throw badRequest(`The version of a partition key must be 1 or 2, not ${JSON.stringify(version)}.`);
  }
  if (kind === "MultiHash" && version !== 2) throw badRequest("A partition key of kind MultiHash must have version 2.");
  if (paths.length > (kind === "MultiHash" ? 3 : 1)) {
    throw badRequest("A partition key must have one path, or up to three with kind MultiHash.");
  }
  if (new Set(paths).size < paths.length) throw badRequest("The paths of a partition key must differ.");
  return Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== null),
  ) as unknown as PartitionKeyDefinition;
}

function checkedGeospatial(given: Json | undefined): Json | undefined {
  if (given === undefined || given === null) return undefined;
  if (isObject(given)) refuseUnknown(given, ["type"], "geospatialConfig");
  if (isObject(given) && (given.type === "Geography" || given.type === "Geometry")) return given;
  throw badRequest('geospatialConfig must be {"type": "Geography"} or {"type": "Geometry"}.');
}

/** With a single region there are never conflicts, so the last-writer-wins path has no effect. @throws a 400 for a stored procedure. */
function checkedConflictResolution(given: Json | undefined): Json | undefined {
  if (given === undefined || given === null) return undefined;
  if (!isObject(given)) throw badRequest("conflictResolutionPolicy must be an object.");
  const names = ["mode", "conflictResolutionPath", "conflictResolutionProcedure"];
  refuseUnknown(given, names, "conflictResolutionPolicy");
  if (given.mode != null && given.mode !== "LastWriterWins") {
    throw badRequest(
      `conflictResolutionPolicy has the mode ${JSON.stringify(given.mode)}, which is not emulated here; LastWriterWins is.`,
    );
  }
  return { ...lastWriterWins, ...given, mode: "LastWriterWins" };
}

/** Accepted as the vendor's emulator does. On Azure the account decides whether all versions are kept. @throws a 400 */
function checkedChangeFeed(given: Json | undefined): Json | undefined {
  if (given === undefined || given === null) return undefined;
  if (!isObject(given)) throw badRequest("changeFeedPolicy must be an object.");
  refuseUnknown(given, ["retentionDuration"], "changeFeedPolicy");
  const minutes = given.retentionDuration ?? 0;
  if (minutes === 0) return undefined;
  if (typeof minutes === "number" && Number.isInteger(minutes) && minutes > 0 && minutes <= 10) return given;
  throw badRequest(
    `The retentionDuration of a changeFeedPolicy must be 1 to 10 minutes, as in the vendor's emulator, not ${JSON.stringify(minutes)}. For a longer time, have the account keep all versions, as on Azure.`,
  );
}

function checkUniqueKeys(policy: Json | undefined): void {
  if (policy === undefined || policy === null) return;
  const keys = isObject(policy) ? policy.uniqueKeys : undefined;
  const good =
    isObject(policy) &&
    Array.isArray(keys) &&
    keys.length <= 10 &&
    keys.every((key) => isObject(key) && Array.isArray(key.paths) && key.paths.length > 0 && key.paths.length <= 16);
  if (!good)
    throw badRequest(`uniqueKeyPolicy must be {"uniqueKeys":[{"paths":["/a"]}]}, up to 10 keys of up to 16 paths.`);
  refuseUnknown(policy, ["uniqueKeys"], "uniqueKeyPolicy");
  for (const key of keys as { [name: string]: Json }[]) {
    refuseUnknown(key, ["paths"], "A unique key");
    for (const path of key.paths as Json[]) checkPropertyPath(path, "unique key");
  }
}
