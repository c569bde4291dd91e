/**
 * A language that nobody speaks, made of English by rule: accented, longer by a third, in brackets. Whoever opens a page with `?lang=en-XA` sees
 * what was forgotten (it has no accents), what has no room (its bracket is cut off) and what is put together from pieces.
 */
const accents: Record<string, string> = {
  ...{ a: "áá", e: "éé", i: "íí", o: "óó", u: "úú", y: "ý", c: "ç", n: "ñ", s: "š" },
  ...{ A: "ÁÁ", E: "ÉÉ", I: "ÍÍ", O: "ÓÓ", U: "ÚÚ", Y: "Ý", C: "Ç", N: "Ñ", S: "Š" },
};

/** All texts of a tree, in that language. What stands in `{}` stays. */
export function pseudo<T>(tree: T): T {
  if (typeof tree === "string") return `[${tree.replace(/\{\w+\}|./g, (piece) => accents[piece] ?? piece)}]` as T;
  if (Array.isArray(tree)) return tree.map(pseudo) as T;
  return Object.fromEntries(Object.entries(tree as object).map(([key, value]) => [key, pseudo(value)])) as T;
}
