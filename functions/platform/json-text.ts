/** Checks of a JSON text before it is parsed, and checks that JSON.parse does not make. */

/**
 * The nesting depth of a JSON text and the number of its values. Both must be limited before parsing, since later code recurses for each level and visits
 * each value.
 */
export function shapeOf(text: string): { depth: number; values: number } {
  let [depth, deepest, values] = [0, 0, 1];
  for (const [sign] of tokens(text)) {
    if (sign === ",") values++;
    else if (sign === "[" || sign === "{") deepest = Math.max(deepest, ++depth);
    else if (sign === "]" || sign === "}") depth--;
  }
  return { depth: deepest, values };
}

/**
 * Finds a member in a valid JSON text that would be lost silently: a duplicate, of which parsers keep the last, or `__proto__`, which does not become a
 * member of the parsed object. Returns a sentence about the first one; `undefined` if there is none.
 */
export function lostMember(text: string): string | undefined {
  /** The member names of each open object; `undefined` for an open array. */
  const open: (Set<string> | undefined)[] = [];
  let last = "";
  for (const [token] of tokens(text)) {
    if (token === "{") open.push(new Set());
    else if (token === "[") open.push(undefined);
    else if (token === "}" || token === "]") open.pop();
    else if (token === ":") {
      const name = JSON.parse(last) as string;
      if (name === "__proto__") return 'The body has a member "__proto__", which nothing here is called.';
      const names = open.at(-1);
      if (names?.has(name)) return `The body has the member "${name}" twice in one object.`;
      names?.add(name);
    } else if (token !== ",") last = token;
  }
  return undefined;
}

/** The brackets, commas, colons and strings, in order. An unterminated string extends to the end of the text, so that no character is scanned twice. */
function tokens(text: string): Iterable<RegExpMatchArray> {
  return text.matchAll(/[[\]{},:]|"(?:[^"\\]+|\\.)*"?/gs);
}

/**
 * Finds a lone surrogate in the names and texts of a parsed value. JavaScript accepts it, but it has no UTF-8 encoding, so it can be neither sent nor stored
 * (I-JSON, RFC 7493, 2.1). Returns the path to the first one; `undefined` if there is none. Recurses for each level.
 */
export function halfCharacter(value: unknown): PropertyKey[] | undefined {
  if (typeof value === "string") return value.isWellFormed() ? undefined : [];
  if (typeof value !== "object" || value === null) return undefined;
  for (const [name, one] of Object.entries(value)) {
    const step = Array.isArray(value) ? Number(name) : name;
    const inside = name.isWellFormed() ? halfCharacter(one) : [];
    if (inside !== undefined) return [step, ...inside];
  }
  return undefined;
}
