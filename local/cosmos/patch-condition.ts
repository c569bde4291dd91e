import type { Document } from "./container.ts";
import { badRequest } from "./errors.ts";
import type { Ambient } from "./query/built-in.ts";
import { compileQuery } from "./query/compile-query.ts";
import { execute } from "./query/execute.ts";
import { queryOfCondition } from "./query/parser.ts";
import type { Json } from "./query/values.ts";

/** Whether the condition of a patch, `FROM c WHERE …`, holds for a document. @throws a 400 when it is no condition. */
export function holds(condition: Json, doc: Document, ambient: Ambient): boolean {
  if (typeof condition !== "string")
    throw badRequest("The condition of a patch is a text such as FROM c WHERE c.a = 1.");
  const document = { doc, number: 0, size: 0 };
  const run = { scan: () => [document], parameters: new Map<string, Json>(), ambient, max: 1, continuation: undefined };
  return execute(compileQuery(queryOfCondition(condition)), run).rows.length > 0;
}
