import { badRequest } from "../errors.ts";
import { CharacterSet } from "./character-set.ts";
import type { Evaluate } from "./frame.ts";
import type { Budget } from "./limits.ts";
import type { Value } from "./values.ts";

/** A part of a pattern that matches one character, or `many` for any text. */
type Part = "many" | ((char: string) => boolean);

/** `text LIKE pattern [ESCAPE escape]`; the parsed pattern is kept as long as the pattern stays the same. */
export function likeTest(text: Evaluate, pattern: Evaluate, escapeWith: Evaluate | undefined): Evaluate {
  let last: { pattern: string; escape: string; parts: Part[] } = { pattern: "", escape: "", parts: [] };
  return (frame) => {
    const value = text(frame);
    const wanted = pattern(frame);
    const escaped = escapeWith?.(frame) ?? "";
    if (typeof value !== "string" || typeof wanted !== "string" || typeof escaped !== "string") return undefined;
    if (last.pattern !== wanted || last.escape !== escaped) {
      last = { pattern: wanted, escape: escaped, parts: readPattern(wanted, escaped) };
    }
    return matches(value, last.parts, frame.budget);
  };
}

/** The only text that a pattern without wildcards matches. */
export function likeConstant(pattern: Value, escapeWith: Value): string | undefined {
  if (typeof pattern !== "string" || typeof escapeWith !== "string") return undefined;
  let text = "";
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at] ?? "";
    if (char === escapeWith && at + 1 < pattern.length) text += pattern[++at];
    else if (char === "%" || char === "_" || char === "[") return undefined;
    else text += char;
  }
  return text;
}

/** `%` matches any text, `_` any character, `[a-c]` and `[^a-c]` a character of a set; `escapeWith` escapes these. */
function readPattern(pattern: string, escapeWith: string): Part[] {
  const parts: Part[] = [];
  const literal = (wanted: string): number => parts.push((char) => char === wanted);
  // Searched once, so that many open brackets do not each repeat the search.
  const lastClose = pattern.lastIndexOf("]");
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at] ?? "";
    if (char === escapeWith && at + 1 < pattern.length) {
      literal(pattern[++at] ?? "");
    } else if (char === "%") {
      if (parts.at(-1) !== "many") parts.push("many");
    } else if (char === "_") {
      parts.push(() => true);
    } else if (char === "[" && lastClose >= at + 2) {
      const close = pattern.indexOf("]", at + 2);
      parts.push(setOf(pattern.slice(at + 1, close)));
      at = close;
    } else {
      literal(char);
    }
  }
  return parts;
}

/** The characters of `abc`, `a-c` or `^a-c`. @throws a 400 for a range whose ends are reversed. */
function setOf(text: string): (char: string) => boolean {
  const negated = text.length > 1 && text.startsWith("^");
  const set = new CharacterSet();
  for (let at = negated ? 1 : 0; at < text.length; at++) {
    const from = text.charCodeAt(at);
    const isRange = text[at + 1] === "-" && at + 2 < text.length;
    const to = isRange ? text.charCodeAt(at + 2) : from;
    if (from > to) {
      const range = text.slice(at, at + 3);
      throw badRequest(`The LIKE pattern [${text}] has the range '${range}'; its lower end must come first.`);
    }
    set.add(from, to);
    if (isRange) at += 2;
  }
  return (char) => set.has(char.charCodeAt(0)) !== negated;
}

/** Backtracks to the last `%` only, because earlier parts need no other match. So the time is at most the text's length times the pattern's. */
function matches(text: string, parts: Part[], budget: Budget): boolean {
  let at = 0;
  let part = 0;
  let retry: { at: number; part: number } | undefined;
  let steps = 0;
  while (at < text.length) {
    if (++steps % 1024 === 0) budget.spend(1024);
    const wanted = parts[part];
    if (wanted === "many") {
      retry = { at, part: ++part };
    } else if (wanted?.(text[at] ?? "")) {
      at++;
      part++;
    } else if (retry !== undefined) {
      at = ++retry.at;
      part = retry.part;
    } else {
      return false;
    }
  }
  while (parts[part] === "many") part++;
  return part === parts.length;
}
