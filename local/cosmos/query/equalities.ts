import { type Expression, pathOf, type Query } from "./ast.ts";
import type { Frame } from "./frame.ts";
import { canonical, type Value } from "./values.ts";

/** `path = value` or `path IN (values)` that WHERE demands of every row of the query, about the document itself. */
export interface DemandedEquality {
  path: (string | number)[];
  values: Expression[];
}

/**
 * The equalities with constants or parameters that are joined by AND at the top of WHERE; those of computed properties are
 * left out, for the document does not hold them.
 */
export function demandedEqualities({ where, from }: Query, computed: readonly { name: string }[]): DemandedEquality[] {
  const [root] = from;
  if (where === undefined || root === undefined || root.iterate || root.from.kind !== "name") return [];
  return conjuncts(where).flatMap((expression) => {
    const equality = asEquality(expression);
    const path = equality && pathOf(equality.operand);
    if (equality === undefined || path === undefined || path.alias !== root.alias || path.path.length === 0) return [];
    if (computed.some(({ name }) => name === path.path[0])) return [];
    return equality.values.every(isConstant) ? [{ path: path.path, values: equality.values }] : [];
  });
}

/** The values as text; one that is undefined equals nothing and is left out. */
export function valuesOf(equality: DemandedEquality, frame: Frame): string[] {
  return equality.values.flatMap((expression) => {
    const value = constantIn(expression, frame);
    return value === undefined ? [] : [canonical(value)];
  });
}

/** What a constant or a parameter stands for. */
export function constantIn(expression: Expression, { parameters }: Pick<Frame, "parameters">): Value {
  if (expression.kind === "literal") return expression.value;
  return expression.kind === "parameter" ? parameters.get(expression.name) : undefined;
}

export const isConstant = ({ kind }: Expression): boolean => kind === "literal" || kind === "parameter";

/** The conditions that are joined by AND at the top. */
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
