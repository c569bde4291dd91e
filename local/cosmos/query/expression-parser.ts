import { children, type Expression, type Place, type Query } from "./ast.ts";
import { maxInValues, maxLogicalOperands, maxQueryDepth } from "./limits.ts";
import { notEmulated, queryError, queryErrors } from "./query-error.ts";
import { isReserved } from "./reserved.ts";
import { type Token, tokenize } from "./tokens.ts";

/** The precedence of each infix operator. */
const strength: Record<string, number> = {
  "?": 1,
  "??": 2,
  OR: 3,
  AND: 4,
  "=": 6,
  "!=": 6,
  "<>": 6,
  "<": 6,
  "<=": 6,
  ">": 6,
  ">=": 6,
  NOT: 6,
  IN: 6,
  BETWEEN: 6,
  LIKE: 6,
  "||": 7,
  "|": 8,
  "^": 9,
  "&": 10,
  "<<": 11,
  ">>": 11,
  ">>>": 11,
  "+": 12,
  "-": 12,
  "*": 13,
  "/": 13,
  "%": 13,
};
const comparison = 6;
const unary = 14;

/** Reads tokens and parses scalar expressions by operator precedence (Pratt). */
export abstract class ExpressionParser {
  /** The end of the last token read. */
  protected lastEnd = 0;
  readonly #tokens: Token[];
  #at = 0;
  /** The current nesting depth of expressions and queries. */
  #inside = 0;
  /** The depth of each expression: compiling, checking and printing recurse to this depth. */
  readonly #depths = new WeakMap<Expression, number>();

  constructor(text: string) {
    this.#tokens = tokenize(text);
  }

  /** Parses a whole query, or a subquery, from SELECT on. @throws a 400 with what is wrong and where */
  abstract query(): Query;

  /** @throws a 400 if anything follows what was parsed */
  expectEnd(): void {
    if (this.peek().kind !== "end") throw this.unexpected();
  }

  /** Parses a scalar expression, as far as its operators have a higher precedence than `minimum`. @throws a 400 with what is wrong and where */
  expression(minimum = 0): Expression {
    return this.nested(() => this.chain(minimum));
  }

  /** @throws a 400 if `parse` is called at a depth that exceeds this server's limit. */
  protected nested<T>(parse: () => T): T {
    if (++this.#inside > maxQueryDepth) throw this.tooDeep(this.peek());
    const result = parse();
    this.#inside--;
    return result;
  }

  private tooDeep({ start, end }: Place): Error {
    return queryError(
      "SC1001",
      `The query is nested more than ${maxQueryDepth} levels deep; this is more than is emulated here.`,
      start,
      end,
    );
  }

  /** Returns the expression, after a check that its depth is within the limit. */
  private sized<T extends Expression>(expression: T): T {
    let depth = 1;
    for (const each of children(expression)) depth = Math.max(depth, 1 + (this.#depths.get(each) ?? 1));
    if (depth > maxQueryDepth) throw this.tooDeep(expression);
    this.#depths.set(expression, depth);
    return expression;
  }

  private chain(minimum: number): Expression {
    let left = this.prefix();
    for (;;) {
      const token = this.peek();
      const operator = token.kind === "name" ? token.text.toUpperCase() : token.text;
      const binds = token.kind === "name" || token.kind === "symbol" ? (strength[operator] ?? 0) : 0;
      if (binds === 0 || binds <= minimum) return left;
      if (binds === comparison && left.kind === "unary" && left.operator === "NOT") {
        const message = "'NOT' before a comparison is ambiguous; write NOT (…).";
        throw queryError("SC1001", message, left.start, token.end);
      }
      this.next();
      left = this.infix(left, operator, binds);
    }
  }

  /** A primary expression with the `.name` and `[…]` that follow it. */
  protected postfix(): Expression {
    let object = this.primary();
    for (;;) {
      let key: Expression;
      if (this.takeSymbol(".")) {
        const token = this.peek();
        key = { kind: "literal", value: this.identifier(), start: token.start, end: token.end };
        object = this.sized({ kind: "member", object, key, dotted: true, start: object.start, end: this.lastEnd });
      } else if (this.takeSymbol("[")) {
        key = this.expression();
        this.expectSymbol("]");
        object = this.sized({ kind: "member", object, key, dotted: false, start: object.start, end: this.lastEnd });
      } else {
        return object;
      }
    }
  }

  /** The number or parameter after TOP, OFFSET and LIMIT. */
  protected count(clause: "TOP" | "OFFSET" | "LIMIT"): Expression {
    const token = this.next();
    const { kind, value, text, start, end } = token;
    if (kind === "parameter") return { kind: "parameter", name: text, start, end };
    if (kind !== "number") throw this.unexpected(token);
    if (Number.isInteger(value) && Number(value) <= 0xffffffff) return { kind: "literal", value, start, end };
    const [code, message] = {
      TOP: ["SC2060", "The count value provided for a TOP clause must be an integer."],
      OFFSET: ["SC2062", "The OFFSET count value exceeds the maximum allowed value."],
      LIMIT: ["SC2061", "The LIMIT count value exceeds the maximum allowed value."],
    }[clause] as [string, string];
    throw queryError(code, message, start, end);
  }

  /** `AS name` or a bare name. */
  protected alias(): string | undefined {
    if (this.takeKeyword("AS")) return this.identifier();
    const token = this.peek();
    return token.kind === "name" && !isReserved(token.text) ? this.next().text : undefined;
  }

  protected identifier(): string {
    const token = this.next();
    if (token.kind !== "name" || isReserved(token.text)) throw this.unexpected(token);
    return token.text;
  }

  protected parenthesised<T>(inner: () => T): T {
    this.expectSymbol("(");
    const result = inner();
    this.expectSymbol(")");
    return result;
  }

  protected peek(ahead = 0): Token {
    const token = this.#tokens[this.#at + ahead] ?? this.#tokens.at(-1);
    if (token === undefined) throw new Error("A token list always ends with an end token.");
    return token;
  }

  protected isKeyword(token: Token, keyword: string): boolean {
    return token.kind === "name" && token.text.toUpperCase() === keyword;
  }

  protected takeKeyword(keyword: string): boolean {
    if (!this.isKeyword(this.peek(), keyword)) return false;
    this.next();
    return true;
  }

  protected expectKeyword(keyword: string): void {
    if (!this.takeKeyword(keyword)) throw this.unexpected();
  }

  protected takeSymbol(symbol: string): boolean {
    const token = this.peek();
    if (token.kind !== "symbol" || token.text !== symbol) return false;
    this.next();
    return true;
  }

  protected next(): Token {
    const token = this.peek();
    if (token.kind !== "end") this.#at++;
    this.lastEnd = token.end;
    return token;
  }

  protected unexpected(token = this.peek()): Error {
    const near = token.kind === "end" ? "the end of the query" : `'${token.text}'`;
    return queryError("SC1001", `Syntax error, incorrect syntax near ${near}.`, token.start, token.end);
  }

  private expectSymbol(symbol: string): void {
    if (!this.takeSymbol(symbol)) throw this.unexpected();
  }

  private infix(left: Expression, operator: string, binds: number): Expression {
    const { start } = left;
    const finish = <T extends object>(node: T): Expression =>
      this.sized({ ...node, start, end: this.lastEnd } as unknown as Expression);
    switch (operator) {
      case "?": {
        const then = this.expression();
        this.expectSymbol(":");
        return finish({ kind: "conditional" as const, test: left, then, otherwise: this.expression() });
      }
      case "NOT": {
        const token = this.next();
        const inner = token.text.toUpperCase();
        if (inner !== "IN" && inner !== "BETWEEN" && inner !== "LIKE") throw this.unexpected(token);
        return finish({ ...this.infix(left, inner, binds), negated: true } as Expression);
      }
      case "AND":
      case "OR":
        return this.logical(left, operator, binds);
      case "IN": {
        const values = this.parenthesised(() => [this.expression(), ...this.more()]);
        if (values.length > maxInValues) {
          const message = `An IN expression takes at most ${maxInValues} arguments.`;
          throw queryError("SC2051", message, start, this.lastEnd);
        }
        return finish({ kind: "in" as const, operand: left, values, negated: false });
      }
      case "BETWEEN": {
        const low = this.expression(binds);
        this.expectKeyword("AND");
        return finish({ kind: "between" as const, operand: left, low, high: this.expression(binds), negated: false });
      }
      case "LIKE": {
        const pattern = this.expression(binds);
        const escapeCharacter = this.takeKeyword("ESCAPE") ? this.expression(binds) : undefined;
        return finish({ kind: "like" as const, operand: left, pattern, escape: escapeCharacter, negated: false });
      }
      default:
        return finish({ kind: "binary" as const, operator, left, right: this.expression(binds) });
    }
  }

  /** Takes the whole chain of one operator at once. */
  private logical(left: Expression, operator: "AND" | "OR", binds: number): Expression {
    const operands = [left];
    do operands.push(this.expression(binds));
    while (this.takeKeyword(operator));
    if (operands.length > maxLogicalOperands + 1) {
      const message = `A query takes at most ${maxLogicalOperands} ${operator} operators.`;
      throw queryError("SC2051", message, left.start, this.lastEnd);
    }
    return this.sized({ kind: "logical", operator, operands, start: left.start, end: this.lastEnd });
  }

  private prefix(): Expression {
    const token = this.peek();
    const operator = token.text.toUpperCase();
    const signs = token.kind === "symbol" && (operator === "-" || operator === "+" || operator === "~");
    if (!signs && !this.isKeyword(token, "NOT")) return this.postfix();
    this.next();
    const operand = this.expression(unary);
    if (operator === "-" && operand.kind === "literal" && typeof operand.value === "number") {
      return { ...operand, value: -operand.value, start: token.start };
    }
    return this.sized({ kind: "unary", operator, operand, start: token.start, end: this.lastEnd });
  }

  private primary(): Expression {
    const token = this.next();
    const { start } = token;
    const place = { start, end: token.end };
    const here = <T extends object>(node: T): Expression =>
      this.sized({ ...node, start, end: this.lastEnd } as unknown as Expression);
    if (token.kind === "number" || token.kind === "string") return { kind: "literal", value: token.value, ...place };
    if (token.kind === "parameter") return { kind: "parameter", name: token.text, ...place };
    if (token.kind === "symbol") {
      if (token.text === "[") return here({ kind: "array" as const, items: this.closed("]") });
      if (token.text === "{") return here({ kind: "object" as const, entries: this.entries() });
      if (token.text !== "(") throw this.unexpected(token);
      const query = this.isKeyword(this.peek(), "SELECT") ? this.nested(() => this.query()) : undefined;
      const inner = query === undefined ? this.expression() : undefined;
      this.expectSymbol(")");
      if (query !== undefined) return here({ kind: "subquery" as const, form: "scalar" as const, query });
      // The place includes the parentheses, so that its text keeps its meaning elsewhere.
      if (inner?.kind === "unary")
        return here({ ...inner, operator: inner.operator === "NOT" ? "NOT()" : inner.operator });
      return here({ ...inner } as Expression);
    }
    if (token.kind !== "name") throw this.unexpected(token);
    return this.named(token);
  }

  private named(token: Token): Expression {
    const { start } = token;
    const word = token.text.toUpperCase();
    const place = { start, end: token.end };
    const constants: Record<string, boolean | null | undefined> = { TRUE: true, FALSE: false, NULL: null };
    if (Object.hasOwn(constants, word)) return { kind: "literal", value: constants[word], ...place };
    if (word === "UNDEFINED") return { kind: "literal", value: undefined, ...place };
    if ((word === "EXISTS" || word === "ARRAY") && this.peek().text === "(" && this.isKeyword(this.peek(1), "SELECT")) {
      const query = this.nested(() => this.parenthesised(() => this.query()));
      return { kind: "subquery", form: word === "EXISTS" ? "exists" : "array", query, start, end: this.lastEnd };
    }
    if (word === "UDF" && this.peek().text === ".") return this.userDefined(token);
    const called = this.peek().kind === "symbol" && this.peek().text === "(";
    if (isReserved(word) && !(called && (word === "LEFT" || word === "RIGHT"))) throw this.unexpected(token);
    if (!called && (token.text === "NaN" || token.text === "Infinity")) {
      return { kind: "literal", value: Number(token.text), ...place };
    }
    if (!called) return { kind: "name", name: token.text, ...place };
    this.next();
    if (this.isKeyword(this.peek(), "SELECT")) {
      throw queryErrors([notEmulated(`${word} of a subquery`, { start, end: token.end })]);
    }
    const args = this.closed(")");
    return this.sized({ kind: "call", name: word, written: token.text, arguments: args, start, end: this.lastEnd });
  }

  /** `udf.name(…)`, as a call whose name is not that of any built-in function. */
  private userDefined({ start, text }: Token): Expression {
    this.expectSymbol(".");
    const written = `${text}.${this.identifier()}`;
    this.expectSymbol("(");
    const args = this.closed(")");
    return this.sized({ kind: "call", name: written, written, arguments: args, start, end: this.lastEnd });
  }

  private list(close: string): Expression[] {
    if (this.peek().text === close && this.peek().kind === "symbol") return [];
    return [this.expression(), ...this.more()];
  }

  private more(): Expression[] {
    const items: Expression[] = [];
    while (this.takeSymbol(",")) items.push(this.expression());
    return items;
  }

  private closed(close: string): Expression[] {
    const items = this.list(close);
    this.expectSymbol(close);
    return items;
  }

  private entries(): [string, Expression][] {
    const entries: [string, Expression][] = [];
    if (this.takeSymbol("}")) return entries;
    do {
      const token = this.next();
      if (token.kind !== "string" && token.kind !== "name") throw this.unexpected(token);
      this.expectSymbol(":");
      entries.push([token.kind === "string" ? String(token.value) : token.text, this.expression()]);
    } while (this.takeSymbol(","));
    this.expectSymbol("}");
    return entries;
  }
}
