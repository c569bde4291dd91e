import { matchTemplate, mayFit, readTemplate, type Template, textsOf, type Values } from "./route-template.ts";

/** A route and its target. */
export interface Route<T> {
  /** The name of the function, which decides the order. */
  name: string;
  template: Template;
  target: T;
}

/**
 * Finds the target of a path by ASP.NET route templates, compared without case. If several routes match, the order of the functions' names decides,
 * however literal the other routes are: the real host sorts functions by name and takes the first match.
 */
export class Router<T> {
  readonly #routes: Route<T>[] = [];

  /** Adds a route. @throws Error if the template is invalid. */
  add(name: string, template: string, target: T): void {
    this.#routes.push({ name, template: readTemplate(template), target });
    this.#routes.sort((a, b) => compareNames(a.name, b.name));
  }

  /** In the order in which they are tried. */
  get routes(): readonly Route<T>[] {
    return this.#routes;
  }

  /** Every route that matches `path` (decoded except for escaped slashes), in order, with its parameters. */
  *match(path: string): Generator<{ target: T; params: Values }> {
    const lower = textsOf(path.toLowerCase());
    for (const { template, target } of this.#routes) {
      if (!mayFit(template, lower)) continue;
      const params = matchTemplate(template, path);
      if (params !== undefined) yield { target, params };
    }
  }
}

/** Like .NET's `OrdinalIgnoreCase`: compares capital letters, so that an underscore comes after them and a hyphen before digits. */
function compareNames(a: string, b: string): number {
  const [left, right] = [a.toUpperCase(), b.toUpperCase()];
  return left < right ? -1 : left > right ? 1 : 0;
}
