import { aggregateNames, type Expression, type Query } from "./ast.ts";
import type { Evaluate, Frame } from "./frame.ts";
import { builtIns } from "./functions.ts";
import { likeTest } from "./like.ts";
import { operators } from "./operators.ts";
import { queryError } from "./query-error.ts";
import { equalValues, type Json, member } from "./values.ts";

/** Which slot each alias has; an inner scope sees the outer ones. */
export interface Scope {
  names: Map<string, number>;
  outer: Scope | undefined;
}

export interface Compilation {
  /** What is numbered over the whole query, subqueries included. */
  counters: { slots: number; aggregates: number };
  /** Where aggregate calls may stand; each is given its place in `Frame.aggregates`. */
  collect: ((call: Expression & { kind: "call" }, scope: Scope) => number) | undefined;
  /** The rows of a subquery. */
  subquery(query: Query, scope: Scope): (frame: Frame) => Json[];
}

/** Turns an expression into a function. @throws a 400 for a name, function or parameter count that does not exist. */
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
      return (frame) => {
        const value = operand(frame);
        if (value === undefined) return undefined;
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
      const both = compileBinary("AND", low, high);
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
        for (const [name, evaluate] of entries) {
          const value = evaluate(frame);
          if (value !== undefined) object[name] = value;
        }
        return object;
      };
    }
    case "array": {
      const items = expression.items.map(inner);
      return (frame) => items.map((item) => item(frame)).filter((item) => item !== undefined);
    }
    case "subquery": {
      const rows = compilation.subquery(expression.query, scope);
      if (expression.form === "exists") return (frame) => rows(frame).length > 0;
      if (expression.form === "array") return rows;
      return (frame) => rows(frame)[0];
    }
  }
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

function compileBinary(operator: string, left: Evaluate, right: Evaluate): Evaluate {
  // Three values: what the other side cannot change is known, else a side that is no Boolean makes it undefined.
  if (operator === "AND" || operator === "OR") {
    const decides = operator === "OR";
    return (frame) => {
      const a = left(frame);
      if (a === decides) return decides;
      const b = right(frame);
      if (b === decides) return decides;
      return typeof a === "boolean" && typeof b === "boolean" ? !decides : undefined;
    };
  }
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
    return b === undefined ? undefined : apply(a, b);
  };
}

function compileCall(call: Expression & { kind: "call" }, scope: Scope, compilation: Compilation): Evaluate {
  const { name, start, end } = call;
  if (aggregateNames.has(name)) {
    if (call.arguments.length !== 1) {
      throw queryError("SC2050", `${name} takes one argument, as in ${name}(c.price) or COUNT(1).`, start, end);
    }
    if (compilation.collect === undefined) {
      throw queryError("SC2053", `The aggregate ${name} can only stand in the SELECT clause.`, start, end);
    }
    const index = compilation.collect(call, scope);
    return ({ aggregates }) => aggregates[index];
  }
  const builtIn = Object.hasOwn(builtIns, name) ? builtIns[name] : undefined;
  if (builtIn === undefined) {
    throw queryError("SC2005", `'${name}' is not a recognized built-in function name.`, start, start + name.length);
  }
  if (call.arguments.length < builtIn.least || call.arguments.length > builtIn.most) {
    const range = builtIn.least === builtIn.most ? `${builtIn.least}` : `${builtIn.least} to ${builtIn.most}`;
    throw queryError("SC2050", `The ${name} function requires ${range} argument(s).`, start, end);
  }
  const args = call.arguments.map((argument) => compile(argument, scope, compilation));
  return (frame) =>
    builtIn.run(
      args.map((argument) => argument(frame)),
      frame.now,
    );
}
