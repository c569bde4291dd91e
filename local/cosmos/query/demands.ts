import type { Equality } from "../equality-index.ts";
import type { Bounds } from "../ordered-index.ts";
import type { Expression, Query } from "./ast.ts";
import { boundsOf, type DemandedBound, demandedBounds } from "./bounds.ts";
import { conjuncts, type DemandedEquality, demanded, demandedEqualities, valuesOf } from "./equalities.ts";
import type { Frame } from "./frame.ts";

/** What WHERE demands of every row, as far as an index over documents knows who fulfils it. */
export interface Demands {
  equalities: DemandedEquality[];
  bounds: DemandedBound[];
  /** Of each of these lists one at least, as OR has it: only those of which an index knows something in every case. */
  either: Demands[][];
}

/** The same with the values of a query's parameters. */
export interface Sought {
  equalities: Equality[];
  bounds: Bounds[];
  either: Sought[][];
}

/** More cases are not looked up one by one. */
const mostCases = 16;

/** What the conditions joined by AND at the top of WHERE demand. */
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

/** What documents are to be looked up by. */
export function soughtBy({ equalities, bounds, either }: Demands, frame: Frame): Sought {
  return {
    equalities: equalities.map((equality) => ({ path: equality.path, values: valuesOf(equality, frame) })),
    bounds: boundsOf(bounds, frame),
    either: either.map((cases) => cases.map((each) => soughtBy(each, frame))),
  };
}

/** Whether there is anything by which documents could be looked up; otherwise all are to be gone through. */
export const isSomething = ({ equalities, bounds, either }: Demands | Sought): boolean =>
  equalities.length + bounds.length + either.length > 0;
