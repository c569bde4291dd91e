import { type ConstraintTest, compileConstraint } from "./route-constraints.ts";

/** A parameter of a route. */
interface Parameter {
  name: string;
  /** The constraints as text, for comparing, and as tests. */
  constraints: { text: string; test: ConstraintTest }[];
  optional: boolean;
  fallback: string | undefined;
  catchAll: boolean;
}

type Part = { literal: string } | { parameter: Parameter };

/** One segment of a route: a literal, a parameter, or both in one. */
export interface Segment {
  parts: Part[];
  /** In lower case, if the segment is only a literal. */
  literal: string | undefined;
  /** Matches the rest of the path. */
  catchAll: boolean;
}

/** A parsed route template. */
export interface Template {
  text: string;
  segments: Segment[];
}

/** The values of a route's parameters that were found. */
export type Values = Record<string, string>;

/**
 * Parses an ASP.NET route template such as `stores/{id}/{*rest}`.
 * @throws Error that says what is wrong, in the words of ASP.NET Core if it has any.
 */
export function readTemplate(text: string): Template {
  const wrong = (why: string) => new Error(`the route "${text}" ${why}`);
  const trimmed = text.replace(/^\/+|\/$/g, "");
  const segments = trimmed === "" ? [] : splitSegments(trimmed, wrong).map((part) => readSegment(part, wrong));
  const names = new Set<string>();
  for (const [index, segment] of segments.entries()) {
    if (segment.catchAll && index < segments.length - 1) {
      throw wrong("has something after its catch-all parameter; that must come last.");
    }
    for (const part of segment.parts) {
      if (!("parameter" in part)) continue;
      const name = part.parameter.name.toLowerCase();
      if (names.has(name)) throw wrong(`has the parameter "${part.parameter.name}" more than once.`);
      names.add(name);
    }
  }
  return { text, segments };
}

/** Splits at slashes outside of parameters; doubled braces are literals. */
function splitSegments(text: string, wrong: (why: string) => Error): string[] {
  const segments: string[] = [];
  let inside = false;
  let segment = "";
  for (let index = 0; index < text.length; index++) {
    const char = text[index] ?? "";
    if ((char === "{" || char === "}") && text[index + 1] === char) {
      segment += char + char;
      index++;
      continue;
    }
    if (char === "{") {
      if (inside) throw wrong("has an unescaped brace. In a route parameter, { and } must be escaped with {{ and }}.");
      inside = true;
    } else if (char === "}") {
      if (!inside) throw wrong("has braces that do not match.");
      inside = false;
    }
    if (char === "/" && !inside) {
      if (segment === "") throw wrong("has an empty segment: slashes one after the other.");
      segments.push(segment);
      segment = "";
    } else segment += char;
  }
  if (inside) throw wrong("has braces that do not match.");
  segments.push(segment);
  return segments;
}

function readSegment(text: string, wrong: (why: string) => Error): Segment {
  const parts: Part[] = [];
  for (let index = 0; index < text.length; ) {
    if (text[index] === "{" && text[index + 1] !== "{") {
      const end = endOfParameter(text, index);
      if (parts.length > 0 && "parameter" in (parts.at(-1) ?? {})) {
        throw wrong("has two parameters one right after the other; there must be text between them.");
      }
      parts.push({ parameter: readParameter(text.slice(index + 1, end), wrong) });
      index = end + 1;
      continue;
    }
    let literal = "";
    while (index < text.length && !(text[index] === "{" && text[index + 1] !== "{")) {
      if (text[index] === "{" || text[index] === "}") index++;
      literal += text[index++];
    }
    if (literal.includes("?")) throw wrong(`has a "?" in "${literal}"; a route cannot contain a question mark.`);
    parts.push({ literal });
  }
  checkParts(parts, wrong);
  const [only] = parts;
  const literal = parts.length === 1 && only && "literal" in only ? only.literal.toLowerCase() : undefined;
  return { parts, literal, catchAll: parts.some((part) => "parameter" in part && part.parameter.catchAll) };
}

/** The end of the parameter that begins at `index`. It exists, as was checked when the segments were split. */
function endOfParameter(text: string, index: number): number {
  for (let at = index + 1; at < text.length; at++) {
    if (text[at] === "{") at++;
    else if (text[at] === "}") {
      if (text[at + 1] !== "}") return at;
      at++;
    }
  }
  return text.length - 1;
}

function checkParts(parts: readonly Part[], wrong: (why: string) => Error): void {
  if (parts.length < 2) return;
  for (const [index, part] of parts.entries()) {
    if (!("parameter" in part)) continue;
    const { name, catchAll, optional } = part.parameter;
    if (catchAll) throw wrong(`has the catch-all "${name}" beside something else in one segment.`);
    if (!optional) continue;
    const before = parts[index - 1];
    if (index < parts.length - 1) throw wrong(`has something after the optional "${name}" in one segment.`);
    if (before === undefined || !("literal" in before) || !before.literal.endsWith(".")) {
      throw wrong(`has the optional "${name}" within a segment; only a period may come before it there.`);
    }
  }
}

function readParameter(escaped: string, wrong: (why: string) => Error): Parameter {
  const inside = escaped.replaceAll("{{", "{").replaceAll("}}", "}");
  const [, stars = "", name = "", rest = ""] = /^(\*{0,2})([^:=?/{}*]*)(.*)$/s.exec(inside) ?? [];
  if (name.trim() === "") throw wrong(`has "{${escaped}}", which is not a parameter.`);
  const { constraints, fallback, optional } = readRest(rest, wrong);
  if (optional && fallback !== undefined)
    throw wrong(`has a default for "${name}", which is optional; it cannot be both.`);
  if (optional && stars !== "") throw wrong(`has the catch-all "${name}" marked optional; it always is.`);
  const compiled = constraints.map((text) => {
    try {
      return { text, test: compileConstraint(text) };
    } catch (error) {
      throw wrong((error as Error).message);
    }
  });
  return { name, constraints: compiled, optional, fallback, catchAll: stars !== "" };
}

/** Parses what follows a parameter's name: constraints after colons, a default after an equals sign, or a question mark. */
function readRest(rest: string, wrong: (why: string) => Error) {
  const constraints: string[] = [];
  let text = rest;
  while (text.startsWith(":")) {
    const end = endOfConstraint(text);
    if (end > 1) constraints.push(text.slice(1, end));
    text = text.slice(end);
  }
  if (text === "" || text === "?") return { constraints, fallback: undefined, optional: text === "?" };
  if (!text.startsWith("="))
    throw wrong(`has "${text}" after a parameter's name; only constraints, a default or a question mark may follow.`);
  // A question mark at the end makes it optional as well, which is refused.
  const optional = text.endsWith("?");
  return { constraints, fallback: optional ? text.slice(1, -1) : text.slice(1), optional };
}

/** The end of a constraint: the next colon, equals sign or final question mark outside of its parentheses. */
function endOfConstraint(text: string): number {
  const open = text.indexOf("(");
  const next = /[:=]|\?$/.exec(text.slice(1))?.index ?? text.length - 1;
  if (open === -1 || open > next) return next + 1;
  // The closing parenthesis is the last one before what may follow a constraint.
  for (let at = open + 1; at < text.length; at++) {
    if (text[at] === ")" && /^\)(?:$|\?$|:|=)/.test(text.slice(at))) return at + 1;
  }
  return text.length;
}

/** The texts between the slashes of a decoded path; a trailing slash makes no difference. */
export function textsOf(path: string): string[] {
  const texts = path.slice(1).split("/");
  if (texts.at(-1) === "") texts.pop();
  return texts;
}

/** Returns false if a route cannot match a path, by its texts in lower case. This rules out most of an application's routes. */
export function mayFit({ segments }: Template, lower: readonly string[]): boolean {
  for (let at = 0; at < segments.length && at < lower.length; at++) {
    const literal = segments[at]?.literal;
    if (literal !== undefined && literal !== lower[at]) return false;
  }
  return lower.length <= segments.length || segments.at(-1)?.catchAll === true;
}

/**
 * Matches a decoded path, including its leading slash; a trailing slash only matters to a catch-all.
 * Returns the parameters in the order in which ASP.NET finds them, or `undefined`.
 */
export function matchTemplate({ segments }: Template, path: string): Values | undefined {
  const texts = textsOf(path);
  const values: Values = {};
  let start = 1;
  for (const [index, segment] of segments.entries()) {
    const text = texts[index];
    if (text === undefined) {
      if (!fillMissing(segment, values)) return undefined;
      continue;
    }
    if (text === "") return undefined;
    if (segment.catchAll) {
      const [part] = segment.parts;
      if (part && "parameter" in part) values[part.parameter.name] = path.slice(start);
      return passes(segments, values) ? values : undefined;
    }
    const found = matchSegment(segment, text);
    if (found === undefined) return undefined;
    Object.assign(values, found);
    start += text.length + 1;
  }
  return texts.length <= segments.length && passes(segments, values) ? values : undefined;
}

/** Whether a segment may be missing; adds its default to the values. */
function fillMissing({ parts }: Segment, values: Values): boolean {
  const [part] = parts;
  if (parts.length !== 1 || part === undefined || !("parameter" in part)) return false;
  const { name, optional, fallback, catchAll } = part.parameter;
  if (fallback !== undefined) values[name] = fallback;
  return optional || catchAll || fallback !== undefined;
}

/** Whether every value satisfies its constraints; a missing value only has to be optional. */
function passes(segments: readonly Segment[], values: Values): boolean {
  return segments.every(({ parts }) =>
    parts.every((part) => {
      if (!("parameter" in part)) return true;
      const { name, constraints, optional } = part.parameter;
      const value = values[name];
      if (value === undefined) return optional || constraints.length === 0;
      return constraints.every(({ test }) => test(value));
    }),
  );
}

/** The values of one segment's parameters, or `undefined`; constraints are checked later. */
export function matchSegment({ parts }: Segment, text: string): Values | undefined {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) {
    if ("parameter" in only) return { [only.parameter.name]: text };
    return only.literal.toLowerCase() === text.toLowerCase() ? {} : undefined;
  }
  const last = parts.at(-1);
  if (last && "parameter" in last && last.parameter.optional) {
    const separator = parts.at(-2);
    const found = matchParts(parts, text);
    if (found !== undefined || (separator && "literal" in separator && endsWith(text, separator.literal))) return found;
    // The optional parameter and the period before it are missing.
    return matchParts(parts.slice(0, -2), text);
  }
  return matchParts(parts, text);
}

/** From right to left, as in ASP.NET: each literal matches at its last occurrence, and a parameter has at least one character. */
function matchParts(parts: readonly Part[], text: string): Values | undefined {
  const values: Values = {};
  const lower = text.toLowerCase();
  let end = text.length;
  let pending: Parameter | undefined;
  for (let index = parts.length - 1; index >= 0; index--) {
    const part = parts[index];
    if (part === undefined) break;
    if ("parameter" in part) {
      pending = part.parameter;
      continue;
    }
    const latest = end - part.literal.length - (pending === undefined ? 0 : 1);
    const at = latest < 0 ? -1 : lower.lastIndexOf(part.literal.toLowerCase(), latest);
    if (at === -1) return undefined;
    if (pending === undefined && at + part.literal.length !== end) return undefined;
    if (pending !== undefined) values[pending.name] = text.slice(at + part.literal.length, end);
    pending = undefined;
    end = at;
  }
  if (pending === undefined) return end === 0 ? values : undefined;
  if (end === 0) return undefined;
  values[pending.name] = text.slice(0, end);
  return values;
}

const endsWith = (text: string, end: string) => text.toLowerCase().endsWith(end.toLowerCase());
