import type { Bounds } from "../ordered-index.ts";
import type { Expression, Query } from "./ast.ts";
import { constantIn, isConstant, storedPath } from "./equalities.ts";
import type { Frame } from "./frame.ts";
import { compareValues, isObject, typeOrder } from "./values.ts";

/** A comparison between a path of the document and a constant that WHERE requires of every row. */
export interface DemandedBound {
  path: (string | number)[];
  low?: Expression;
  high?: Expression;
}

/** The range comparisons among the conditions, including BETWEEN. Whether the edge itself is included is left to the condition. */
export function demandedBounds(
  conditions: readonly Expression[],
  query: Query,
  computed: readonly { name: string }[],
): DemandedBound[] {
  return conditions.flatMap((expression) => {
    const bound = asBound(expression);
    const path = bound && storedPath(bound.operand, query, computed);
    if (bound === undefined || path === undefined) return [];
    const { operand: _, ...edges } = bound;
    return [{ path, ...edges }];
  });
}

/** The bounds of each path, with the values of the query's parameters. Comparisons with a value that has no order are left out. */
export function boundsOf(asked: readonly DemandedBound[], frame: Frame): Bounds[] {
  const all = new Map<string, Bounds>();
  for (const { path, low, high } of asked) {
    const name = JSON.stringify(path);
    const bounds = all.get(name) ?? { path };
    all.set(name, bounds);
    if (low !== undefined) narrow(bounds, "low", low, frame);
    if (high !== undefined) narrow(bounds, "high", high, frame);
  }
  return [...all.values()].filter(({ low, high }) => low !== undefined || high !== undefined);
}

/** The narrowest of several edges counts. An edge of another type than the previous ones is left to the condition, which no document fulfils then. */
function narrow(bounds: Bounds, side: "low" | "high", expression: Expression, frame: Frame): void {
  const value = constantIn(expression, frame);
  if (value === undefined || Array.isArray(value) || isObject(value)) return;
  const other = bounds.low ?? bounds.high;
  if (other !== undefined && typeOrder(other) !== typeOrder(value)) return;
  const known = bounds[side];
  const order = known === undefined ? 0 : compareValues(value, known);
  if (known === undefined || (side === "low" ? order > 0 : order < 0)) bounds[side] = value;
}

const turned: Record<string, string> = { "<": ">", "<=": ">=", ">": "<", ">=": "<=" };

function asBound(expression: Expression): (Omit<DemandedBound, "path"> & { operand: Expression }) | undefined {
  if (expression.kind === "between" && !expression.negated) {
    const { operand, low, high } = expression;
    return isConstant(low) && isConstant(high) ? { operand, low, high } : undefined;
  }
  if (expression.kind !== "binary" || turned[expression.operator] === undefined) return undefined;
  const { left, right, operator } = expression;
  const constant = isConstant(left) ? left : right;
  if (!isConstant(constant)) return undefined;
  const [operand, by] = constant === left ? [right, turned[operator]] : [left, operator];
  return by?.startsWith(">") ? { operand, low: constant } : { operand, high: constant };
}
