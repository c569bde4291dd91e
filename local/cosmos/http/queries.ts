import { queryCharge } from "../charge.ts";
import type { ComputedProperty } from "../computed-properties.ts";
import type { Container, Item } from "../container.ts";
import type { Equality } from "../equality-index.ts";
import { badRequest, CosmosError } from "../errors.ts";
import { checkOrderBy } from "../indexing.ts";
import { refuseUnknown, requireOff } from "../not-emulated.ts";
import type { Bounds, OrderPoint } from "../ordered-index.ts";
import type { Query } from "../query/ast.ts";
import type { Ambient } from "../query/built-in.ts";
import { type CompiledQuery, compileQuery } from "../query/compile-query.ts";
import type { Sought } from "../query/demands.ts";
import { execute, type ResumePoint, type StoredDocument, scansBackwards } from "../query/execute.ts";
import { keyFilter } from "../query/key-filter.ts";
import { isShallow, maxValueDepth } from "../query/limits.ts";
import { needsMerge, planQuery, type QueryPlan } from "../query/plan.ts";
import { queryErrors } from "../query/query-error.ts";
import { isObject, type Json } from "../query/values.ts";
import { type Call, isTrue, jsonBody, pageSize, type Reply } from "./call.ts";
import { metricsHeaders, Reads } from "./metrics.ts";
import { readResumeFilter } from "./resume-filter.ts";
import { type RequestScope, requestScope } from "./scope.ts";

interface Asked {
  compiled: CompiledQuery;
  parameters: Map<string, Json>;
  after?: ResumePoint | undefined;
}

/**
 * Whether a POST is a query and not a creation: by the header that SDKs set, or by the media type of queries.
 * After https://learn.microsoft.com/rest/api/cosmos-db/query-documents
 */
export const isQuery = (call: Call): boolean =>
  isTrue(call, "x-ms-documentdb-isquery") || (call.header("content-type") ?? "").startsWith("application/query+json");

/** Whether an SDK asks for a query plan, which tells it how to merge the results of several ranges. */
export const isPlan = (call: Call): boolean => isTrue(call, "x-ms-cosmos-is-query-plan-request");

/** Answers a query on items, or a request for its query plan. */
export function answerQuery(call: Call, container: Container): Reply {
  const { indexingPolicy, computedProperties } = container.definition;
  const asked = readQuery(call, computedProperties);
  // The order does not matter for an aggregate, so no index is required.
  if (!asked.compiled.grouped) checkOrderBy(asked.compiled.query, indexingPolicy, computedProperties);
  if (isPlan(call)) return { status: 200, body: planOf(call, container, asked) };
  const scope = requestScope(call, container);
  if (scope.whole) checkWhole(call, container, asked);
  return page(call, container, asked, scope);
}

/** Lists all items of a container, a partition or a range. */
export function answerItemList(call: Call, container: Container): Reply {
  const asked = { compiled: compileQuery("SELECT * FROM c"), parameters: new Map<string, Json>() };
  return page(call, container, asked, requestScope(call, container));
}

/** Answers a query on the definitions of databases or containers. There are few of them. */
export function answerDefinitionQuery(
  call: Call,
  name: string,
  rid: string,
  definitions: object[],
  ambient: Ambient,
): Reply {
  const documents = definitions.map((doc, number) => ({ doc: doc as { [name: string]: Json }, number, size: 0 }));
  const { compiled, parameters } = isQuery(call)
    ? readQuery(call)
    : { compiled: compileQuery("SELECT * FROM root"), parameters: new Map<string, Json>() };
  const scan = (from: number): StoredDocument[] => documents.slice(from);
  return rowsReply(name, rid, execute(compiled, { scan, parameters, ambient, ...paging(call) }));
}

function page(call: Call, container: Container, asked: Asked, scope: RequestScope): Reply {
  const { compiled, parameters, after } = asked;
  const { partition, ranges, wanted } = scope;
  const [only] = ranges;
  const all =
    only === undefined ? () => [] : container.scan({ partition, range: ranges.length === 1 ? only : undefined });
  const scan = partition === undefined ? (from: number) => filtered(all(from), wanted) : all;
  const find = (sought: Sought): Item[] | undefined =>
    only === undefined ? [] : container.find(sought, partition)?.filter(within(scope));
  const reads = new Reads();
  const run = {
    scan: (from: number) => reads.counted(scan(from)),
    find: (sought: Sought) => {
      const found = find(sought);
      return found && [...reads.counted(found)];
    },
    count: (equality: Equality) => {
      const counted = scope.complete ? container.count(equality, partition) : undefined;
      reads.documents += counted?.count ?? 0;
      reads.bytes += counted?.bytes ?? 0;
      return counted;
    },
    inOrder: (path: Bounds["path"], descending: boolean, from: OrderPoint | undefined) => {
      const found = only === undefined ? [] : container.inOrder(path, descending, from, partition);
      return found && reads.counted(filtered(found, within(scope)));
    },
    parameters,
    after,
    ambient: container.ambient,
    ...paging(call),
  };
  const began = performance.now();
  const result = execute(compiled, run);
  const metrics = metricsHeaders(call, container, compiled.query, result, reads, performance.now() - began);
  const reply = rowsReply("Documents", container.definition._rid, result);
  return { ...reply, headers: { ...reply.headers, ...executionInfo(compiled.query), ...metrics } };
}

/** Tells a client that resumes an ORDER BY in which direction rows of equal values are sorted. */
function executionInfo(query: Query): Record<string, string> {
  const info = { reverseRidEnabled: false, reverseIndexScan: scansBackwards(query) };
  return { "x-ms-cosmos-query-execution-info": JSON.stringify(info) };
}

/** Whether an item belongs to the partition or the ranges of the request. */
function within({ ranges, wanted }: RequestScope): (item: Item) => boolean {
  const set = new Set(ranges);
  return (item) => set.has(item.partition.range) && wanted(item);
}

function* filtered(items: Iterable<Item>, wanted: (item: Item) => boolean): Generator<Item> {
  for (const item of items) if (wanted(item)) yield item;
}

const paging = (call: Call): { max: number; continuation: string | undefined } => ({
  max: pageSize(call),
  continuation: call.header("x-ms-continuation"),
});

function rowsReply(name: string, rid: string, { rows, continuation, loaded }: ReturnType<typeof execute>): Reply {
  const headers: Record<string, string> = {
    "x-ms-request-charge": String(queryCharge(loaded)),
    "x-ms-item-count": String(rows.length),
  };
  if (continuation !== undefined) headers["x-ms-continuation"] = continuation;
  return { status: 200, body: { _rid: rid, [name]: rows, _count: rows.length }, headers };
}

function readQuery(call: Call, computed?: ComputedProperty[]): Asked {
  const body = jsonBody(call);
  const text = isObject(body) ? body.query : undefined;
  if (!isObject(body) || typeof text !== "string")
    throw badRequest('A query is sent as {"query": "SELECT …", "parameters": […]}.');
  requireOff(body, ["clientQLCompatibilityLevel"], "The query");
  refuseUnknown(body, ["query", "parameters", "resumeFilter", "clientQLCompatibilityLevel"], "The query");
  const parameters = new Map<string, Json>();
  const given = body.parameters ?? [];
  if (!Array.isArray(given)) throw badRequest('The parameters of a query are a list of {"name": "@x", "value": …}.');
  for (const parameter of given) {
    if (!isObject(parameter) || typeof parameter.name !== "string" || !parameter.name.startsWith("@")) {
      throw badRequest(`A query parameter must be {"name": "@x", "value": …}, not ${JSON.stringify(parameter)}.`);
    }
    refuseUnknown(parameter, ["name", "value"], `The query parameter ${parameter.name}`);
    if (parameter.value !== undefined && !isShallow(parameter.value)) {
      throw badRequest(`The query parameter ${parameter.name} is nested more than ${maxValueDepth} levels deep.`);
    }
    if (parameter.value !== undefined) parameters.set(parameter.name, parameter.value);
  }
  const compiled = compileQuery(text, computed);
  return { compiled, parameters, after: readResumeFilter(body.resumeFilter, compiled.query.orderBy.length) };
}

function planOf(call: Call, container: Container, { compiled, parameters }: Asked): QueryPlan {
  const features = (call.header("x-ms-cosmos-supported-query-features") ?? "").split(",").map((name) => name.trim());
  const countsDistinct = features.includes("DCount");
  return planQuery(compiled, parameters, { partitionKey: container.definition.partitionKey, countsDistinct });
}

/**
 * Like the gateway, refuses a query on all ranges whose results the client has to merge, and returns the query plan for it. A query whose WHERE
 * limits it to
 * a single partition key is not cross-partition, and needs no permission.
 * After https://learn.microsoft.com/rest/api/cosmos-db/query-documents
 */
function checkWhole(call: Call, container: Container, asked: Asked): void {
  const crossing = isTrue(call, "x-ms-documentdb-query-enablecrosspartition");
  if (!crossing && !isOfOneKey(container, asked)) {
    throw badRequest(
      "Cross partition query is required but disabled. Set x-ms-documentdb-query-enablecrosspartition to true, name a partition key in x-ms-documentdb-partitionkey, or filter on a single one.",
    );
  }
  if (asked.compiled.missing.length > 0) throw queryErrors(asked.compiled.missing);
  if (!crossing || !needsMerge(asked.compiled)) return;
  const plan = planOf(call, container, asked);
  throw new CosmosError(
    400,
    "The cross partition query cannot be served by the gateway alone: run its plan (additionalErrorInfo) on each partition range and merge.",
    { substatus: 1004, extra: { additionalErrorInfo: JSON.stringify(plan) } },
  );
}

/** Whether WHERE limits all rows to one partition key value. The hash version does not matter here. */
function isOfOneKey({ definition }: Container, { compiled, parameters }: Asked): boolean {
  return keyFilter(compiled.query, parameters, { ...definition.partitionKey, version: 2 }).single;
}
