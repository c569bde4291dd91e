import { badRequest, CosmosError } from "./errors.ts";
import { refuseUnknown } from "./not-emulated.ts";
import { aggregatesIn, type Call, children, type Expression, type Query } from "./query/ast.ts";
import { compileQuery } from "./query/compile-query.ts";
import { isObject, type Json } from "./query/values.ts";

/** A property that is not stored in items: queries that name it get the value of its expression. */
export interface ComputedProperty {
  name: string;
  /** `SELECT VALUE <expression> FROM c`. */
  query: string;
}

const most = 20;
const system = ["id", "_rid", "_self", "_etag", "_ts", "_attachments", "_lsn"];
const changing = /^(GETCURRENT.*|NOW|AGO|RAND)$/;

/** Checks the computed properties of a container definition. @throws a 400 that says which property is invalid and why. */
export function checkedComputedProperties(given: Json | undefined): ComputedProperty[] | undefined {
  if (given === undefined || given === null) return undefined;
  if (!Array.isArray(given)) throw badRequest('computedProperties must be a list of {"name": "…", "query": "…"}.');
  if (given.length > most)
    throw badRequest(`A container has at most ${most} computed properties, not ${given.length}.`);
  const names = new Set<string>();
  return given.map((entry) => {
    if (!isObject(entry)) throw badRequest('A computed property is {"name": "…", "query": "SELECT VALUE … FROM c"}.');
    refuseUnknown(entry, ["name", "query"], "computedProperties");
    const { name, query } = entry;
    if (typeof name !== "string" || name === "" || typeof query !== "string") {
      throw badRequest(`A computed property must have a name and a query, both strings, not ${JSON.stringify(entry)}.`);
    }
    if (system.includes(name)) throw badRequest(`'${name}' is a system property and cannot be a computed property.`);
    if (names.has(name)) throw badRequest(`Two computed properties are named '${name}'.`);
    names.add(name);
    const wrong = problemOf(name, query);
    if (wrong !== undefined) {
      throw badRequest(`The query of the computed property '${name}' ${wrong}. It must be SELECT VALUE … FROM c.`);
    }
    return { name, query };
  });
}

function problemOf(name: string, text: string): string | undefined {
  try {
    const { query, missing } = compileQuery(text);
    const [first] = missing;
    return first === undefined ? shapeProblem(query) : `cannot be evaluated: ${first.message}`;
  } catch (error) {
    if (!(error instanceof CosmosError)) throw error;
    throw badRequest(`The query of the computed property '${name}' is not valid. ${error.message}`);
  }
}

/** Why the service would refuse the query in a definition. */
function shapeProblem(query: Query): string | undefined {
  const [source, ...joined] = query.from;
  if (query.select.kind !== "value") return "has no VALUE";
  if (source === undefined) return "has no FROM";
  if (joined.length > 0) return "has a JOIN";
  if (source.from.kind !== "name" || source.iterate) return "is not from the root of the item";
  const clauses: [unknown, string][] = [
    [query.where, "WHERE"],
    [query.groupBy.length > 0, "GROUP BY"],
    [query.orderBy.length > 0, "ORDER BY"],
    [query.top, "TOP"],
    [query.distinct, "DISTINCT"],
    [query.offset, "OFFSET LIMIT"],
  ];
  const clause = clauses.find(([there]) => Boolean(there));
  if (clause !== undefined) return `has the clause ${clause[1]}`;
  const { expression } = query.select;
  if (aggregatesIn(expression).length > 0) return "has an aggregate";
  const parts = partsOf(expression);
  if (parts.some((part) => part.kind === "subquery")) return "has a subquery";
  if (parts.some((part) => part.kind === "parameter")) return "has a parameter";
  const call = parts.find((part): part is Call => part.kind === "call" && changing.test(part.name));
  return call === undefined ? undefined : `calls ${call.written}, which does not always give the same value`;
}

const partsOf = (expression: Expression): Expression[] => [expression, ...children(expression).flatMap(partsOf)];
