import { CosmosError } from "../errors.ts";
import { aggregateNames, type Call, type Expression, type Query } from "./ast.ts";
import type { Evaluate, Frame } from "./frame.ts";
import { builtIn, functionProblem } from "./function-list.ts";
import { likeTest } from "./like.ts";
import { Budget, bounded } from "./limits.ts";
import { operators } from "./operators.ts";
import { queryError, queryErrors } from "./query-error.ts";
import { canonical, equalValues, type Json, member, put, type Value } from "./values.ts";

/** The slot of each alias; an inner scope sees the outer ones. */
export interface Scope {
  names: Map<string, number>;
  outer: Scope | undefined;
}

export interface Compilation {
  /** Counters for the whole query, including subqueries. */
  counters: { slots: number; aggregates: number };
  /** Set where aggregate calls are allowed; returns the index of a call in `Frame.aggregates`. */
  collect: ((call: Call, scope: Scope) => number) | undefined;
  /** What queries get for a property of the document itself (slot 0) that items do not contain. */
  computed: ReadonlyMap<string, Evaluate>;
  /** The rows of a subquery. */
  subquery(query: Query, scope: Scope): (frame: Frame) => Json[];
}

/** Compiles an expression into a function. @throws a 400 for a name, function or parameter count that does not exist. */
export function compile(expression: Expression, scope: Scope, compilation: Compilation): Evaluate {
  const inner = (part: Expression): Evaluate => compile(part, scope, compilation);
  switch (expression.kind) {
    case "literal": {
      const { value } = expression;
      return () => value;
    }
    case "parameter": {
      const { name, start, end } = expression;
      return ({ parameters }) => {
        if (!parameters.has(name)) throw queryError("SC2112", `The parameter '${name}' has no value.`, start, end);
        return parameters.get(name);
      };
    }
    case "name": {
      const slot = resolve(expression.name, scope);
      if (slot === undefined) {
        const message = `Identifier '${expression.name}' could not be resolved.`;
        throw queryError("SC2001", message, expression.start, expression.end);
      }
      return ({ slots }) => slots[slot];
    }
    case "member": {
      const computed = computedOf(expression, scope, compilation);
      if (computed !== undefined) return computed;
      const object = inner(expression.object);
      if (expression.key.kind === "literal") {
        const key = expression.key.value;
        return (frame) => member(object(frame), key);
      }
      const key = inner(expression.key);
      return (frame) => member(object(frame), key(frame));
    }
    case "unary":
      return compileUnary(expression.operator, inner(expression.operand));
    case "binary":
      return compileBinary(expression.operator, inner(expression.left), inner(expression.right));
    case "logical":
      return compileLogical(expression.operator === "OR", expression.operands.map(inner));
    case "conditional": {
      const test = inner(expression.test);
      const then = inner(expression.then);
      const otherwise = inner(expression.otherwise);
      return (frame) => (test(frame) === true ? then(frame) : otherwise(frame));
    }
    case "in": {
      const operand = inner(expression.operand);
      const values = expression.values.map(inner);
      const { negated } = expression;
      const constants = constantSet(expression.values);
      return (frame) => {
        const value = operand(frame);
        if (value === undefined) return undefined;
        if (constants !== undefined) return constants.has(canonical(value)) !== negated;
        frame.budget.spend(values.length);
        const found = values.some((each) => {
          const candidate = each(frame);
          return candidate !== undefined && equalValues(value, candidate);
        });
        return found !== negated;
      };
    }
    case "between": {
      const low = compileBinary(">=", inner(expression.operand), inner(expression.low));
      const high = compileBinary("<=", inner(expression.operand), inner(expression.high));
      const both = compileLogical(false, [low, high]);
      return expression.negated ? compileUnary("NOT", both) : both;
    }
    case "like": {
      const like = likeTest(
        inner(expression.operand),
        inner(expression.pattern),
        expression.escape === undefined ? undefined : inner(expression.escape),
      );
      return expression.negated ? compileUnary("NOT", like) : like;
    }
    case "call":
      return compileCall(expression, scope, compilation);
    case "object": {
      const entries = expression.entries.map(([name, value]) => [name, inner(value)] as const);
      return (frame) => {
        const object: { [name: string]: Json } = {};
        for (const [name, evaluate] of entries) put(object, name, evaluate(frame));
        return bounded(object);
      };
    }
    case "array": {
      const items = expression.items.map(inner);
      return (frame) => bounded(items.map((item) => item(frame)).filter((item) => item !== undefined));
    }
    case "subquery": {
      const rows = compilation.subquery(expression.query, scope);
      if (expression.form === "exists") return (frame) => rows(frame).length > 0;
      if (expression.form === "array") return (frame) => bounded(rows(frame));
      return (frame) => rows(frame)[0];
    }
  }
}

/** A computed property takes precedence over a property of the item. */
function computedOf(
  { object, key }: Expression & { kind: "member" },
  scope: Scope,
  { computed }: Compilation,
): Evaluate | undefined {
  if (key.kind !== "literal" || typeof key.value !== "string" || object.kind !== "name") return undefined;
  return resolve(object.name, scope) === 0 ? computed.get(key.value) : undefined;
}

function resolve(name: string, scope: Scope | undefined): number | undefined {
  for (let at = scope; at !== undefined; at = at.outer) {
    const slot = at.names.get(name);
    if (slot !== undefined) return slot;
  }
  return undefined;
}

function compileUnary(operator: string, operand: Evaluate): Evaluate {
  if (operator.startsWith("NOT")) {
    return (frame) => {
      const value = operand(frame);
      return typeof value === "boolean" ? !value : undefined;
    };
  }
  const apply = operator === "-" ? (n: number) => -n : operator === "~" ? (n: number) => ~n : (n: number) => n;
  return (frame) => {
    const value = operand(frame);
    return typeof value === "number" ? apply(value) : undefined;
  };
}

/** Three-valued logic: one operand can decide; otherwise an operand that is not a Boolean makes the result undefined. */
function compileLogical(decides: boolean, operands: Evaluate[]): Evaluate {
  return (frame) => {
    let known = true;
    for (const operand of operands) {
      const value = operand(frame);
      if (value === decides) return decides;
      if (typeof value !== "boolean") known = false;
    }
    return known ? !decides : undefined;
  };
}

function compileBinary(operator: string, left: Evaluate, right: Evaluate): Evaluate {
  if (operator === "??") {
    return (frame) => {
      const value = left(frame);
      return value === undefined ? right(frame) : value;
    };
  }
  const apply = operators[operator];
  if (apply === undefined) throw new Error(`The parser knows an operator that the compiler does not: ${operator}`);
  return (frame) => {
    const a = left(frame);
    if (a === undefined) return undefined;
    const b = right(frame);
    if (b === undefined) return undefined;
    const value = apply(a, b);
    return typeof value === "string" ? bounded(value) : value;
  };
}

function compileCall(call: Call, scope: Scope, compilation: Compilation): Evaluate {
  const { name, start, end } = call;
  if (aggregateNames.has(name)) {
    if (compilation.collect === undefined) {
      throw queryError("SC2053", `The aggregate ${name} can only stand in the SELECT clause.`, start, end);
    }
    const index = compilation.collect(call, scope);
    return ({ aggregates }) => aggregates[index];
  }
  const args = call.arguments.map((argument) => compile(argument, scope, compilation));
  const found = builtIn(name);
  if (found === undefined) {
    // A query plan is still possible. A query that is run has been rejected earlier.
    const problem = functionProblem(call);
    return () => {
      throw queryErrors(problem === undefined ? [] : [problem.problem]);
    };
  }
  return (frame) => {
    const values = args.map((argument) => argument(frame));
    for (const value of values) {
      if (typeof value === "string") frame.budget.spend(value.length >> 4);
      else if (Array.isArray(value)) frame.budget.spend(value.length);
    }
    return bounded(found.run(values, frame));
  };
}

/** The values of a list of literals, for a look-up. */
function constantSet(values: Expression[]): Set<string> | undefined {
  const literals = values.flatMap((each) => (each.kind === "literal" && each.value !== undefined ? [each.value] : []));
  return literals.length === values.length ? new Set(literals.map(canonical)) : undefined;
}

/** The value of an expression without names; undefined if it has no value yet (a parameter that is not given). */
export function compileConstant(
  expression: Expression,
  parameters: ReadonlyMap<string, Json>,
): { value: Value } | undefined {
  const subquery = (): never => {
    throw new Error("A constant has no subqueries.");
  };
  const counters = { slots: 0, aggregates: 0 };
  const compilation = { counters, collect: undefined, computed: new Map<string, Evaluate>(), subquery };
  try {
    const evaluate = compile(expression, { names: new Map(), outer: undefined }, compilation);
    return {
      value: evaluate({ slots: [], parameters, aggregates: [], now: 0, random: () => 0, budget: new Budget() }),
    };
  } catch (error) {
    if (error instanceof CosmosError) return undefined;
    throw error;
  }
}
