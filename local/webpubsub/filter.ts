import { type Token, tokensOf } from "./filter-tokens.ts";
import {
  compare,
  type Filtered,
  functions,
  identifiers,
  type Operand,
  type Type,
  type Value,
} from "./filter-values.ts";
import { FilterRefusal, shortened } from "./refusal.ts";

export type { Filtered } from "./filter-values.ts";

/** The maximum nesting depth of parentheses, `not` and calls. The service's limit is not documented. */
const deepest = 100;

const comparisons = ["eq", "ne", "gt", "ge", "lt", "le"] as const;

/**
 * Parses an OData filter by the service's public grammar: `userId`, `connectionId`, `groups` and `protocol`; strings in quotes (inner ones doubled),
 * whole
 * numbers, `true`, `false`, `null`; comparisons, `in` a list or `groups`, `not`, `and`, `or`; and functions. Parsing and evaluation take
 * linear time.
 * @param target the parameter's name in messages: `filter` in the query, `Filter` in a body.
 * @throws FilterRefusal 400 in the service's words.
 * @see https://learn.microsoft.com/azure/azure-web-pubsub/reference-odata-filter
 */
export function parseFilter(text: string, target = "filter"): (connection: Filtered) => boolean {
  try {
    const { of } = new Parser(text).whole();
    return (connection) => of(connection) === true;
  } catch (error) {
    if (error instanceof FilterRefusal && error.target !== target) throw error.about(target);
    throw error;
  }
}

/** Recursive descent: `or` has the lowest precedence, then `and`, comparisons, `not` and `in`. */
class Parser {
  readonly #text: string;
  /** The filter as messages quote it. */
  readonly #shown: string;
  readonly #tokens: Token[];
  #next = 0;
  #depth = 0;
  /** The first wrong name or type. As in the service, it is reported only if the whole syntax is valid. */
  #wrong: FilterRefusal | undefined;

  constructor(text: string) {
    this.#text = text;
    this.#shown = shortened(text);
    this.#tokens = tokensOf(text);
  }

  whole(): Operand {
    const filter = this.#or();
    if (this.#token.kind !== "end") throw this.#syntaxError();
    this.#need("bool", filter, 0);
    if (this.#wrong) throw this.#wrong;
    return filter;
  }

  #or(): Operand {
    return this.#chain(
      "or",
      () => this.#and(),
      (operands, connection) => operands.some((each) => each.of(connection)),
    );
  }

  #and(): Operand {
    const every = (operands: Operand[], connection: Filtered) => operands.every((each) => each.of(connection));
    return this.#chain("and", () => this.#comparison(), every);
  }

  /** A chain of one operator, evaluated iteratively so that a long chain needs no deep recursion. */
  #chain(word: string, part: () => Operand, judge: (operands: Operand[], connection: Filtered) => boolean): Operand {
    const operands: Operand[] = [];
    do {
      const { start } = this.#token;
      const operand = part();
      if (operands.length > 0 || this.#is(word)) this.#need("bool", operand, start);
      operands.push(operand);
    } while (this.#take(word));
    const [only] = operands;
    return only !== undefined && operands.length === 1 ? only : bool((connection) => judge(operands, connection));
  }

  #comparison(): Operand {
    const { start } = this.#token;
    const left = this.#not();
    const operator = comparisons.find((word) => this.#take(word));
    if (operator === undefined) return left;
    const right = this.#not();
    // Texts and collections are only compared for being the same; what is of different types never is.
    if (operator !== "eq" && operator !== "ne") {
      for (const operand of [left, right]) if (operand.type !== "null") this.#need("int", operand, start);
    }
    return bool((connection) => compare(operator, left.of(connection), right.of(connection)));
  }

  #not(): Operand {
    const { start } = this.#token;
    if (!this.#take("not")) return this.#in();
    const operand = this.#deeper(() => this.#not());
    this.#need("bool", operand, start);
    return bool((connection) => operand.of(connection) !== true);
  }

  #in(): Operand {
    const left = this.#primary();
    if (!this.#take("in")) return left;
    const { start } = this.#token;
    const of = this.#isList() ? this.#list(left) : this.#primary();
    if (!Array.isArray(of)) {
      this.#need("collection", of, start);
      return bool((connection) => {
        const [value, all] = [left.of(connection), of.of(connection)];
        return typeof value === "string" && (all as ReadonlySet<string>).has(value);
      });
    }
    return bool((connection) => {
      const value = left.of(connection);
      return of.some((each) => each.of(connection) === value);
    });
  }

  /** Whether a list of values starts here, and not a collection in parentheses. */
  #isList(): boolean {
    let at = this.#next;
    while (this.#tokens[at]?.kind === "(") at++;
    return at > this.#next && this.#tokens[at]?.value.toLowerCase() !== "groups";
  }

  #list(left: Operand): Operand[] {
    this.#next++;
    const values: Operand[] = [];
    do {
      const { start } = this.#token;
      const value = this.#primary();
      if (left.type !== "null" && value.type !== "null") this.#need(left.type, value, start);
      values.push(value);
    } while (this.#takeKind(","));
    if (!this.#takeKind(")")) throw this.#expected("')' or ','");
    return values;
  }

  #primary(): Operand {
    const token = this.#token;
    if (token.kind === "(") {
      this.#next++;
      const inner = this.#deeper(() => this.#or());
      if (!this.#takeKind(")")) throw this.#expected("')' or operator");
      return inner;
    }
    this.#next++;
    if (token.kind === "text") return constant("string", token.value);
    if (token.kind === "number") return constant("int", Number(token.value));
    if (token.kind !== "word") {
      this.#next--;
      throw this.#expected("Expression");
    }
    if (token.value === "null") return constant("null", null);
    if (token.value === "true" || token.value === "false") return constant("bool", token.value === "true");
    if (this.#token.kind === "(") return this.#deeper(() => this.#call(token));
    return (
      own(identifiers, token.value.toLowerCase()) ??
      this.#unknown(token.value, "There are userId, connectionId, groups and protocol.")
    );
  }

  #call(name: Token): Operand {
    const called = own(functions, name.value);
    const before = this.#wrong;
    this.#next++;
    const given: Operand[] = [];
    while (given.length === 0 ? this.#token.kind !== ")" : this.#takeKind(",")) {
      const { start } = this.#token;
      const value = this.#or();
      const wanted = called?.takes[given.length];
      const isLength = name.value === "length" && value.type === "collection";
      if (wanted !== undefined && value.type !== "null" && !isLength) this.#need(wanted, value, start);
      given.push(value);
    }
    if (!this.#takeKind(")")) throw this.#expected("')' or ','");
    if (called === undefined) {
      const known = Object.keys(functions).join(", ");
      // Reported before what is wrong with its arguments.
      this.#wrong = before;
      return this.#unknown(this.#text.slice(name.start, this.#lastEnd), `There are ${known}.`);
    }
    if (given.length < called.least || given.length > called.takes.length) {
      const right = called.least === called.takes.length ? called.least : `${called.least} or ${called.takes.length}`;
      return this.#bad(`The function '${name.value}' takes ${right} arguments, not ${given.length}.`);
    }
    const ofNull = called.gives === "bool" ? false : null;
    const withNull = called.withNull ?? (() => ofNull);
    const nullable = withNull(given.map(() => null)) === null && given.some(canBeNull);
    const of = (connection: Filtered): Value => {
      const values = given.map((value) => value.of(connection));
      return values.includes(null) ? withNull(values) : called.of(...(values as never[]));
    };
    return { type: called.gives, nullable, made: true, of };
  }

  #unknown(token: string, hint: string): Operand {
    return this.#bad(`Token '${shortened(token)}' is not supported. ${hint}`);
  }

  /** Records an error in valid syntax, and continues with null. */
  #bad(why: string): Operand {
    this.#wrong ??= new FilterRefusal(this.#shown, why);
    return constant("null", null);
  }

  #deeper<T>(part: () => T): T {
    if (++this.#depth > deepest) throw new FilterRefusal(this.#shown, "Recursion depth exceeded allowed limit.");
    const found = part();
    this.#depth--;
    return found;
  }

  /** @param start where the operand starts. @param end where it ends; by default the end of the last token. */
  #need(type: Type, operand: Operand, start: number, end = this.#lastEnd): void {
    if (operand.type === type || this.#wrong) return;
    const part = this.#text.slice(start, end);
    // The service checks types with a connection without a user, and reports null for what is made of the user.
    const found = operand.nullable && operand.made ? "null" : operand.type;
    this.#wrong = new FilterRefusal(shortened(part), `Type '${found}', expect '${type}'.`);
  }

  get #token(): Token {
    return this.#tokens[this.#next] ?? { kind: "end", value: "", start: this.#text.length, end: this.#text.length };
  }

  get #lastEnd(): number {
    return this.#tokens[this.#next - 1]?.end ?? 0;
  }

  #is(word: string): boolean {
    return this.#token.kind === "word" && this.#token.value === word;
  }

  #take(word: string): boolean {
    const found = this.#is(word);
    if (found) this.#next++;
    return found;
  }

  #takeKind(kind: Token["kind"]): boolean {
    const found = this.#token.kind === kind;
    if (found) this.#next++;
    return found;
  }

  /** The service reports the end position of the unexpected token. */
  #syntaxError(): FilterRefusal {
    return new FilterRefusal(this.#shown, `Syntax error at position ${this.#token.end} in '${this.#shown}'.`);
  }

  #expected(what: string): FilterRefusal {
    return new FilterRefusal(this.#shown, `${what} expected at position ${this.#token.start} in '${this.#shown}'.`);
  }
}

const canBeNull = ({ nullable, type }: Operand) => nullable || type === "null";

const bool = (of: (connection: Filtered) => boolean): Operand => ({ type: "bool", nullable: false, of });

const constant = (type: Type, value: Value): Operand => ({ type, nullable: false, of: () => value });

const own = <T>(record: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;
