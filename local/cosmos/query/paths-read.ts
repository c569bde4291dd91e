import { children, type Expression, isGrouped, pathOf, type Query, selected } from "./ast.ts";

/** Property names from the root of the document to a value. */
export type Path = readonly string[];

/** The parts of a document that a query reads, if its text determines them: documents with equal values at these paths give the same result. */
export interface PathsRead {
  /** For WHERE and ORDER BY. */
  filter: readonly Path[] | undefined;
  /** For the whole query. */
  whole: readonly Path[] | undefined;
}

const nothingTold: PathsRead = { filter: undefined, whole: undefined };

/**
 * Finds the paths that a query reads.
 * @param computed properties that documents do not contain; with any of them the paths are unknown
 */
export function pathsRead(query: Query, computed: readonly unknown[]): PathsRead {
  const [root, ...joined] = query.from;
  if (root === undefined || joined.length > 0 || root.iterate || root.from.kind !== "name") return nothingTold;
  if (root.alias === undefined || computed.length > 0) return nothingTold;
  const { alias } = root;
  const of = (expressions: readonly (Expression | undefined)[]): readonly Path[] | undefined => {
    const found = new Map<string, Path>();
    return expressions.every((each) => each === undefined || collect(each, alias, found))
      ? [...found.values()]
      : undefined;
  };
  const order = isGrouped(query) ? [] : query.orderBy.map(({ expression }) => expression);
  const filter = of([query.where, ...order]);
  if (filter === undefined || query.select.kind === "star") return { filter, whole: undefined };
  return { filter, whole: of([query.where, ...order, ...query.groupBy, ...selected(query.select)]) };
}

/** Collects the paths in an expression; returns false if it reads more than can be determined. */
function collect(expression: Expression, alias: string, found: Map<string, Path>): boolean {
  if (expression.kind === "subquery") return false;
  if (expression.kind === "name" || expression.kind === "member") {
    const path = pathOf(expression);
    if (path === undefined || path.alias !== alias || path.path.length === 0) return false;
    const names = path.path.filter((name) => typeof name === "string");
    if (names.length < path.path.length) return false;
    found.set(JSON.stringify(names), names);
    return true;
  }
  // It takes the document itself, or its place.
  if (expression.kind === "call" && (expression.name === "DOCUMENTID" || expression.name.startsWith("UDF")))
    return false;
  return children(expression).every((each) => collect(each, alias, found));
}
