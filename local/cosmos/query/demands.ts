import type { Equality } from "../equality-index.ts";
import type { Bounds } from "../ordered-index.ts";
import type { Expression, Query } from "./ast.ts";
import { boundsOf, type DemandedBound, demandedBounds } from "./bounds.ts";
import { conjuncts, type DemandedEquality, demanded, demandedEqualities, valuesOf } from "./equalities.ts";
import type { Frame } from "./frame.ts";

/** The requirements of WHERE for every row, as far as an index over documents can find the matching ones. */
export interface Demands {
  equalities: DemandedEquality[];
  bounds: DemandedBound[];
  /** At least one of each list must be fulfilled, as with OR. Only lists in which an index can help with every case. */
  either: Demands[][];
}

/** The same with the values of a query's parameters. */
export interface Sought {
  equalities: Equality[];
  bounds: Bounds[];
  either: Sought[][];
}

/** Lists with more cases are not looked up. */
const mostCases = 16;

/** The requirements of the conditions joined by AND at the top of WHERE. */
export const demandsOf = (query: Query, computed: readonly { name: string }[]): Demands =>
  demandsIn(demanded(query), query, computed);

function demandsIn(conditions: readonly Expression[], query: Query, computed: readonly { name: string }[]): Demands {
  return {
    equalities: demandedEqualities(conditions, query, computed),
    bounds: demandedBounds(conditions, query, computed),
    either: conditions.flatMap((condition) => {
      if (condition.kind !== "logical" || condition.operator !== "OR") return [];
      const cases = condition.operands.map((operand) => demandsIn(conjuncts(operand), query, computed));
      return cases.length <= mostCases && cases.every(isSomething) ? [cases] : [];
    }),
  };
}

/** The requirements with values, for a look-up of documents. */
export function soughtBy({ equalities, bounds, either }: Demands, frame: Frame): Sought {
  return {
    equalities: equalities.map((equality) => ({ path: equality.path, values: valuesOf(equality, frame) })),
    bounds: boundsOf(bounds, frame),
    either: either.map((cases) => cases.map((each) => soughtBy(each, frame))),
  };
}

/** Whether documents can be looked up at all; otherwise all must be scanned. */
export const isSomething = ({ equalities, bounds, either }: Demands | Sought): boolean =>
  equalities.length + bounds.length + either.length > 0;
