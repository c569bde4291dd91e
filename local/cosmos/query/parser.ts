import {
  type Expression,
  isConstantKey,
  type OrderBy,
  type Place,
  type Query,
  type Select,
  type SelectItem,
  type Source,
} from "./ast.ts";
import { ExpressionParser } from "./expression-parser.ts";
import { maxJoins } from "./limits.ts";
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

/** The condition of a patch, `FROM c WHERE …`, as a query that selects everything. */
export const queryOfCondition = (text: string): string => `SELECT * ${text}`;

class QueryParser extends ExpressionParser {
  override query(): Query {
    const start = this.peek().start;
    this.expectKeyword("SELECT");
    const distinct = this.takeKeyword("DISTINCT");
    const topStart = this.peek().start;
    const top = this.takeKeyword("TOP") ? this.count("TOP") : undefined;
    const topPlace = this.since(topStart);
    const selectStart = this.peek().start;
    const select = this.select();
    const selectPlace = this.since(selectStart);
    const from = this.sources();
    const where = this.takeKeyword("WHERE") ? this.expression() : undefined;
    const groupBy = this.takeKeyword("GROUP") ? this.byList(() => this.expression()) : [];
    const orderStart = this.peek().start;
    const { orderBy, rank } = this.order();
    const orderPlace = this.since(orderStart);
    const offsetStart = this.peek().start;
    const offset = this.takeKeyword("OFFSET") ? this.count("OFFSET") : undefined;
    if (offset !== undefined) this.expectKeyword("LIMIT");
    const limit = offset === undefined ? undefined : this.count("LIMIT");
    const offsetPlace = this.since(offsetStart);
    return {
      kind: "query",
      distinct,
      top,
      topPlace,
      select,
      selectPlace,
      from,
      where,
      groupBy,
      orderBy,
      rank,
      orderPlace,
      offset,
      limit,
      offsetPlace,
      ...this.since(start),
    };
  }

  private since(start: number): Place {
    return { start, end: this.lastEnd };
  }

  private select(): Select {
    if (this.takeSymbol("*")) return { kind: "star" };
    if (this.takeKeyword("VALUE")) return { kind: "value", expression: this.expression() };
    const items: SelectItem[] = [];
    let unnamed = 0;
    const names = new Set<string>();
    do {
      const expression = this.expression();
      const given = this.alias() ?? implicitName(expression);
      const name = given ?? `$${++unnamed}`;
      if (names.has(name)) {
        const message = `'${name}' is selected twice; give one of them another name with AS.`;
        throw queryError("SC2022", message, expression.start, this.lastEnd);
      }
      names.add(name);
      items.push({ expression, name, named: given !== undefined });
    } while (this.takeSymbol(","));
    return { kind: "list", items };
  }

  private sources(): Source[] {
    if (!this.takeKeyword("FROM")) return [];
    const sources = [this.source()];
    while (this.takeKeyword("JOIN")) sources.push(this.source());
    const excess = sources[maxJoins + 1];
    if (excess !== undefined) {
      throw queryError("SC2051", `A query takes at most ${maxJoins} JOINs.`, excess.start, excess.end);
    }
    return sources;
  }

  private source(): Source {
    const start = this.peek().start;
    const named = this.peek().kind === "name" && this.isKeyword(this.peek(1), "IN") ? this.identifier() : undefined;
    if (named !== undefined) this.expectKeyword("IN");
    const inner = this.peek().text === "(" && this.isKeyword(this.peek(1), "SELECT");
    const from = inner ? this.nested(() => this.parenthesised(() => this.query())) : this.path();
    const given = named ?? this.alias();
    const alias = given ?? (from.kind === "query" ? undefined : implicitName(from));
    return { alias, aliased: given !== undefined, iterate: named !== undefined, from, start, end: this.lastEnd };
  }

  /** What FROM and JOIN accept besides subqueries: a name and constant keys. Values are written as `(SELECT VALUE [1, 2])`. */
  private path(): Expression {
    const first = this.peek();
    const path = this.postfix();
    for (let at = path; ; at = at.object) {
      if (at.kind === "name" && first.kind === "name") return path;
      if (at.kind !== "member" || !isConstantKey(at.key)) throw this.unexpected(first);
    }
  }

  private order(): { orderBy: OrderBy[]; rank: boolean } {
    if (!this.takeKeyword("ORDER")) return { orderBy: [], rank: false };
    let rank = false;
    const orderBy = this.byList(() => {
      // RANK is not a reserved word: a source may have that name.
      if (this.isKeyword(this.peek(), "RANK") && this.peek(1).kind === "name" && this.peek(2).text === "(") {
        rank = this.takeKeyword("RANK");
      }
      return this.orderItem();
    });
    return { orderBy, rank };
  }

  private orderItem(): OrderBy {
    const expression = this.expression();
    const written = this.takeKeyword("DESC") ? "DESC" : this.takeKeyword("ASC") ? "ASC" : undefined;
    return { expression, descending: written === "DESC", written };
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
