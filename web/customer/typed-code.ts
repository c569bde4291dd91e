import { codeLength, codeSigns } from "../../contracts/code-signs.ts";
import { plainDigits } from "../lib/format.ts";

/** The interpretation of the input: a code; or the first character that is in no code; or the wrong number of characters. */
export type TypedCode = { code: string } | { wrong: string } | { signs: number };

/** Letters of Cyrillic and Greek keyboards that look like those of a code: nobody could see what is wrong with them. */
const lookAlikes = new Map(
  ["АAСCЕEНHКKМMРPТTУYХX", "ΑAΕEΗHΚKΜMΝNΡPΤTΥYΧX"].flatMap((pairs) =>
    [...pairs.matchAll(/(.)(.)/gu)].map(([, foreign = "", sign = ""]) => [foreign, sign] as const),
  ),
);

/**
 * Parses input as the code on the display: in any case, with or without spaces and dashes, in the digits of any keyboard. An impossible code is
 * rejected here, without using up an attempt.
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
