import { children, type Expression, isAggregate, pathOf, type Query, selected } from "./ast.ts";
import { queryError } from "./query-error.ts";

/** Refuses what parses but the service does not run. @throws a 400 that names the place. */
export function checkQuery(query: Query, isSubquery: boolean): void {
  checkStar(query);
  checkGrouping(query);
  for (const { expression } of query.orderBy) {
    const place = [expression.start, expression.end] as const;
    if (isSubquery) throw queryError("SC2101", "ORDER BY cannot stand in a subquery.", ...place);
    if (query.groupBy.length > 0) throw queryError("SC2102", "ORDER BY cannot be used with GROUP BY.", ...place);
    if (orderPath(query, expression) === undefined) {
      const message = "Unsupported ORDER BY clause. ORDER BY item expression could not be mapped to a document path.";
      throw queryError("SC2103", message, ...place);
    }
  }
  if (isSubquery && query.offset !== undefined) {
    throw queryError("SC2104", "OFFSET LIMIT cannot stand in a subquery.", query.offset.start, query.offset.end);
  }
}

/** The document path that an ORDER BY item stands for, such as `["a", "b"]` for `c.a.b`. */
export function orderPath(query: Query, expression: Expression): (string | number)[] | undefined {
  const path = pathOf(expression);
  const [root] = query.from;
  if (path === undefined || path.path.length === 0 || root === undefined) return undefined;
  return root.from.kind === "name" && !root.iterate && path.alias === root.alias ? path.path : undefined;
}

function checkStar({ select, from, start, end, groupBy }: Query): void {
  if (select.kind !== "star") return;
  if (from.length === 0) throw queryError("SC2031", "'SELECT *' is not valid without a FROM clause.", start, end);
  if (from.length > 1) {
    throw queryError("SC2032", "'SELECT *' is only valid with a single input set; name what to select.", start, end);
  }
  if (groupBy.length > 0) throw queryError("SC2033", "'SELECT *' cannot be used with GROUP BY.", start, end);
}

/** In a query with aggregates or GROUP BY, what is selected must be the same for all rows of a group. */
function checkGrouping(query: Query): void {
  const expressions = selected(query.select);
  const keys = new Set(query.groupBy.map(shape));
  if (keys.size === 0 && !expressions.some(hasAggregate)) return;
  for (const expression of expressions) checkSame(expression, keys);
}

const hasAggregate = (expression: Expression): boolean =>
  isAggregate(expression) || children(expression).some(hasAggregate);

function checkSame(expression: Expression, keys: Set<string>): void {
  if (isAggregate(expression) || keys.has(shape(expression))) return;
  if (expression.kind === "name" || (expression.kind === "member" && pathOf(expression) !== undefined)) {
    const message =
      "A property in the SELECT clause must be inside an aggregate function or stand in the GROUP BY clause.";
    throw queryError("SC2054", message, expression.start, expression.end);
  }
  for (const child of children(expression)) checkSame(child, keys);
}

/** The expression as text without its places. */
function shape(expression: Expression): string {
  return JSON.stringify(expression, (name, value: unknown) => (name === "start" || name === "end" ? undefined : value));
}
