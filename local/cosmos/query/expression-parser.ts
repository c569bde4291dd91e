import type { Expression, Query } from "./ast.ts";
import { queryError } from "./query-error.ts";
import { type Token, tokenize } from "./tokens.ts";

const keywords = new Set(
  "SELECT DISTINCT TOP VALUE FROM JOIN IN WHERE GROUP ORDER BY OFFSET LIMIT AS ASC DESC AND OR NOT BETWEEN LIKE ESCAPE EXISTS ARRAY TRUE FALSE NULL UNDEFINED".split(
    " ",
  ),
);

/** How strongly each infix operator binds. */
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
  /** Where the last token read ends. */
  protected lastEnd = 0;
  readonly #tokens: Token[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = tokenize(text);
  }

  abstract query(): Query;

  expectEnd(): void {
    if (this.peek().kind !== "end") throw this.unexpected();
  }

  expression(minimum = 0): Expression {
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

  /** A primary expression with the `.name`, `[…]` that follow it. */
  protected postfix(): Expression {
    let object = this.primary();
    for (;;) {
      let key: Expression;
      if (this.takeSymbol(".")) {
        const token = this.next();
        if (token.kind !== "name") throw this.unexpected(token);
        key = { kind: "literal", value: token.text, start: token.start, end: token.end };
      } else if (this.takeSymbol("[")) {
        key = this.expression();
        this.expectSymbol("]");
      } else {
        return object;
      }
      object = { kind: "member", object, key, start: object.start, end: this.lastEnd };
    }
  }

  /** The number or parameter after TOP, OFFSET and LIMIT. */
  protected count(): Expression {
    const { kind, value, text, start, end } = this.next();
    if (kind === "parameter") return { kind: "parameter", name: text, start, end };
    if (kind !== "number" || !Number.isInteger(value)) {
      throw queryError("SC1012", "TOP, OFFSET and LIMIT take a whole number or a parameter.", start, end);
    }
    return { kind: "literal", value, start, end };
  }

  /** `AS name` or a bare name. */
  protected alias(): string | undefined {
    if (this.takeKeyword("AS")) return this.identifier();
    const token = this.peek();
    return token.kind === "name" && !keywords.has(token.text.toUpperCase()) ? this.next().text : undefined;
  }

  protected identifier(): string {
    const token = this.next();
    if (token.kind !== "name" || (keywords.has(token.text.toUpperCase()) && token.text.toUpperCase() !== "VALUE")) {
      throw this.unexpected(token);
    }
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
    const finish = <T extends object>(node: T): T & { start: number; end: number } => ({
      ...node,
      start,
      end: this.lastEnd,
    });
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
      case "IN":
        return finish({
          kind: "in" as const,
          operand: left,
          values: this.parenthesised(() => this.list(")")),
          negated: false,
        });
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

  private prefix(): Expression {
    const token = this.peek();
    const operator = token.text.toUpperCase();
    const signs = token.kind === "symbol" && (operator === "-" || operator === "+" || operator === "~");
    if (!signs && !this.isKeyword(token, "NOT")) return this.postfix();
    this.next();
    const operand = this.expression(unary);
    return { kind: "unary", operator, operand, start: token.start, end: this.lastEnd };
  }

  private primary(): Expression {
    const token = this.next();
    const { start } = token;
    const place = { start, end: token.end };
    const here = <T extends object>(node: T): T & { start: number; end: number } => ({
      ...node,
      start,
      end: this.lastEnd,
    });
    if (token.kind === "number" || token.kind === "string") return { kind: "literal", value: token.value, ...place };
    if (token.kind === "parameter") return { kind: "parameter", name: token.text, ...place };
    if (token.kind === "symbol") {
      if (token.text === "[") return here({ kind: "array" as const, items: this.closed("]") });
      if (token.text === "{") return here({ kind: "object" as const, entries: this.entries() });
      if (token.text !== "(") throw this.unexpected(token);
      const query = this.isKeyword(this.peek(), "SELECT") ? this.query() : undefined;
      const inner = query === undefined ? this.expression() : undefined;
      this.expectSymbol(")");
      if (query !== undefined) return here({ kind: "subquery" as const, form: "scalar" as const, query });
      // The place takes in the parentheses, so that the text it stands for keeps its meaning elsewhere.
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
      const query = this.parenthesised(() => this.query());
      return { kind: "subquery", form: word === "EXISTS" ? "exists" : "array", query, start, end: this.lastEnd };
    }
    if (keywords.has(word) && word !== "VALUE") throw this.unexpected(token);
    if (word === "UDF" && this.peek().text === ".") {
      throw queryError("SC2005", "User-defined functions are not emulated.", start, token.end);
    }
    if (!this.takeSymbol("(")) return { kind: "name", name: token.text, ...place };
    // COUNT(*) is not part of the language; the service refuses it as well.
    const args = this.closed(")");
    return { kind: "call", name: word, arguments: args, start, end: this.lastEnd };
  }

  private list(close: string): Expression[] {
    const items: Expression[] = [];
    if (this.peek().text === close && this.peek().kind === "symbol") return items;
    do items.push(this.expression());
    while (this.takeSymbol(","));
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
