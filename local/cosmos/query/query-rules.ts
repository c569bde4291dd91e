import {
  aggregatesIn,
  type Call,
  children,
  type Expression,
  expressionsOf,
  isAggregate,
  isConstantKey,
  isGrouped,
  pathOf,
  type Query,
  selected,
  subqueriesOf,
} from "./ast.ts";
import { functionProblem } from "./function-list.ts";
import { notEmulated, type Problem, queryErrors } from "./query-error.ts";

/** Rejects queries that parse, but that the service does not run. @throws a 400 that names every place. */
export function checkQuery(query: Query): void {
  const subqueries = subqueriesOf(query);
  const all = [query, ...subqueries];
  refuse(all.flatMap(functionProblems));
  refuse(all.flatMap(nestedAggregates));
  refuse(all.flatMap(starProblems));
  refuse(subqueries.flatMap(clauseProblems));
  refuse(all.flatMap(groupingProblems));
  refuse(all.flatMap(indexerProblems));
  refuse(all.flatMap(cardinalityProblems));
  refuse(orderProblems(query));
  if (query.offset !== undefined && query.top !== undefined) {
    const message = "'TOP' and 'OFFSET LIMIT' cannot be used together.";
    refuse([{ code: "SC2204", message, place: query.offsetPlace }]);
  }
}

/** The features that the service runs and this server does not; a query plan is still possible. */
export function missingHere(query: Query): Problem[] {
  const all = [query, ...subqueriesOf(query)];
  const calls = all.flatMap((each) => expressionsOf(each).flatMap(callsIn));
  const functions = calls.flatMap((call) => {
    const problem = functionProblem(call);
    return problem?.here ? [problem.problem] : [];
  });
  const ranked = all.filter((each) => each.rank).map((each) => notEmulated("ORDER BY RANK", each.orderPlace));
  return [...functions, ...ranked];
}

function refuse(problems: Problem[]): void {
  if (problems.length > 0) throw queryErrors(problems);
}

function functionProblems(query: Query): Problem[] {
  return expressionsOf(query)
    .flatMap(callsIn)
    .flatMap((call) => {
      const problem = functionProblem(call);
      return problem === undefined || problem.here ? [] : [problem.problem];
    });
}

/** Every call in the expression, without those in subqueries. */
function callsIn(expression: Expression): Call[] {
  const inner = children(expression).flatMap(callsIn);
  return expression.kind === "call" ? [expression, ...inner] : inner;
}

function nestedAggregates(query: Query): Problem[] {
  const message = "Cannot perform an aggregate function on an expression containing an aggregate or a subquery.";
  return expressionsOf(query)
    .flatMap(aggregatesIn)
    .filter((call) => call.arguments.some(holdsAggregateOrQuery))
    .map((place) => ({ code: "SC2101", message, place }));
}

const holdsAggregateOrQuery = (expression: Expression): boolean =>
  expression.kind === "subquery" || isAggregate(expression) || children(expression).some(holdsAggregateOrQuery);

function starProblems({ select, selectPlace: place, from, groupBy }: Query): Problem[] {
  if (select.kind !== "star") return [];
  if (from.length === 0) {
    return [{ code: "SC2030", message: "'SELECT *' is not valid if FROM clause is omitted.", place }];
  }
  if (from.length > 1) {
    const message = "'SELECT *' is only valid with a single input set.";
    return [{ code: "SC2040", message, place }];
  }
  if (groupBy.length === 0) return [];
  return [{ code: "SC2041", message: "'SELECT *' is not allowed with GROUP BY.", place }];
}

/** Clauses that only the outermost query may have. */
function clauseProblems(query: Query): Problem[] {
  const problems: Problem[] = [];
  if (query.orderBy.length > 0) {
    problems.push(
      query.rank
        ? {
            code: "SC2228",
            message: "The ORDER BY RANK clause is not supported in subqueries.",
            place: query.orderPlace,
          }
        : { code: "SC2202", message: "'ORDER BY' is not supported in subqueries.", place: query.orderPlace },
    );
  }
  if (query.top) {
    problems.push({ code: "SC2203", message: "'TOP' is not supported in subqueries.", place: query.topPlace });
  }
  if (query.offset) {
    const message = "'OFFSET LIMIT' clause is not supported in subqueries.";
    problems.push({ code: "SC2204", message, place: query.offsetPlace });
  }
  return problems;
}

/** In a query with aggregates or GROUP BY, the selected values must be the same for all rows of a group. */
function groupingProblems(query: Query): Problem[] {
  if (!isGrouped(query)) return [];
  const keys = new Set(query.groupBy.map(shape));
  return selected(query.select).flatMap((expression) => differing(expression, keys));
}

function differing(expression: Expression, keys: Set<string>): Problem[] {
  if (isAggregate(expression) || isOfKeys(expression, keys)) return [];
  const path = pathOf(expression);
  if (path === undefined) return children(expression).flatMap((child) => differing(child, keys));
  const name = path.path.reduce<string>(
    (text, key) => `${text}${typeof key === "number" ? `[${key}]` : `.${key}`}`,
    path.alias,
  );
  const message = `Property reference '${name}' is invalid in the select list because it is not contained in either an aggregate function or the GROUP BY clause.`;
  return [{ code: "SC2102", message, place: expression }];
}

/** Whether the expression is a key of GROUP BY, or a part of the value of one. */
const isOfKeys = (expression: Expression, keys: Set<string>): boolean =>
  keys.has(shape(expression)) || (expression.kind === "member" && isOfKeys(expression.object, keys));

/**
 * `object[key]` with a key that is computed, or that can be neither a property name nor an array index: the grammar allows names and numbers from 0.
 */
function indexerProblems(query: Query): Problem[] {
  const message = "The specified query includes 'member indexer' which is currently not supported.";
  const within = (expression: Expression): Problem[] => {
    const computed =
      expression.kind === "member" && expression.key.kind !== "parameter" && !isConstantKey(expression.key);
    if (computed) return [{ code: "SC2990", message, place: expression }];
    return children(expression).flatMap(within);
  };
  return expressionsOf(query).flatMap(within);
}

/** A scalar subquery that may have several rows. The service decides by the text, regardless of the items. */
function cardinalityProblems(query: Query): Problem[] {
  const message = "The cardinality of a scalar subquery result set cannot be greater than one.";
  const within = (expression: Expression): Problem[] => {
    if (expression.kind !== "subquery") return children(expression).flatMap(within);
    return expression.form === "scalar" && mayHaveSeveralRows(expression.query) ? [{ message, place: expression }] : [];
  };
  return expressionsOf(query).flatMap(within);
}

function mayHaveSeveralRows(query: Query): boolean {
  if (isGrouped(query)) return query.groupBy.length > 0;
  return query.from.some(({ iterate, from }) => iterate || (from.kind === "query" && mayHaveSeveralRows(from)));
}

function orderProblems(query: Query): Problem[] {
  if (isGrouped(query)) {
    if (query.orderBy.length === 0 || query.groupBy.length === 0) return [];
    const message = "'ORDER BY' is not supported with GROUP BY.";
    return [{ code: "SC2103", message, place: query.orderPlace }];
  }
  for (const { expression } of query.orderBy) {
    if (orderPath(query, expression) !== undefined) continue;
    const path = pathOf(expression);
    const source = query.from.find((each) => each.alias === path?.alias);
    if (source?.iterate) {
      return [{ code: 2207, message: "Order-by over correlated collections is not supported." }];
    }
    // A computed rank is rejected by `missingHere`, as a feature that the service has.
    if (query.rank || (expression.kind === "call" && expression.name === "VECTORDISTANCE")) continue;
    const message = "Unsupported ORDER BY clause. ORDER BY item expression could not be mapped to a document path.";
    return [{ code: 2206, message }];
  }
  return [];
}

/** The document path of an ORDER BY item, such as `["a", "b"]` for `c.a.b`. */
export function orderPath(query: Query, expression: Expression): (string | number)[] | undefined {
  const path = pathOf(expression);
  const [root] = query.from;
  if (path === undefined || path.path.length === 0 || root === undefined) return undefined;
  return root.from.kind === "name" && !root.iterate && path.alias === root.alias ? path.path : undefined;
}

/** The expression as text: the same for equal expressions, regardless of their place and notation. */
export function shape(expression: Expression): string {
  const ignored = new Set(["start", "end", "dotted", "written"]);
  return JSON.stringify(expression, (name, value: unknown) =>
    ignored.has(name) && typeof value !== "object" ? undefined : value,
  );
}
