import { badRequest } from "../errors.ts";
import { aggregatesIn, type Expression, isAggregate, type Query, selected } from "./ast.ts";
import type { CompiledQuery } from "./compile-query.ts";
import type { Json } from "./values.ts";

/** What the client must do by itself to merge the answers of several partition ranges. */
export interface QueryPlan {
  partitionedQueryExecutionInfoVersion: 2;
  queryInfo: Record<string, unknown>;
  queryRanges: { min: string; max: string; isMinInclusive: boolean; isMaxInclusive: boolean }[];
}

const aggregateTypes: Record<string, string> = { COUNT: "Count", SUM: "Sum", MIN: "Min", MAX: "Max", AVG: "Average" };
const filterPlace = "{documentdb-formattableorderbyquery-filter}";

/** Whether one partition range's answer is not a part of the whole answer, so that a client has to merge. */
export function needsMerge({ query, grouped, orderKeys }: CompiledQuery): boolean {
  return grouped || query.distinct || orderKeys.length > 0 || query.top !== undefined || query.offset !== undefined;
}

/**
 * The plan for a query over several ranges: how to merge, and the query to send to each range.
 * @throws a 400 for an aggregate that cannot be merged.
 */
export function planQuery({ query, text, grouped }: CompiledQuery, parameters: ReadonlyMap<string, Json>): QueryPlan {
  const slice = (part: { start: number; end: number }): string => text.slice(part.start, part.end);
  const number = (part: Expression | undefined): number | null => {
    const value = part?.kind === "parameter" ? parameters.get(part.name) : part?.kind === "literal" ? part.value : null;
    return typeof value === "number" ? value : null;
  };
  const offset = number(query.offset);
  const limit = number(query.limit);
  const aliases = grouped ? mergedAliases(query) : {};
  const queryInfo = {
    distinctType: !query.distinct ? "None" : query.orderBy.length > 0 ? "Ordered" : "Unordered",
    top: number(query.top),
    offset,
    limit,
    orderBy: query.orderBy.map((item) => (item.descending ? "Descending" : "Ascending")),
    orderByExpressions: query.orderBy.map((item) => slice(item.expression)),
    groupByExpressions: query.groupBy.map(slice),
    groupByAliases: query.groupBy.length > 0 && query.select.kind === "list" ? Object.keys(aliases) : [],
    aggregates: query.groupBy.length > 0 && query.select.kind === "list" ? [] : aggregatesOf(query),
    groupByAliasToAggregateType: query.groupBy.length > 0 && query.select.kind === "list" ? aliases : {},
    rewrittenQuery: rewrite(query, slice, offset, limit),
    hasSelectValue: query.select.kind === "value",
    hasNonStreamingOrderBy: false,
  };
  const queryRanges = [{ min: "", max: "FF", isMinInclusive: true, isMaxInclusive: false }];
  return { partitionedQueryExecutionInfoVersion: 2, queryInfo, queryRanges };
}

function aggregatesOf(query: Query): string[] {
  return selected(query.select)
    .flatMap(aggregatesIn)
    .map((call) => aggregateTypes[call.name] ?? call.name);
}

/** Each selected name with the kind of its aggregate, or null; an aggregate inside an expression cannot be merged. */
function mergedAliases(query: Query): Record<string, string | null> {
  const items =
    query.select.kind === "list"
      ? query.select.items
      : selected(query.select).map((expression) => ({ name: "", expression }));
  return Object.fromEntries(
    items.map(({ name, expression }) => {
      if (!isAggregate(expression) && aggregatesIn(expression).length > 0) {
        throw badRequest("Cross partition query only supports 'VALUE <AggregateFunc>' for aggregates.");
      }
      return [name, isAggregate(expression) ? (aggregateTypes[expression.name] ?? null) : null];
    }),
  );
}

type Slice = (part: { start: number; end: number }) => string;

function rewrite(query: Query, slice: Slice, offset: number | null, limit: number | null): string {
  const from = query.from.length === 0 ? "" : ` FROM ${slice(query.fromPlace).replace(/^FROM\s+/i, "")}`;
  const where = query.where === undefined ? undefined : `(${slice(query.where)})`;
  const whereText = where === undefined ? "" : ` WHERE ${where}`;
  const top = query.top === undefined ? "" : `TOP ${slice(query.top)} `;
  const page = offset === null || limit === null ? "" : ` OFFSET 0 LIMIT ${offset + limit}`;
  if (query.groupBy.length > 0) {
    const keys = query.groupBy.map((key) => `{"item": ${slice(key)}}`).join(", ");
    const groupBy = query.groupBy.map(slice).join(", ");
    return `SELECT [${keys}] AS groupByItems, ${partials(query, slice)} AS payload${from}${whereText} GROUP BY ${groupBy}`;
  }
  if (query.orderBy.length > 0) {
    const root = query.from[0]?.alias ?? "c";
    const items = query.orderBy.map((item) => `{"item": ${slice(item.expression)}}`).join(", ");
    const order = query.orderBy
      .map((item) => `${slice(item.expression)} ${item.descending ? "DESC" : "ASC"}`)
      .join(", ");
    const filter = where === undefined ? filterPlace : `${where} AND ${filterPlace}`;
    const columns = `${root}._rid, [${items}] AS orderByItems, ${payload(query, slice)} AS payload`;
    return `SELECT ${top}${columns}${from} WHERE ${filter} ORDER BY ${order}${page}`;
  }
  if (query.select.kind === "value" && isAggregate(query.select.expression)) {
    return `SELECT VALUE ${partials(query, slice)}${from}${whereText}`;
  }
  if (page === "") return "";
  return `SELECT ${query.distinct ? "DISTINCT " : ""}${query.select.kind === "value" ? "VALUE " : ""}${
    query.select.kind === "value" ? slice(query.select.expression) : slice(query.selectPlace)
  }${from}${whereText}${query.distinct ? "" : page}`;
}

function payload(query: Query, slice: Slice): string {
  const { select } = query;
  if (select.kind === "value") return slice(select.expression);
  if (select.kind === "star") return query.from[0]?.alias ?? "c";
  return `{${select.items.map((item) => `${JSON.stringify(item.name)}: ${slice(item.expression)}`).join(", ")}}`;
}

/** The select clause with each aggregate in the form in which partial results are merged. */
function partials({ select }: Query, slice: Slice): string {
  if (select.kind === "star") return "{}";
  if (select.kind === "value") {
    return isAggregate(select.expression) ? `[${partial(select.expression, slice)}]` : slice(select.expression);
  }
  const entry = (expression: Expression): string =>
    isAggregate(expression) ? partial(expression, slice) : slice(expression);
  return `{${select.items.map((item) => `${JSON.stringify(item.name)}: ${entry(item.expression)}`).join(", ")}}`;
}

function partial(call: Expression & { kind: "call" }, slice: Slice): string {
  const argument = call.arguments.map(slice).join(", ");
  if (call.name === "AVG") return `{"item": {"sum": SUM(${argument}), "count": COUNT(${argument})}}`;
  if (call.name === "COUNT" || call.name === "SUM") return `{"item": ${call.name}(${argument})}`;
  const item2 = `{"${call.name.toLowerCase()}": ${call.name}(${argument}), "count": COUNT(${argument})}`;
  return `{"item": ${call.name}(${argument}), "item2": ${item2}}`;
}
