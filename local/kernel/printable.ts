/**
 * Characters that a terminal obeys or that hide what a text says: controls (line breaks among them), line and paragraph separators, halves of pairs, and
 * format characters, which change the direction of writing, join invisibly or, as tags, spell whole words that nobody sees.
 */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

const short: Record<string, string> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** The text on one line that a terminal only shows: what it would obey is written out, as `\u001b`. */
export function printable(text: string): string {
  return text.replace(unprintable, (sign) => short[sign] ?? writtenOut(sign));
}

function writtenOut(sign: string): string {
  const hex = (sign.codePointAt(0) ?? 0).toString(16);
  return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, "0")}`;
}
