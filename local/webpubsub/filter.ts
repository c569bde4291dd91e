import { Refusal } from "../kernel/refusal.ts";

/** What a filter can ask about. */
export interface Filtered {
  readonly userId: string | undefined;
  readonly id: string;
  readonly groups: ReadonlySet<string>;
}

type Predicate = (connection: Filtered) => boolean;

/**
 * Reads an OData filter: `userId eq 'x'`, `connectionId ne 'x'`, `userId eq null`, `'g' in groups`, with `not`, `and`, `or` and
 * parentheses; quotes inside a text are doubled.
 * @throws Refusal 400 that says where the text stops making sense.
 */
export function parseFilter(text: string): Predicate {
  const parser = new Parser(text);
  const predicate = parser.or();
  parser.end();
  return predicate;
}

/** Recursive descent: `or` binds weakest, then `and`, then `not`. */
class Parser {
  readonly #text: string;
  readonly #tokens: string[];
  #next = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = text.match(/'(?:[^']|'')*'|[()]|[^\s()']+|'/g) ?? [];
  }

  or(): Predicate {
    let left = this.#and();
    while (this.#take("or")) {
      const [a, b] = [left, this.#and()];
      left = (connection) => a(connection) || b(connection);
    }
    return left;
  }

  end(): void {
    if (this.#next < this.#tokens.length) this.#fail("the end");
  }

  #and(): Predicate {
    let left = this.#not();
    while (this.#take("and")) {
      const [a, b] = [left, this.#not()];
      left = (connection) => a(connection) && b(connection);
    }
    return left;
  }

  #not(): Predicate {
    if (this.#take("not")) {
      const inner = this.#not();
      return (connection) => !inner(connection);
    }
    if (this.#take("(")) {
      const inner = this.or();
      if (!this.#take(")")) this.#fail("')'");
      return inner;
    }
    return this.#comparison();
  }

  #comparison(): Predicate {
    const left = this.#operand();
    if (this.#take("in")) {
      if (!this.#take("groups")) this.#fail("groups");
      return (connection) => {
        const group = left(connection);
        return typeof group === "string" && connection.groups.has(group);
      };
    }
    const equal = this.#take("eq");
    if (!equal && !this.#take("ne")) this.#fail("eq, ne or in");
    const right = this.#operand();
    return (connection) => (left(connection) === right(connection)) === equal;
  }

  #operand(): (connection: Filtered) => string | null {
    const token = this.#tokens[this.#next];
    if (token === "userId") return this.#found((connection) => connection.userId ?? null);
    if (token === "connectionId") return this.#found((connection) => connection.id);
    if (token === "null") return this.#found(() => null);
    if (token !== undefined && token.length > 1 && token.startsWith("'")) {
      const value = token.slice(1, -1).replaceAll("''", "'");
      return this.#found(() => value);
    }
    return this.#fail("userId, connectionId, null or a text in single quotes");
  }

  #found<T>(operand: T): T {
    this.#next++;
    return operand;
  }

  #take(word: string): boolean {
    if (this.#tokens[this.#next] !== word) return false;
    this.#next++;
    return true;
  }

  #fail(expected: string): never {
    const found = this.#tokens[this.#next];
    throw new Refusal(
      400,
      "BadRequest",
      `The filter ${JSON.stringify(this.#text)} has ${found === undefined ? "its end" : `'${found}'`} where ${expected} should be.`,
    );
  }
}
