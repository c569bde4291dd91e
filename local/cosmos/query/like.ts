import type { Evaluate } from "./frame.ts";

/** `text LIKE pattern [ESCAPE escape]`; the expression made of a pattern is kept as long as the pattern stays the same. */
export function likeTest(text: Evaluate, pattern: Evaluate, escapeWith: Evaluate | undefined): Evaluate {
  let last = { pattern: "", escape: "", expression: /^$/ };
  return (frame) => {
    const value = text(frame);
    const wanted = pattern(frame);
    const escaped = escapeWith?.(frame) ?? "";
    if (typeof value !== "string" || typeof wanted !== "string" || typeof escaped !== "string") return undefined;
    if (last.pattern !== wanted || last.escape !== escaped) {
      last = { pattern: wanted, escape: escaped, expression: likeExpression(wanted, escaped) };
    }
    return last.expression.test(value);
  };
}

const literal = (char: string): string => char.replace(/[\\^$.*+?()[\]{}|/-]/, "\\$&");

/** `%` is any text, `_` any character, `[a-c]` and `[^a-c]` a character of a set; `escapeWith` takes the meaning away. */
function likeExpression(pattern: string, escapeWith: string): RegExp {
  let source = "";
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at] ?? "";
    const close = pattern.indexOf("]", at + 2);
    if (char === escapeWith && at + 1 < pattern.length) {
      source += literal(pattern[++at] ?? "");
    } else if (char === "%") {
      source += "[\\s\\S]*";
    } else if (char === "_") {
      source += "[\\s\\S]";
    } else if (char === "[" && close !== -1) {
      const set = pattern.slice(at + 1, close);
      const negated = set.startsWith("^");
      source += `[${negated ? "^" : ""}${set.slice(negated ? 1 : 0).replaceAll(/[\\\]^[]/g, "\\$&")}]`;
      at = close;
    } else {
      source += literal(char);
    }
  }
  return new RegExp(`^${source}$`);
}
