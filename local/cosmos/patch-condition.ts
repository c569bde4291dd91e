import type { Document } from "./container.ts";
import { badRequest } from "./errors.ts";
import { type Query, subqueriesOf } from "./query/ast.ts";
import type { Ambient } from "./query/built-in.ts";
import { compileQuery } from "./query/compile-query.ts";
import { execute } from "./query/execute.ts";
import { queryOfCondition } from "./query/parser.ts";
import type { Json } from "./query/values.ts";

/**
 * Whether the condition of a patch, `FROM c WHERE …`, holds for a document.
 * @throws a 400 for an invalid condition, and for undocumented forms: other clauses, another source or subqueries. (With several sources, * cannot be
 * selected.)
 * @see https://learn.microsoft.com/azure/cosmos-db/partial-document-update-getting-started
 */
export function holds(condition: Json, doc: Document, ambient: Ambient): boolean {
  if (typeof condition !== "string")
    throw badRequest("The condition of a patch must be a string such as FROM c WHERE c.a = 1.");
  const compiled = compileQuery(queryOfCondition(condition));
  checkForm(compiled.query);
  const document = { doc, number: 0, size: 0 };
  const run = { scan: () => [document], parameters: new Map<string, Json>(), ambient, max: 1, continuation: undefined };
  return execute(compiled, run).rows.length > 0;
}

function checkForm(query: Query): void {
  const refuse = (what: string): never => {
    throw badRequest(`The condition of a patch must be a string such as FROM c WHERE c.a = 1; this one has ${what}.`);
  };
  const { from, where, groupBy, orderBy, offset } = query;
  const [source] = from;
  if (source === undefined || source.iterate || source.from.kind !== "name") refuse("another source than the item");
  if (where === undefined) refuse("no WHERE");
  if (groupBy.length > 0) refuse("a GROUP BY");
  if (orderBy.length > 0) refuse("an ORDER BY");
  if (offset !== undefined) refuse("an OFFSET");
  if (subqueriesOf(query).length > 0) refuse("a subquery");
}
