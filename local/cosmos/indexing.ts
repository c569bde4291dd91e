import { badRequest } from "./errors.ts";
import type { IndexingPolicy } from "./indexing-policy.ts";
import { pathNames } from "./partition-key.ts";
import { isTuplePath } from "./paths.ts";
import { isGrouped, type Query } from "./query/ast.ts";
import { orderPath } from "./query/query-rules.ts";

/**
 * Refuses an ORDER BY that the container's indexes cannot serve, as the service does.
 * @throws a 400 that says which index is missing.
 */
export function checkOrderBy(
  query: Query,
  policy: IndexingPolicy,
  computed: readonly { name: string }[] | undefined = [],
): void {
  // A single row needs no order.
  if (isGrouped(query)) return;
  const order = query.orderBy.map((item) => ({
    path: (orderPath(query, item.expression) ?? []).map(String),
    descending: item.descending,
  }));
  if (order.length > 1 && !(policy.compositeIndexes ?? []).some((composite) => serves(composite, order))) {
    const needed = order.map((item) => `${written(item.path)} ${item.descending ? "descending" : "ascending"}`);
    throw badRequest(
      `The order by query does not have a corresponding composite index that it can be served from. Needed: (${needed.join(", ")}).`,
    );
  }
  const [only] = order;
  if (order.length === 1 && only && computed.some(({ name }) => name === only.path[0])) {
    const named = ofValues(policy.includedPaths).some((entry) => pathNames(entry.path)[0] === only.path[0]);
    if (named && policy.indexingMode !== "none") return;
    throw badRequest(
      `The order by query cannot be served: the computed property ${written(only.path)} is not indexed. /* does not cover computed properties; name it in includedPaths.`,
    );
  }
  if (order.length === 1 && only && !isIndexed(policy, only.path)) {
    throw badRequest(
      `The index path corresponding to the specified order-by item is excluded: ${written(only.path)}. Include it in the indexing policy.`,
    );
  }
}

const written = (path: string[]): string => `/${path.join("/")}`;

/** A composite index serves its own order and the exact reverse. */
function serves(
  composite: { path: string; order?: string }[],
  order: { path: string[]; descending: boolean }[],
): boolean {
  if (composite.length !== order.length) return false;
  const parts = composite.map((part, at) => ({
    same: pathNames(part.path).join("/") === order[at]?.path.join("/"),
    reversed: (part.order === "descending") !== order[at]?.descending,
  }));
  return parts.every((part) => part.same && part.reversed === parts[0]?.reversed);
}

/** Always indexed, unless the indexing mode is "none". */
const always = ["id", "_ts"];

/**
 * Whether a property path is indexed: the longest matching included or excluded path decides, except for `id` and `_ts`.
 * After https://learn.microsoft.com/azure/cosmos-db/index-policy
 */
export function isIndexed(policy: IndexingPolicy, path: string[]): boolean {
  if (policy.indexingMode === "none") return false;
  if (path.length === 1 && always.includes(path[0] ?? "")) return true;
  const longest = (entries: { path: string }[] | undefined): number =>
    Math.max(-1, ...ofValues(entries).map((entry) => matchLength(pathNames(entry.path), path)));
  return longest(policy.includedPaths) > longest(policy.excludedPaths);
}

/** The paths that lead to values, which have an order. Tuple paths serve filters on the elements of an array. */
const ofValues = (entries: { path: string }[] = []): { path: string }[] =>
  entries.filter(({ path }) => !isTuplePath(path));

/** How many names of an index path match (`/a/b/?` is that value, `/a/*` everything below, `/` everything), or -1 if it does not match. */
function matchLength(pattern: string[], path: string[]): number {
  if (pattern.join("") === "") return 0;
  const names = pattern.slice(0, -1);
  if (names.some((name, at) => name !== path[at] && name !== "[]")) return -1;
  const exact = names.length === path.length;
  return pattern.at(-1) === "*" ? names.length : exact ? names.length + 1 : -1;
}
