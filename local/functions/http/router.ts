import { matchTemplate, mayFit, readTemplate, type Template, textsOf, type Values } from "./route-template.ts";

/** A route and what it leads to. */
export interface Route<T> {
  /** Of the function, for the order. */
  name: string;
  template: Template;
  target: T;
}

/**
 * Finds what a path leads to, by ASP.NET route templates without case. Of several routes that fit, the one whose function's name comes first in the
 * alphabet is first, however literal the others are: the real host sorts functions by name and takes the first that fits.
 */
export class Router<T> {
  readonly #routes: Route<T>[] = [];

  /** Adds a route. @throws when the template is not one. */
  add(name: string, template: string, target: T): void {
    this.#routes.push({ name, template: readTemplate(template), target });
    this.#routes.sort((a, b) => compareNames(a.name, b.name));
  }

  /** In the order in which they are tried. */
  get routes(): readonly Route<T>[] {
    return this.#routes;
  }

  /** Every route that fits `path` (decoded but for escaped slashes), in order, with its parameters. */
  *match(path: string): Generator<{ target: T; params: Values }> {
    const lower = textsOf(path.toLowerCase());
    for (const { template, target } of this.#routes) {
      if (!mayFit(template, lower)) continue;
      const params = matchTemplate(template, path);
      if (params !== undefined) yield { target, params };
    }
  }
}

/** As .NET's `OrdinalIgnoreCase`: by capital letters, so that an underscore comes after them and a hyphen before digits. */
function compareNames(a: string, b: string): number {
  const [left, right] = [a.toUpperCase(), b.toUpperCase()];
  return left < right ? -1 : left > right ? 1 : 0;
}
