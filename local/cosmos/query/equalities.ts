import { type Expression, pathOf, type Query } from "./ast.ts";
import type { Frame } from "./frame.ts";
import { canonical, type Value } from "./values.ts";

/** A condition `path = value` or `path IN (values)` on the document itself that WHERE requires of every row. */
export interface DemandedEquality {
  path: (string | number)[];
  values: Expression[];
}

/**
 * The equalities with constants or parameters among the conditions. Those of computed properties are left out, because the document does not contain
 * them.
 */
export function demandedEqualities(
  conditions: readonly Expression[],
  query: Query,
  computed: readonly { name: string }[],
): DemandedEquality[] {
  return conditions.flatMap((expression) => {
    const equality = asEquality(expression);
    const path = equality && storedPath(equality.operand, query, computed);
    if (equality === undefined || path === undefined) return [];
    return equality.values.every(isConstant) ? [{ path, values: equality.values }] : [];
  });
}

/** The conditions that WHERE requires of every row. */
export const demanded = ({ where }: Query): Expression[] => (where === undefined ? [] : conjuncts(where));

/** The path of an expression in the document itself; `undefined` if it belongs to another source, is computed, or is the whole document. */
export function storedPath(
  expression: Expression,
  { from: [root] }: Query,
  computed: readonly { name: string }[],
): (string | number)[] | undefined {
  if (root === undefined || root.iterate || root.from.kind !== "name") return undefined;
  const path = pathOf(expression);
  if (path === undefined || path.alias !== root.alias || path.path.length === 0) return undefined;
  return computed.some(({ name }) => name === path.path[0]) ? undefined : path.path;
}

/** The values as text. An undefined value equals nothing and is left out. */
export function valuesOf(equality: DemandedEquality, frame: Frame): string[] {
  return equality.values.flatMap((expression) => {
    const value = constantIn(expression, frame);
    return value === undefined ? [] : [canonical(value)];
  });
}

/** The value of a constant or a parameter. */
export function constantIn(expression: Expression, { parameters }: Pick<Frame, "parameters">): Value {
  if (expression.kind === "literal") return expression.value;
  return expression.kind === "parameter" ? parameters.get(expression.name) : undefined;
}

/** Whether the value of an expression is known before any document is read. */
export const isConstant = ({ kind }: Expression): boolean => kind === "literal" || kind === "parameter";

/** The conditions joined by AND at the top level. */
export function conjuncts(expression: Expression): Expression[] {
  if (expression.kind !== "logical" || expression.operator !== "AND") return [expression];
  return expression.operands.flatMap(conjuncts);
}

function asEquality(expression: Expression): { operand: Expression; values: Expression[] } | undefined {
  if (expression.kind === "in" && !expression.negated)
    return { operand: expression.operand, values: expression.values };
  if (expression.kind !== "binary" || expression.operator !== "=") return undefined;
  return isConstant(expression.left)
    ? { operand: expression.right, values: [expression.left] }
    : { operand: expression.left, values: [expression.right] };
}
