/** What is told of a JSON text without parsing it, or could not be told once it is parsed. */

/**
 * How deep arrays and objects stand in one another, and how many values there are: what comes after may call itself for each level, and look at each
 * value.
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
 * A member of the objects in a text that is JSON which would be lost without a word: one that is there twice, of which parsers keep the last, or
 * `__proto__`, which is no member of what is made of it. A sentence about the first; `undefined` when there is none.
 */
export function lostMember(text: string): string | undefined {
  /** The names of each object that is open; `undefined` for an array. */
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

/** Brackets, commas, colons and whole strings, in their order. A string without an end goes to the end of the text, so no sign is looked at twice. */
function tokens(text: string): Iterable<RegExpMatchArray> {
  return text.matchAll(/[[\]{},:]|"(?:[^"\\]+|\\.)*"?/gs);
}

/**
 * Where half a character (a lone surrogate) stands among the names and texts of what was parsed: JavaScript keeps it, but UTF-8 has none, so it can neither be
 * sent on nor kept (I-JSON, RFC 7493, 2.1). The steps to the first one; `undefined` when there is none. Calls itself for each level.
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
