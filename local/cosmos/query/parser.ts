import type { Expression, OrderBy, Query, Select, Source } from "./ast.ts";
import { ExpressionParser } from "./expression-parser.ts";
import { queryError } from "./query-error.ts";

/**
 * Parses a query of the NoSQL API: SELECT … FROM … WHERE … GROUP BY … ORDER BY … OFFSET … LIMIT.
 * @throws a 400 that names the place of the first error.
 */
export function parseQuery(text: string): Query {
  const parser = new QueryParser(text);
  const query = parser.query();
  parser.expectEnd();
  return query;
}

/** Parses the condition of a patch, `FROM c WHERE …`, as a query that selects everything. */
export function parseCondition(text: string): Query {
  return parseQuery(/^\s*from\b/i.test(text) ? `SELECT * ${text}` : text);
}

class QueryParser extends ExpressionParser {
  override query(): Query {
    const start = this.peek().start;
    this.expectKeyword("SELECT");
    const distinct = this.takeKeyword("DISTINCT");
    const top = this.takeKeyword("TOP") ? this.count() : undefined;
    const selectStart = this.peek().start;
    const select = this.select();
    const selectPlace = { start: selectStart, end: this.lastEnd };
    const fromStart = this.peek().start;
    const from = this.sources();
    const fromPlace = { start: fromStart, end: from.length === 0 ? fromStart : this.lastEnd };
    const where = this.takeKeyword("WHERE") ? this.expression() : undefined;
    const groupBy = this.takeKeyword("GROUP") ? this.byList(() => this.expression()) : [];
    const orderBy = this.takeKeyword("ORDER") ? this.byList(() => this.orderItem()) : [];
    const offset = this.takeKeyword("OFFSET") ? this.count() : undefined;
    if (offset !== undefined) this.expectKeyword("LIMIT");
    const limit = offset === undefined ? undefined : this.count();
    if (offset !== undefined && top !== undefined) {
      throw queryError("SC2204", "'TOP' and 'OFFSET LIMIT' cannot be used together.", offset.start, offset.end);
    }
    const place = { start, end: this.lastEnd };
    return {
      kind: "query",
      distinct,
      top,
      select,
      selectPlace,
      from,
      fromPlace,
      where,
      groupBy,
      orderBy,
      offset,
      limit,
      ...place,
    };
  }

  private select(): Select {
    if (this.takeSymbol("*")) return { kind: "star" };
    if (this.takeKeyword("VALUE")) return { kind: "value", expression: this.expression() };
    const items: (Select & { kind: "list" })["items"] = [];
    const names = new Set<string>();
    do {
      const expression = this.expression();
      const name = this.alias() ?? implicitName(expression) ?? `$${items.length + 1}`;
      if (names.has(name)) {
        const message = `'${name}' is selected twice; give one of them another name with AS.`;
        throw queryError("SC2022", message, expression.start, this.lastEnd);
      }
      names.add(name);
      items.push({ expression, name });
    } while (this.takeSymbol(","));
    return { kind: "list", items };
  }

  private sources(): Source[] {
    if (!this.takeKeyword("FROM")) return [];
    const sources = [this.source()];
    while (this.takeKeyword("JOIN")) sources.push(this.source());
    return sources;
  }

  private source(): Source {
    const start = this.peek().start;
    const named = this.peek().kind === "name" && this.isKeyword(this.peek(1), "IN") ? this.identifier() : undefined;
    if (named !== undefined) this.expectKeyword("IN");
    const inner = this.peek().text === "(" && this.isKeyword(this.peek(1), "SELECT");
    const from = inner ? this.parenthesised(() => this.query()) : this.postfix();
    const alias = named ?? this.alias() ?? (from.kind === "query" ? undefined : implicitName(from));
    return { alias, iterate: named !== undefined, from, start, end: this.lastEnd };
  }

  private orderItem(): OrderBy {
    const expression = this.expression();
    const descending = this.takeKeyword("DESC");
    if (!descending) this.takeKeyword("ASC");
    return { expression, descending };
  }

  private byList<T>(item: () => T): T[] {
    this.expectKeyword("BY");
    const items = [item()];
    while (this.takeSymbol(",")) items.push(item());
    return items;
  }
}

function implicitName(expression: Expression): string | undefined {
  if (expression.kind === "name") return expression.name;
  if (expression.kind === "member" && expression.key.kind === "literal" && typeof expression.key.value === "string") {
    return expression.key.value;
  }
  return undefined;
}
