import { codeLength, codeSigns } from "../../contracts/code-signs.ts";
import { plainDigits } from "../lib/format.ts";

/** What somebody may have meant: a code; or signs, the first of which is in no code; or too few or too many of them. */
export type TypedCode = { code: string } | { wrong: string } | { signs: number };

/** Letters of Cyrillic and Greek keyboards that look like those of a code: nobody could tell what is wrong with them. */
const lookAlikes = new Map(
  ["АAСCЕEНHКKМMРPТTУYХX", "ΑAΕEΗHΚKΜMΝNΡPΤTΥYΧX"].flatMap((pairs) =>
    [...pairs.matchAll(/(.)(.)/gu)].map(([, foreign = "", sign = ""]) => [foreign, sign] as const),
  ),
);

/**
 * Reads what was typed as the code on the display, in capitals or not, with or without spaces and dashes, in the digits of any keyboard. What cannot be
 * a code is found here: it costs nobody a try.
 */
export function readTyped(typed: string): TypedCode {
  const signs = [
    ...plainDigits(typed.normalize("NFKC"))
      .toUpperCase()
      .replace(/[^\p{L}\p{N}]/gu, ""),
  ].map((sign) => lookAlikes.get(sign) ?? sign);
  const wrong = signs.find((sign) => !codeSigns.includes(sign));
  if (wrong !== undefined) return { wrong };
  return signs.length === codeLength ? { code: signs.join("") } : { signs: signs.length };
}
