import { FilterRefusal, shortened } from "./refusal.ts";

export type TokenKind = "word" | "text" | "number" | "(" | ")" | "," | "end";

export interface Token {
  kind: TokenKind;
  /** A string literal without quotes, its doubled quotes single; otherwise the text of the token. */
  value: string;
  /** The position in the filter. */
  start: number;
  end: number;
}

const blank = /\s/;
const wordStart = /[A-Za-z_]/;
const wordPart = /[A-Za-z0-9_]/;
const digit = /[0-9]/;

/**
 * Splits a filter into tokens in a single pass. The last token is `end`.
 * @throws FilterRefusal for an invalid character or an unterminated string.
 */
export function tokensOf(filter: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const runOf = (part: RegExp, from: number) => {
    let end = from;
    while (end < filter.length && part.test(filter.charAt(end))) end++;
    return end;
  };
  const add = (kind: TokenKind, end: number, value = filter.slice(at, end)) => {
    tokens.push({ kind, value, start: at, end });
    at = end;
  };
  for (;;) {
    at = runOf(blank, at);
    const character = filter.charAt(at);
    if (character === "") {
      add("end", at);
      return tokens;
    }
    if (character === "(" || character === ")" || character === ",") add(character, at + 1);
    else if (character === "'") add("text", ...textAt(filter, at));
    else if (wordStart.test(character)) add("word", runOf(wordPart, at));
    else if (digit.test(character)) add("number", runOf(digit, at));
    else if ((character === "-" || character === "+") && digit.test(filter.charAt(at + 1))) {
      add("number", runOf(digit, at + 1));
    } else {
      const shown = shortened(filter);
      throw new FilterRefusal(shown, `The character '${character}' is not valid at position ${at} in '${shown}'.`);
    }
  }
}

/** The end of a string literal, and its value. */
function textAt(filter: string, start: number): [end: number, value: string] {
  const parts: string[] = [];
  for (let from = start + 1; ; ) {
    const quote = filter.indexOf("'", from);
    if (quote === -1) {
      const shown = shortened(filter);
      throw new FilterRefusal(
        shown,
        `There is an unterminated string literal at position ${filter.length} in '${shown}'.`,
      );
    }
    parts.push(filter.slice(from, quote));
    if (filter.charAt(quote + 1) !== "'") return [quote + 1, parts.join("'")];
    from = quote + 2;
  }
}
