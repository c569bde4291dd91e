import type { Expression, OrderBy, Query, Source } from "./ast.ts";

/** The literal as the service prints it: strings in double quotes, numbers with up to 17 significant digits. */
function literal(value: unknown): string {
  if (value === undefined) return "undefined";
  if (typeof value !== "number" || Number.isInteger(value)) return JSON.stringify(value);
  if (!Number.isFinite(value)) return String(value);
  const [mantissa = "", exponent] = value.toPrecision(17).split("e");
  return mantissa.replace(/0+$/, "").replace(/\.$/, "") + (exponent === undefined ? "" : `e${exponent}`);
}

/** The expression as the service prints it in a query plan: every operator in parentheses. */
export function print(expression: Expression, indent = ""): string {
  const inner = (part: Expression): string => print(part, indent);
  const list = (parts: Expression[]): string => parts.map(inner).join(", ");
  switch (expression.kind) {
    case "literal":
      return literal(expression.value);
    case "parameter":
    case "name":
      return expression.name;
    case "member": {
      const { object, key, dotted } = expression;
      return dotted && key.kind === "literal" ? `${inner(object)}.${key.value}` : `${inner(object)}[${inner(key)}]`;
    }
    case "unary": {
      const operator = expression.operator.startsWith("NOT") ? "NOT " : expression.operator;
      return `(${operator}${inner(expression.operand)})`;
    }
    case "binary":
      return `(${inner(expression.left)} ${expression.operator} ${inner(expression.right)})`;
    case "logical": {
      const [first = "", ...rest] = expression.operands.map(inner);
      const opened = "(".repeat(rest.length) + first;
      return opened + rest.map((operand) => ` ${expression.operator} ${operand})`).join("");
    }
    case "conditional":
      return `(${inner(expression.test)} ? ${inner(expression.then)} : ${inner(expression.otherwise)})`;
    case "in":
      return `(${inner(expression.operand)} ${not(expression)}IN (${list(expression.values)}))`;
    case "between": {
      const bounds = `${inner(expression.low)} AND ${inner(expression.high)}`;
      return `(${inner(expression.operand)} ${not(expression)}BETWEEN ${bounds})`;
    }
    case "like": {
      const escapeWith = expression.escape === undefined ? "" : ` ESCAPE ${inner(expression.escape)}`;
      return `(${inner(expression.operand)} ${not(expression)}LIKE ${inner(expression.pattern)}${escapeWith})`;
    }
    case "call":
      return `${expression.written}(${list(expression.arguments)})`;
    case "object":
      return printObject(expression.entries.map(([name, value]) => [name, inner(value)]));
    case "array":
      return `[${list(expression.items)}]`;
    case "subquery": {
      const word = { exists: "EXISTS", array: "ARRAY", scalar: "" }[expression.form];
      return word + parenthesised(expression.query, indent);
    }
  }
}

const not = ({ negated }: { negated: boolean }): string => (negated ? "NOT " : "");

/** An object literal of the query language whose values are already printed. */
export const printObject = (entries: [string, string][]): string =>
  `{${entries.map(([name, value]) => `${JSON.stringify(name)}: ${value}`).join(", ")}}`;

/** The clauses of a printed query, one per line, in this order. */
export interface Clauses {
  select: string;
  from?: string;
  where?: string;
  groupBy?: string;
  orderBy?: string;
  page?: string;
}

const layout = ({ select, from, where, groupBy, orderBy, page }: Clauses, indent: string): string =>
  [
    select,
    from && `FROM ${from}`,
    where && `WHERE ${where}`,
    groupBy && `GROUP BY ${groupBy}`,
    orderBy && `ORDER BY ${orderBy}`,
    page,
  ]
    .filter((line) => line)
    .join(`\n${indent}`);

/** The query with some of its clauses replaced, or left out with an empty text. */
export function printQuery(query: Query, instead: Partial<Clauses> = {}, indent = ""): string {
  const { select, distinct, top } = query;
  const selection =
    select.kind === "star"
      ? "*"
      : select.kind === "value"
        ? `VALUE ${print(select.expression, indent)}`
        : select.items.map((item) => printItem(item.expression, item.name, item.named, indent)).join(", ");
  const clauses: Clauses = {
    select: `SELECT ${distinct ? "DISTINCT " : ""}${top ? `TOP ${print(top)} ` : ""}${selection}`,
    from: query.from.map((source) => printSource(source, indent)).join(`\n${indent}JOIN `),
    where: query.where ? print(query.where, indent) : "",
    groupBy: query.groupBy.map((key) => print(key, indent)).join(", "),
    orderBy: `${query.rank ? "RANK " : ""}${query.orderBy.map((item) => printOrder(item, indent)).join(", ")}`,
    page: query.offset && query.limit ? `OFFSET ${print(query.offset)} LIMIT ${print(query.limit)}` : "",
  };
  return layout({ ...clauses, ...instead }, indent);
}

function printItem(expression: Expression, name: string, named: boolean, indent: string): string {
  const text = print(expression, indent);
  const implied =
    expression.kind === "name"
      ? expression.name
      : expression.kind === "member" && expression.key.kind === "literal"
        ? expression.key.value
        : undefined;
  return named && implied !== name ? `${text} AS ${name}` : text;
}

const printOrder = ({ expression, written }: OrderBy, indent: string): string =>
  print(expression, indent) + (written === undefined ? "" : ` ${written}`);

function printSource({ from, alias, aliased, iterate }: Source, indent: string): string {
  const text = from.kind === "query" ? parenthesised(from, indent) : print(from, indent);
  if (iterate) return `${alias} IN ${text}`;
  return aliased ? `${text} AS ${alias}` : text;
}

function parenthesised(query: Query, indent: string): string {
  const deeper = `${indent}    `;
  return `(\n${deeper}${printQuery(query, {}, deeper)}\n${indent})`;
}
