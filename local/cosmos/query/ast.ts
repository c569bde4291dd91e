import type { Json } from "./values.ts";

export interface Place {
  start: number;
  end: number;
}

export type Call = Place & {
  kind: "call";
  /** In upper case. */
  name: string;
  /** The name as written in the query. */
  written: string;
  arguments: Expression[];
};

export type Expression =
  | Call
  | (Place &
      (
        | { kind: "literal"; value: Json | undefined }
        | { kind: "parameter"; name: string }
        | { kind: "name"; name: string }
        /** `dotted` means `object.key`, otherwise `object[key]`. */
        | { kind: "member"; object: Expression; key: Expression; dotted: boolean }
        | { kind: "unary"; operator: string; operand: Expression }
        | { kind: "binary"; operator: string; left: Expression; right: Expression }
        /** Two or more operands, so that a long chain is not deeply nested. */
        | { kind: "logical"; operator: "AND" | "OR"; operands: Expression[] }
        | { kind: "conditional"; test: Expression; then: Expression; otherwise: Expression }
        | { kind: "in"; operand: Expression; values: Expression[]; negated: boolean }
        | { kind: "between"; operand: Expression; low: Expression; high: Expression; negated: boolean }
        | { kind: "like"; operand: Expression; pattern: Expression; escape: Expression | undefined; negated: boolean }
        | { kind: "object"; entries: [string, Expression][] }
        | { kind: "array"; items: Expression[] }
        | { kind: "subquery"; form: "exists" | "array" | "scalar"; query: Query }
      ));

export interface SelectItem {
  expression: Expression;
  name: string;
  /** Whether AS or the property determines the name; otherwise it is `$1`, `$2` … */
  named: boolean;
}

export type Select =
  | { kind: "star" }
  | { kind: "value"; expression: Expression }
  | { kind: "list"; items: SelectItem[] };

/** One source of FROM or JOIN; `iterate` is the `x IN …` form. */
export interface Source extends Place {
  alias: string | undefined;
  /** Whether the query gives the alias explicitly; otherwise it is the last name of the path. */
  aliased: boolean;
  iterate: boolean;
  from: Expression | Query;
}

export interface OrderBy {
  expression: Expression;
  descending: boolean;
  /** ASC or DESC, if the query contains it. */
  written: "ASC" | "DESC" | undefined;
}

export interface Query extends Place {
  kind: "query";
  distinct: boolean;
  top: Expression | undefined;
  topPlace: Place;
  select: Select;
  /** From the start of the first select item to the end of the last. */
  selectPlace: Place;
  from: Source[];
  where: Expression | undefined;
  groupBy: Expression[];
  orderBy: OrderBy[];
  /** ORDER BY RANK. */
  rank: boolean;
  orderPlace: Place;
  offset: Expression | undefined;
  limit: Expression | undefined;
  offsetPlace: Place;
}

export const aggregateNames = new Set(["COUNT", "SUM", "MIN", "MAX", "AVG", "COUNTIF", "MAKELIST", "MAKESET"]);

/** Whether the expression is a call of an aggregate function. */
export function isAggregate(expression: Expression): expression is Call {
  return expression.kind === "call" && aggregateNames.has(expression.name);
}

/** The direct subexpressions. Those inside a subquery belong to the subquery. */
export function children(expression: Expression): Expression[] {
  switch (expression.kind) {
    case "member":
      return [expression.object, expression.key];
    case "unary":
      return [expression.operand];
    case "binary":
      return [expression.left, expression.right];
    case "logical":
      return expression.operands;
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
export function aggregatesIn(expression: Expression): Call[] {
  if (isAggregate(expression)) return [expression];
  return children(expression).flatMap(aggregatesIn);
}

/** The select clause's expressions. */
export function selected(select: Select): Expression[] {
  if (select.kind === "star") return [];
  return select.kind === "value" ? [select.expression] : select.items.map((item) => item.expression);
}

/** Whether the query returns one row per group of rows. */
export const isGrouped = (query: Query): boolean =>
  query.groupBy.length > 0 || selected(query.select).some((each) => aggregatesIn(each).length > 0);

/** The expressions of a query itself, without those of its subqueries, in the order of the text. */
export function expressionsOf(query: Query): Expression[] {
  return [
    ...selected(query.select),
    ...query.from.flatMap((source) => (source.from.kind === "query" ? [] : [source.from])),
    ...(query.where ? [query.where] : []),
    ...query.groupBy,
    ...query.orderBy.map((item) => item.expression),
  ];
}

/** The subqueries of a query, each after its own subqueries; this is the order in which errors are reported. */
export function subqueriesOf(query: Query): Query[] {
  const within = (expression: Expression): Query[] =>
    expression.kind === "subquery" ? [expression.query] : children(expression).flatMap(within);
  const direct = [
    ...selected(query.select).flatMap(within),
    ...query.from.flatMap((source) => (source.from.kind === "query" ? [source.from] : within(source.from))),
    ...[query.where, ...query.groupBy, ...query.orderBy.map((item) => item.expression)].flatMap((each) =>
      each === undefined ? [] : within(each),
    ),
  ];
  return direct.flatMap((inner) => [...subqueriesOf(inner), inner]);
}

/** Whether a key in `object[key]` is a property name or an array index. */
export const isConstantKey = (key: Expression): boolean =>
  key.kind === "literal" && (typeof key.value === "string" || (Number.isInteger(key.value) && Number(key.value) >= 0));

/** The names after the alias in `c.a["b"].c`, or `undefined` if the expression is not a path of constant names. */
export function pathOf(expression: Expression): { alias: string; path: (string | number)[] } | undefined {
  if (expression.kind === "name") return { alias: expression.name, path: [] };
  if (expression.kind !== "member" || expression.key.kind !== "literal") return undefined;
  const key = expression.key.value;
  const rest = pathOf(expression.object);
  if (rest === undefined || (typeof key !== "string" && typeof key !== "number")) return undefined;
  return { alias: rest.alias, path: [...rest.path, key] };
}
