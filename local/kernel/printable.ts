/**
 * Characters that a terminal interprets or that hide a part of a text: control characters (including line breaks), line and paragraph separators,
 * lone surrogates, and format characters, which change the direction of writing, join invisibly or, as tags, spell invisible words.
 */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

const short: Record<string, string> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** The text on one line, safe for a terminal: unprintable characters are escaped, as `\u001b`. */
export function printable(text: string): string {
  return text.replace(unprintable, (sign) => short[sign] ?? writtenOut(sign));
}

function writtenOut(sign: string): string {
  const hex = (sign.codePointAt(0) ?? 0).toString(16);
  return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, "0")}`;
}
