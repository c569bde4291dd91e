import { badRequest } from "./errors.ts";
import { refuseUnknown, requireOff } from "./not-emulated.ts";
import { checkCompositePath, checkIncludedPath, checkIndexPath } from "./paths.ts";
import { isObject, type Json } from "./query/values.ts";
import { checkedSpatialIndexes, type SpatialIndex } from "./spatial-indexes.ts";

export interface IndexingPolicy {
  indexingMode?: string;
  automatic?: boolean;
  includedPaths?: { path: string }[];
  excludedPaths?: { path: string }[];
  compositeIndexes?: { path: string; order?: string }[][];
  spatialIndexes?: SpatialIndex[];
}

const known = ["indexingMode", "automatic", "includedPaths", "excludedPaths", "compositeIndexes", "spatialIndexes"];
/** The limit for included paths, and for excluded paths. After https://learn.microsoft.com/azure/cosmos-db/concepts-limits#sql-query-limits */
const mostPaths = 1500;
const etagPath = '/"_etag"/?';
const isRoot = (path: string): boolean => path === "/" || path === "/*";

/** Checks and completes an indexing policy that a client sent, as the service does. @throws a 400 that says what is wrong. */
export function checkedIndexing(given: Json | undefined): IndexingPolicy {
  const policy = given ?? {};
  if (!isObject(policy)) throw badRequest(`indexingPolicy must be an object, not ${JSON.stringify(policy)}.`);
  requireOff(policy, ["vectorIndexes", "fullTextIndexes"], "indexingPolicy");
  refuseUnknown(policy, [...known, "vectorIndexes", "fullTextIndexes"], "indexingPolicy");
  const mode = typeof policy.indexingMode === "string" ? policy.indexingMode.toLowerCase() : "consistent";
  if (policy.indexingMode != null && !(typeof policy.indexingMode === "string" && /^(consistent|none)$/.test(mode))) {
    throw badRequest(`indexingMode must be "consistent" or "none", not ${JSON.stringify(policy.indexingMode)}.`);
  }
  if (policy.automatic != null && typeof policy.automatic !== "boolean") {
    throw badRequest(`automatic must be true or false, not ${JSON.stringify(policy.automatic)}.`);
  }
  const automatic = policy.automatic ?? mode !== "none";
  const compositeIndexes = checkedComposites(policy.compositeIndexes);
  const spatialIndexes = checkedSpatialIndexes(policy.spatialIndexes);
  const rest = {
    ...(compositeIndexes === undefined ? {} : { compositeIndexes }),
    ...(spatialIndexes === undefined ? {} : { spatialIndexes }),
  };
  const excluded = checkedPaths(policy.excludedPaths, "excludedPaths");
  const everywhere = excluded.some(({ path }) => isRoot(path));
  const included = checkedPaths(policy.includedPaths ?? (everywhere ? [] : [{ path: "/*" }]), "includedPaths");
  if (mode === "none") return { indexingMode: mode, automatic, includedPaths: [], excludedPaths: [], ...rest };
  if (![...included, ...excluded].some(({ path }) => isRoot(path))) {
    throw badRequest(
      'The special mandatory indexing path "/" is not provided in any of the path type sets. Please provide this path in one of the sets. (Include or exclude "/*".)',
    );
  }
  const all = [...included, ...excluded].map(({ path }) => (isRoot(path) ? "/*" : path));
  const twice = all.find((path, at) => all.indexOf(path) !== at);
  if (twice !== undefined) throw badRequest(`The indexing path '${twice}' occurs twice in the indexing policy.`);
  const excludedPaths = all.includes(etagPath) ? excluded : [...excluded, { path: etagPath }];
  return { indexingMode: mode, automatic, includedPaths: included, excludedPaths, ...rest };
}

/** `indexes` beside a path comes from an old version of the service. The service ignores it, and so does this. */
function checkedPaths(given: Json | undefined, name: "includedPaths" | "excludedPaths"): { path: string }[] {
  const entries = given ?? [];
  if (!Array.isArray(entries)) throw badRequest(`${name} must be a list of {"path": "/a/?"}.`);
  if (entries.length > mostPaths) {
    throw badRequest(
      `${name} may have at most ${mostPaths} paths, not ${entries.length}; a path that ends with /* covers many.`,
    );
  }
  for (const entry of entries) {
    if (!isObject(entry)) throw badRequest(`${name} must be a list of {"path": "/a/?"}, not ${JSON.stringify(entry)}.`);
    refuseUnknown(entry, ["path", "indexes"], name);
    if (name === "includedPaths") checkIncludedPath(entry.path);
    else checkIndexPath(entry.path);
  }
  return entries as unknown as { path: string }[];
}

function checkedComposites(given: Json | undefined): IndexingPolicy["compositeIndexes"] {
  if (given == null) return undefined;
  const lists = Array.isArray(given) ? given : [null];
  for (const list of lists) {
    if (!Array.isArray(list)) throw badRequest("compositeIndexes must be a list of lists of paths.");
    if (list.length < 2 || list.length > 8) {
      throw badRequest(`A composite index must have 2 to 8 paths, not ${list.length}: ${JSON.stringify(list)}.`);
    }
    for (const entry of list) {
      if (!isObject(entry)) throw badRequest('A path of a composite index is {"path": "/a", "order": "ascending"}.');
      refuseUnknown(entry, ["path", "order"], "compositeIndexes");
      checkCompositePath(entry.path);
      if (entry.order != null && entry.order !== "ascending" && entry.order !== "descending") {
        throw badRequest(`The order must be "ascending" or "descending", not ${JSON.stringify(entry.order)}.`);
      }
    }
  }
  return lists as unknown as IndexingPolicy["compositeIndexes"];
}
