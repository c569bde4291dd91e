/**
 * A pseudo-language that is generated from English: with accents, a third longer, in brackets. A page with `?lang=en-XA` shows which texts are not
 * translatable (no accents), which do not fit (the bracket is cut off) and which are put together from pieces.
 */
const accents: Record<string, string> = {
  ...{ a: "áá", e: "éé", i: "íí", o: "óó", u: "úú", y: "ý", c: "ç", n: "ñ", s: "š" },
  ...{ A: "ÁÁ", E: "ÉÉ", I: "ÍÍ", O: "ÓÓ", U: "ÚÚ", Y: "Ý", C: "Ç", N: "Ñ", S: "Š" },
};

/** All texts of a tree, in the pseudo-language. Placeholders in `{}` stay. */
export function pseudo<T>(tree: T): T {
  if (typeof tree === "string") return `[${tree.replace(/\{\w+\}|./g, (piece) => accents[piece] ?? piece)}]` as T;
  if (Array.isArray(tree)) return tree.map(pseudo) as T;
  return Object.fromEntries(Object.entries(tree as object).map(([key, value]) => [key, pseudo(value)])) as T;
}
