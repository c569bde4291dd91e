import { matchSegment, matchTemplate, type Segment, type Template } from "./route-template.ts";
import type { Route } from "./router.ts";

interface WithMethods {
  methods: ReadonlySet<string>;
}

/** Warnings at the start about conflicting routes. */
export interface RouteReview {
  /** Functions that no request can reach. */
  unreachable: string[];
  /** Pairs of functions whose routes share an address, so that their names decide. */
  overlapping: string[];
}

/**
 * Finds overlapping routes. The real host asks functions in the order of their names, and the first match responds; it gives no warning.
 * `routes` are in that order. An overlap is reported only with an example address, so one that only unusual values show may be missed.
 */
export function reviewRoutes(routes: readonly Route<WithMethods>[]): RouteReview {
  const review: RouteReview = { unreachable: [], overlapping: [] };
  for (const [index, later] of routes.entries()) {
    const before = routes.slice(0, index);
    const hiding = before.find(
      (first) =>
        [...later.target.methods].every((method) => first.target.methods.has(method)) &&
        covers(first.template, later.template),
    );
    if (hiding !== undefined) {
      review.unreachable.push(
        `"${later.name}" (${later.template.text}) is never reached: "${hiding.name}" (${hiding.template.text}) takes every request for it, because its name comes first in the alphabet: names decide, not how literal a route is. Constrain the parameter of "${hiding.name}", such as {id:int}, or give "${later.name}" an address of its own or a name that comes first.`,
      );
      continue;
    }
    for (const first of before) {
      const method = [...later.target.methods].find((each) => first.target.methods.has(each));
      const path = method === undefined ? undefined : sharedPath(first.template, later.template);
      if (path === undefined) continue;
      review.overlapping.push(
        `${method} ${path} fits "${first.name}" (${first.template.text}) and "${later.name}" (${later.template.text}); "${first.name}" answers, because its name comes first in the alphabet.`,
      );
    }
  }
  return review;
}

/** Texts of which at least some satisfy most constraints. */
const samples = ["a", "special", "7", "0", "true", "1.5", "abc", "a1", "2026-01-02", "x.txt", "a-b", "ab.cd-ef"];
const guid = "3f2504e0-4f89-11d3-9a0c-0305e82c3301";

/** An address that both templates match, or `undefined` if none is found. */
function sharedPath(a: Template, b: Template): string | undefined {
  // Most pairs differ in a literal, so no addresses need to be tried.
  if (a.segments.some((segment, index) => literalsDiffer(segment, b.segments[index]))) return undefined;
  const longest = Math.max(a.segments.length, b.segments.length);
  for (let length = 0; length <= longest; length++) {
    const texts: string[] = [];
    for (let index = 0; index < length; index++) {
      const both = [segmentAt(a, index), segmentAt(b, index)];
      const text = candidates(both).find((each) =>
        both.every((segment) => segment !== undefined && takes(segment, each)),
      );
      if (text === undefined) break;
      texts.push(text);
    }
    const path = `/${texts.join("/")}`;
    if (texts.length === length && matchTemplate(a, path) && matchTemplate(b, path)) return path;
  }
  return undefined;
}

function literalsDiffer(a: Segment, b: Segment | undefined): boolean {
  const [one, other] = [a.parts[0], b?.parts[0]];
  if (a.parts.length !== 1 || b?.parts.length !== 1 || !one || !other) return false;
  return "literal" in one && "literal" in other && one.literal.toLowerCase() !== other.literal.toLowerCase();
}

/** The segment that matches a part of the path: a catch-all matches everything after it. */
function segmentAt({ segments }: Template, index: number): Segment | undefined {
  const last = segments.at(-1);
  return segments[index] ?? (last?.catchAll ? last : undefined);
}

function candidates(segments: readonly (Segment | undefined)[]): string[] {
  const made = segments.flatMap((segment) => {
    if (segment === undefined) return [];
    return [...samples, guid].map((sample) =>
      segment.parts.map((part) => ("literal" in part ? part.literal : sample)).join(""),
    );
  });
  return [...new Set([...made, ...samples, guid])];
}

/** Whether a segment matches a text, including its constraints. */
function takes(segment: Segment, text: string): boolean {
  const found = segment.catchAll ? {} : matchSegment(segment, text);
  if (found === undefined) return false;
  return segment.parts.every((part) => {
    if (!("parameter" in part) || segment.catchAll) return true;
    const value = found[part.parameter.name];
    return value === undefined || part.parameter.constraints.every(({ test }) => test(value));
  });
}

/** Whether `wide` certainly matches everything that `narrow` matches. */
function covers(wide: Template, narrow: Template): boolean {
  for (const [index, segment] of wide.segments.entries()) {
    const other = narrow.segments[index];
    if (segment.catchAll) return isFree(segment);
    if (other === undefined) return wide.segments.slice(index).every(mayBeMissing);
    if (mayBeMissing(other) && !mayBeMissing(segment)) return false;
    if (!coversSegment(segment, other)) return false;
  }
  return narrow.segments.length <= wide.segments.length;
}

function coversSegment(wide: Segment, narrow: Segment): boolean {
  if (narrow.catchAll) return false;
  const [literal] = narrow.parts;
  if (narrow.parts.length === 1 && literal && "literal" in literal) return takes(wide, literal.literal);
  if (wide.parts.length === 1 && isFree(wide)) return true;
  return sameShape(wide, narrow);
}

/** A single parameter without a constraint. */
function isFree({ parts }: Segment): boolean {
  const [only] = parts;
  return parts.length === 1 && only !== undefined && "parameter" in only && only.parameter.constraints.length === 0;
}

function mayBeMissing({ parts }: Segment): boolean {
  const [only] = parts;
  if (parts.length !== 1 || only === undefined || !("parameter" in only)) return false;
  const { optional, fallback, catchAll } = only.parameter;
  return optional || catchAll || fallback !== undefined;
}

/** The same text and parameters with the same constraints, regardless of names. */
function sameShape(a: Segment, b: Segment): boolean {
  const shape = ({ parts }: Segment) =>
    parts.map((part) =>
      "literal" in part
        ? part.literal.toLowerCase()
        : `{${part.parameter.constraints.map(({ text }) => text).join(":")}}`,
    );
  return shape(a).join("\0") === shape(b).join("\0");
}
