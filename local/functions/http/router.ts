import { compileTemplate, type Segment } from "./route-template.ts";

interface Route<T> {
  segments: Segment[];
  target: T;
}

/** Finds what a path leads to, by ASP.NET route templates: without case, literals before parameters before catch-alls. */
export class Router<T> {
  readonly #routes: Route<T>[] = [];

  /** Adds a route. @throws when the template is not one. */
  add(template: string, target: T): void {
    this.#routes.push({ segments: compileTemplate(template), target });
    this.#routes.sort(byPrecedence);
  }

  /**
   * Every route that fits `path` (escaped, as received), best first, with its parameters decoded.
   * @throws URIError when the path's escapes are not UTF-8.
   */
  *match(path: string): Generator<{ target: T; params: Record<string, string> }> {
    const texts = path.replace(/^\//, "").replace(/\/+$/, "").split("/").map(decodeSegment);
    if (texts.length === 1 && texts[0] === "") texts.pop();
    for (const { segments, target } of this.#routes) {
      const params = matchSegments(segments, texts);
      if (params !== undefined) yield { target, params };
    }
  }
}

function matchSegments(segments: Segment[], texts: string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const text = texts[index];
    let found: Record<string, string> | undefined;
    if (text === undefined) found = segment.whenMissing;
    else found = segment.match(segment.catchAll ? texts.slice(index).join("/") : text);
    if (found === undefined) return undefined;
    Object.assign(params, found);
    if (segment.catchAll) return params;
  }
  return texts.length > segments.length ? undefined : params;
}

/** As ASP.NET decodes a path: everything but an escaped slash. */
function decodeSegment(text: string): string {
  return text.includes("%") ? decodeURIComponent(text.replace(/%2f/gi, "%252F")) : text;
}

function byPrecedence<T>(a: Route<T>, b: Route<T>): number {
  for (let index = 0; index < Math.max(a.segments.length, b.segments.length); index++) {
    const left = a.segments[index]?.rank ?? 0;
    const right = b.segments[index]?.rank ?? 0;
    if (left !== right) return left - right;
  }
  return 0;
}
