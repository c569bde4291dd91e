import { effectiveKey } from "../effective-key.ts";
import { type PartitionKey, type PartitionKeyDefinition, pathNames } from "../partition-key.ts";
import { children, type Expression, pathOf, type Query } from "./ast.ts";
import { compileConstant } from "./compile-expression.ts";
import { likeConstant } from "./like.ts";
import { canonical, type Json, type Value } from "./values.ts";

/** A range of effective partition keys, as in a query plan. */
export interface QueryRange {
  min: string;
  max: string;
  isMinInclusive: boolean;
  isMaxInclusive: boolean;
}

const everything: QueryRange[] = [{ min: "", max: "FF", isMinInclusive: true, isMaxInclusive: false }];
const nothing: QueryRange[] = [{ min: "", max: "", isMinInclusive: true, isMaxInclusive: true }];

/** The possible values of a row at each path of the partition key, by the path's index; absent if any value is possible. */
type Keys = Map<number, Value>;
/** Alternatives, one of which a row must match; `undefined` if the filter does not restrict the key. */
type Alternatives = Keys[] | undefined;

/** With more alternatives than this the query goes to all ranges. */
const maxAlternatives = 10_000;

export interface KeyFilter {
  ranges: QueryRange[];
  /** Whether all rows have the same partition key value, so that nothing needs merging. */
  single: boolean;
}

/** The part of the key space that a query's WHERE allows, as in the service's query plan. */
export function keyFilter(
  query: Query,
  parameters: ReadonlyMap<string, Json>,
  definition: PartitionKeyDefinition | undefined,
): KeyFilter {
  if (query.from.length === 0) return { ranges: nothing, single: false };
  const root = query.from[0];
  const alias = root !== undefined && !root.iterate && root.from.kind === "name" ? root.alias : undefined;
  const paths = definition === undefined || alias === undefined ? [] : definition.paths.map(pathNames);
  const found = query.where && new Filter(paths, alias, parameters).of(query.where);
  if (found === undefined) return { ranges: everything, single: false };
  if (found.length === 0) return { ranges: nothing, single: false };
  if (definition === undefined || definition.version !== 2) return { ranges: everything, single: false };
  return rangesOf(found, definition);
}

function rangesOf(found: Keys[], definition: PartitionKeyDefinition): KeyFilter {
  const count = definition.paths.length;
  const ranges = new Map<string, QueryRange>();
  let whole = true;
  for (const keys of found) {
    const key: PartitionKey = [];
    while (keys.has(key.length)) key.push(componentOf(keys.get(key.length)));
    if (key.length === 0 || (key.length < count && definition.kind !== "MultiHash")) {
      return { ranges: everything, single: false };
    }
    const min = effectiveKey(key, definition);
    if (key.length === count) {
      ranges.set(min, { min, max: min, isMinInclusive: true, isMaxInclusive: true });
    } else {
      whole = false;
      ranges.set(min, { min, max: `${min}FF`, isMinInclusive: true, isMaxInclusive: false });
    }
  }
  const sorted = [...ranges.values()].sort((a, b) => (a.min < b.min ? -1 : 1));
  return { ranges: sorted, single: whole && sorted.length === 1 };
}

/** An array or an object counts as an absent value. */
const componentOf = (value: Value): PartitionKey[number] =>
  typeof value === "object" && value !== null ? undefined : value;

class Filter {
  readonly #paths: string[][];
  readonly #alias: string | undefined;
  readonly #parameters: ReadonlyMap<string, Json>;

  constructor(paths: string[][], alias: string | undefined, parameters: ReadonlyMap<string, Json>) {
    this.#paths = paths;
    this.#alias = alias;
    this.#parameters = parameters;
  }

  /** The alternatives for rows whose condition has the wanted truth value. */
  of(condition: Expression, wanted = true): Alternatives {
    const constant = this.#constant(condition);
    if (constant !== undefined) return constant.value === wanted ? undefined : [];
    const path = this.#path(condition);
    if (path !== undefined) return [new Map([[path, wanted]])];
    switch (condition.kind) {
      case "unary":
        return condition.operator.startsWith("NOT") ? this.of(condition.operand, !wanted) : undefined;
      case "logical": {
        const parts = condition.operands.map((operand) => this.of(operand, wanted));
        return (condition.operator === "AND") === wanted ? parts.reduce(both) : parts.reduce(either);
      }
      case "binary":
        if (condition.operator !== (wanted ? "=" : "!=")) return undefined;
        return this.#equal(condition.left, condition.right) ?? this.#equal(condition.right, condition.left);
      case "in":
        return condition.negated === wanted ? undefined : this.#oneOf(condition.operand, condition.values);
      case "like": {
        if (condition.negated === wanted) return undefined;
        const pattern = this.#constant(condition.pattern)?.value;
        const escapeWith = condition.escape === undefined ? "" : this.#constant(condition.escape)?.value;
        const text = likeConstant(pattern, escapeWith);
        return text === undefined ? undefined : this.#are(condition.operand, [text]);
      }
      case "call":
        return wanted ? this.#call(condition) : undefined;
      default:
        return undefined;
    }
  }

  #call({ name, arguments: [first, second, ...rest] }: Expression & { kind: "call" }): Alternatives {
    if (first === undefined || rest.length > 0) return undefined;
    if (second === undefined) {
      if (name === "IS_NULL") return this.#are(first, [null]);
      return name === "IS_BOOL" ? this.#are(first, [false, true]) : undefined;
    }
    if (name !== "ARRAY_CONTAINS") return undefined;
    const list = this.#constant(first)?.value;
    return Array.isArray(list) ? this.#are(second, list) : undefined;
  }

  #equal(side: Expression, other: Expression): Alternatives {
    const constant = this.#constant(other);
    if (constant === undefined) return undefined;
    if (constant.value === undefined) return [];
    if (side.kind === "call" && side.name === "ABS" && side.arguments[0] && typeof constant.value === "number") {
      return this.#are(side.arguments[0], [constant.value, -constant.value]);
    }
    return this.#are(side, [constant.value]);
  }

  #oneOf(operand: Expression, values: Expression[]): Alternatives {
    const constants = values.map((value) => this.#constant(value));
    if (constants.includes(undefined)) return undefined;
    return this.#are(
      operand,
      constants.flatMap((each) => (each?.value === undefined ? [] : [each.value])),
    );
  }

  #are(expression: Expression, values: Json[]): Alternatives {
    const path = this.#path(expression);
    if (path === undefined || values.length > maxAlternatives) return undefined;
    return values.map((value) => new Map([[path, value]]));
  }

  /** The partition key path that the expression refers to. */
  #path(expression: Expression): number | undefined {
    const path = pathOf(expression);
    if (path === undefined || path.alias !== this.#alias || this.#alias === undefined) return undefined;
    const at = this.#paths.findIndex(
      (names) => names.length === path.path.length && names.every((name, index) => name === path.path[index]),
    );
    return at < 0 ? undefined : at;
  }

  #constant(expression: Expression): { value: Value } | undefined {
    return isConstant(expression) ? compileConstant(expression, this.#parameters) : undefined;
  }
}

function isConstant(expression: Expression): boolean {
  if (expression.kind === "name" || expression.kind === "subquery") return false;
  // Functions of time and random functions have no value before the query runs.
  if (expression.kind === "call" && /^(RAND$|GETCURRENT)/.test(expression.name)) return false;
  return children(expression).every(isConstant);
}

function either(a: Alternatives, b: Alternatives): Alternatives {
  if (a === undefined || b === undefined || a.length + b.length > maxAlternatives) return undefined;
  return [...a, ...b];
}

function both(a: Alternatives, b: Alternatives): Alternatives {
  if (a === undefined || b === undefined) return a ?? b;
  // Omitting some only sends the query to more ranges than necessary.
  if (a.length * b.length > maxAlternatives) return a.length < b.length ? a : b;
  return a.flatMap((left) => b.flatMap((right) => merged(left, right)));
}

function merged(left: Keys, right: Keys): Keys[] {
  const all = new Map(left);
  for (const [path, value] of right) {
    if (all.has(path) && canonical(componentOf(all.get(path))) !== canonical(componentOf(value))) return [];
    all.set(path, value);
  }
  return [all];
}
