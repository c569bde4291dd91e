import { type Expression, pathOf, type Query } from "./ast.ts";
import type { Frame } from "./frame.ts";
import { canonical, type Value } from "./values.ts";

/** `path = value` or `path IN (values)` that WHERE demands of every row of the query, about the document itself. */
export interface DemandedEquality {
  path: (string | number)[];
  values: Expression[];
}

/**
 * The equalities with constants or parameters among conditions; those of computed properties are left out, for the document does not hold them.
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

/** The conditions that WHERE demands of every row. */
export const demanded = ({ where }: Query): Expression[] => (where === undefined ? [] : conjuncts(where));

/** Where in the document itself the value of an expression stands; `undefined` when it is another's, computed, or the whole document. */
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

/** Whether the value of an expression is known before any document is read. */
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
