import { CosmosError } from "../errors.ts";
import type { PartitionKeyDefinition } from "../partition-key.ts";
import { aggregatesIn, type Call, type Expression, isAggregate, isGrouped, type Query, selected } from "./ast.ts";
import type { CompiledQuery } from "./compile-query.ts";
import { keyFilter, type QueryRange } from "./key-filter.ts";
import { print, printObject, printQuery } from "./print.ts";
import { shape } from "./query-rules.ts";
import type { Json } from "./values.ts";

/** What the client must do itself to merge the results of several partition key ranges. */
export interface QueryPlan {
  partitionedQueryExecutionInfoVersion: 2;
  queryInfo: Record<string, unknown>;
  queryRanges: QueryRange[];
}

const aggregateTypes: Record<string, string> = {
  COUNT: "Count",
  SUM: "Sum",
  MIN: "Min",
  MAX: "Max",
  AVG: "Average",
  COUNTIF: "CountIf",
  MAKELIST: "MakeList",
  MAKESET: "MakeSet",
};
const filterPlace = "({documentdb-formattableorderbyquery-filter})";

/** Whether the results of the ranges cannot simply be concatenated, so that a client has to merge. */
export function needsMerge({ query, grouped, orderKeys }: CompiledQuery): boolean {
  return grouped || query.distinct || orderKeys.length > 0 || query.top !== undefined || query.offset !== undefined;
}

export interface Planning {
  /** The container's partition key; without it the plan covers all ranges. */
  partitionKey?: PartitionKeyDefinition | undefined;
  /** Whether the client can count distinct rows itself, from its header of supported features. */
  countsDistinct?: boolean;
}

/**
 * The plan for a query over several ranges: how to merge, which ranges to ask, and the query to send to each of them.
 * @throws a 400 for an aggregate that cannot be merged.
 */
export function planQuery(
  compiled: Pick<CompiledQuery, "query">,
  parameters: ReadonlyMap<string, Json>,
  planning: Planning = {},
): QueryPlan {
  const { query } = compiled;
  const counted = planning.countsDistinct ? distinctCounted(query) : undefined;
  if (counted !== undefined) return countingPlan(query, counted, parameters, planning);
  const number = (part: Expression | undefined): number | null => {
    const value = part?.kind === "parameter" ? parameters.get(part.name) : part?.kind === "literal" ? part.value : null;
    return typeof value === "number" ? value : null;
  };
  const grouped = isGrouped(query);
  if (grouped) checkComposition(query);
  const filter = keyFilter(query, parameters, planning.partitionKey);
  const merged = grouped || query.distinct || query.orderBy.length > 0;
  // One partition key value counts its own rows; a query without FROM has one row.
  const paged = merged || !filter.single ? { offset: number(query.offset), limit: number(query.limit) } : undefined;
  const page = query.from.length === 0 ? undefined : paged;
  const aliases = grouped && query.select.kind === "list" ? query.select.items : [];
  const queryInfo = {
    distinctType: distinctType(query),
    top: query.from.length === 0 ? null : number(query.top),
    offset: page?.offset ?? null,
    limit: page?.limit ?? null,
    orderBy: grouped ? [] : query.orderBy.map((item) => (item.descending ? "Descending" : "Ascending")),
    orderByExpressions: grouped ? [] : query.orderBy.map((item) => print(item.expression)),
    groupByExpressions: query.groupBy.map((key) => print(key)),
    groupByAliases: aliases.map((item) => item.name),
    aggregates: query.select.kind === "value" && grouped ? aggregatesOf(query.select.expression) : [],
    groupByAliasToAggregateType: Object.fromEntries(
      aliases.map(({ name, expression }) => [name, isAggregate(expression) ? aggregateTypes[expression.name] : null]),
    ),
    rewrittenQuery: rewrite(query, grouped, page?.offset ?? null, page?.limit ?? null),
    hasSelectValue: query.select.kind === "value",
    hasNonStreamingOrderBy: query.orderBy.some(({ expression }) => expression.kind === "call"),
  };
  return { partitionedQueryExecutionInfoVersion: 2, queryInfo, queryRanges: filter.ranges };
}

/** The inner query of `SELECT COUNT(1) FROM (SELECT DISTINCT …)`, whose rows the client counts after merging. */
function distinctCounted(query: Query): Query | undefined {
  const [call, ...others] = selected(query.select);
  const [source, ...joined] = query.from;
  if (call?.kind !== "call" || call.name !== "COUNT" || call.arguments[0]?.kind !== "literal") return undefined;
  if (others.length > 0 || joined.length > 0 || source?.from.kind !== "query" || source.iterate) return undefined;
  if (query.where || query.groupBy.length > 0 || query.orderBy.length > 0) return undefined;
  const inner = source.from;
  return inner.distinct && !isGrouped(inner) && inner.from[0]?.from.kind !== "query" ? inner : undefined;
}

function countingPlan(
  query: Query,
  inner: Query,
  parameters: ReadonlyMap<string, Json>,
  planning: Planning,
): QueryPlan {
  const plan = planQuery({ query: inner }, parameters, planning);
  const { select } = query;
  const dCountAlias = select.kind === "list" ? (select.items[0]?.name ?? "") : "";
  const dCountInfo = { dCountAlias };
  const hasSelectValue = select.kind === "value";
  const rewrittenQuery = printQuery(inner);
  return { ...plan, queryInfo: { ...plan.queryInfo, rewrittenQuery, hasSelectValue, dCountInfo } };
}

/**
 * DISTINCT can be merged by comparing neighbours if ORDER BY puts equal rows next to each other, that is, if the selected values consist only of the
 * sort values.
 */
function distinctType(query: Query): "None" | "Ordered" | "Unordered" {
  if (!query.distinct) return "None";
  const sorted = new Set(query.orderBy.map((item) => shape(item.expression)));
  const parts = selected(query.select);
  const ordered = parts.length > 0 && query.orderBy.length > 0 && parts.every((part) => sorted.has(shape(part)));
  return ordered && !isGrouped(query) ? "Ordered" : "Unordered";
}

function aggregatesOf(expression: Expression): string[] {
  return aggregatesIn(expression).map((call) => aggregateTypes[call.name] ?? call.name);
}

/** An aggregate that is part of another expression cannot be merged from the ranges' aggregates. */
function checkComposition(query: Query): void {
  if (selected(query.select).every((part) => isAggregate(part) || aggregatesIn(part).length === 0)) return;
  const problem = { Errors: ["Compositions of aggregates and other expressions are not allowed."] };
  throw new CosmosError(400, `Message: ${JSON.stringify(problem)}`);
}

function rewrite(query: Query, grouped: boolean, offset: number | null, limit: number | null): string {
  if (grouped) return rewriteGroups(query);
  const page = offset === null || limit === null ? "" : `OFFSET 0 LIMIT ${offset + limit}`;
  if (query.orderBy.length > 0) {
    const top = query.top === undefined || query.distinct ? "" : `TOP ${print(query.top)} `;
    return printQuery(query, { ...sortable(query, top), page: query.distinct ? "" : page });
  }
  // A client counts rows after removing duplicates from other ranges, so no range may stop before that.
  if (query.distinct && (query.top !== undefined || page !== "")) {
    return printQuery({ ...query, top: undefined, offset: undefined, limit: undefined });
  }
  return page === "" ? "" : printQuery(query, { page });
}

/** ORDER BY for a client that merges: each row with its sort values, and a filter placeholder for resuming. */
function sortable(query: Query, top: string): { select: string; where: string } {
  const root = query.from[0]?.alias ?? "c";
  const items = query.orderBy.map(({ expression }) => `{"item": ${print(expression)}}`).join(", ");
  const filter = query.where === undefined ? filterPlace : `(${print(query.where)} AND ${filterPlace})`;
  const { select } = query;
  const where = select.kind === "value" ? `(${filter} AND IS_DEFINED(${print(select.expression)}))` : filter;
  return { select: `SELECT ${top}${root}._rid, [${items}] AS orderByItems, ${payload(query)} AS payload`, where };
}

function rewriteGroups(query: Query): string {
  const { select, groupBy } = query;
  const keys = `[${groupBy.map((key) => `{"item": ${print(key)}}`).join(", ")}] AS groupByItems, `;
  const value = select.kind === "value" && groupBy.length === 0;
  const selection = value ? `VALUE ${payload(query)}` : `${groupBy.length > 0 ? keys : ""}${payload(query)} AS payload`;
  return printQuery(query, { select: `SELECT ${selection}`, page: "" });
}

/** What is selected as one value, with each aggregate in the form in which partial results are merged. */
function payload({ select, from }: Query): string {
  if (select.kind === "star") return from[0]?.alias ?? "c";
  if (select.kind === "value") {
    return isAggregate(select.expression) ? `[${partial(select.expression)}]` : print(select.expression);
  }
  return printObject(
    select.items.map(({ name, expression }) => [
      name,
      isAggregate(expression) ? partial(expression) : print(expression),
    ]),
  );
}

function partial(call: Call): string {
  const argument = call.arguments.map((each) => print(each)).join(", ");
  if (call.name === "AVG") return `{"item": {"sum": SUM(${argument}), "count": COUNT(${argument})}}`;
  const item = `{"item": ${print(call)}`;
  if (call.name !== "MIN" && call.name !== "MAX") return `${item}}`;
  return `${item}, "item2": {"${call.name.toLowerCase()}": ${print(call)}, "count": COUNT(${argument})}}`;
}
