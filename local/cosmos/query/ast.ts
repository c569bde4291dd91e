import type { Json } from "./values.ts";

interface Place {
  start: number;
  end: number;
}

export type Expression = Place &
  (
    | { kind: "literal"; value: Json | undefined }
    | { kind: "parameter"; name: string }
    | { kind: "name"; name: string }
    | { kind: "member"; object: Expression; key: Expression }
    | { kind: "unary"; operator: string; operand: Expression }
    | { kind: "binary"; operator: string; left: Expression; right: Expression }
    | { kind: "conditional"; test: Expression; then: Expression; otherwise: Expression }
    | { kind: "in"; operand: Expression; values: Expression[]; negated: boolean }
    | { kind: "between"; operand: Expression; low: Expression; high: Expression; negated: boolean }
    | { kind: "like"; operand: Expression; pattern: Expression; escape: Expression | undefined; negated: boolean }
    | { kind: "call"; name: string; arguments: Expression[] }
    | { kind: "object"; entries: [string, Expression][] }
    | { kind: "array"; items: Expression[] }
    | { kind: "subquery"; form: "exists" | "array" | "scalar"; query: Query }
  );

export type Select =
  | { kind: "star" }
  | { kind: "value"; expression: Expression }
  | { kind: "list"; items: { expression: Expression; name: string }[] };

/** One source of FROM or JOIN; `iterate` is the `x IN …` form. */
export interface Source extends Place {
  alias: string | undefined;
  iterate: boolean;
  from: Expression | Query;
}

export interface OrderBy {
  expression: Expression;
  descending: boolean;
}

export interface Query extends Place {
  kind: "query";
  distinct: boolean;
  top: Expression | undefined;
  select: Select;
  /** From the start of the first select item to the end of the last. */
  selectPlace: Place;
  from: Source[];
  fromPlace: Place;
  where: Expression | undefined;
  groupBy: Expression[];
  orderBy: OrderBy[];
  offset: Expression | undefined;
  limit: Expression | undefined;
}

export const aggregateNames = new Set(["COUNT", "SUM", "MIN", "MAX", "AVG"]);

/** Whether the expression is a call of an aggregate function. */
export function isAggregate(expression: Expression): expression is Expression & { kind: "call" } {
  return expression.kind === "call" && aggregateNames.has(expression.name);
}

/** The expressions directly inside; those inside a subquery belong to the subquery. */
export function children(expression: Expression): Expression[] {
  switch (expression.kind) {
    case "member":
      return [expression.object, expression.key];
    case "unary":
      return [expression.operand];
    case "binary":
      return [expression.left, expression.right];
    case "conditional":
      return [expression.test, expression.then, expression.otherwise];
    case "in":
      return [expression.operand, ...expression.values];
    case "between":
      return [expression.operand, expression.low, expression.high];
    case "like":
      return [expression.operand, expression.pattern, ...(expression.escape ? [expression.escape] : [])];
    case "call":
      return expression.arguments;
    case "object":
      return expression.entries.map(([, value]) => value);
    case "array":
      return expression.items;
    default:
      return [];
  }
}

/** Every aggregate call in the expression. */
export function aggregatesIn(expression: Expression): (Expression & { kind: "call" })[] {
  if (isAggregate(expression)) return [expression];
  return children(expression).flatMap(aggregatesIn);
}

/** The select clause's expressions. */
export function selected(select: Select): Expression[] {
  if (select.kind === "star") return [];
  return select.kind === "value" ? [select.expression] : select.items.map((item) => item.expression);
}

/** The names after the alias in `c.a["b"].c`, or `undefined` when the expression is no path of constant names. */
export function pathOf(expression: Expression): { alias: string; path: (string | number)[] } | undefined {
  if (expression.kind === "name") return { alias: expression.name, path: [] };
  if (expression.kind !== "member" || expression.key.kind !== "literal") return undefined;
  const key = expression.key.value;
  const rest = pathOf(expression.object);
  if (rest === undefined || (typeof key !== "string" && typeof key !== "number")) return undefined;
  return { alias: rest.alias, path: [...rest.path, key] };
}
