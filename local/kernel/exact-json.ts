/** JSON that JavaScript would silently read as something else, and where it begins. */
export interface Altered {
  what: "duplicate name" | "half a character" | "number out of range" | "whole number";
  /** The original text: a name, a string, or a number. */
  text: string;
}

const quote = 0x22;
const backslash = 0x5c;

/**
 * The first thing in a JSON text that `JSON.parse` would silently change. It keeps only the last of two members with the same name, turns a number
 * beyond the range of a double into infinity, and may change digits of a 64-bit integer. It keeps half a character (a lone surrogate), but UTF-8
 * cannot.
 * @param value the parsed text @param halves whether half a character is reported as well
 */
export function alteredIn(text: string, value: unknown, halves: boolean): Altered | undefined {
  // If writing the value gives the same text, nothing was lost; most clients write as JavaScript does.
  return written(value) === text && !(halves && text.includes("\\ud")) ? undefined : walk(text, halves);
}

function written(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    // It is nested too deeply for that.
    return undefined;
  }
}

/**
 * Reads JSON, unless parsing would silently change it.
 * @param what the name of the text in messages @param halves whether half a character is reported as well
 * @returns the value, or a message that says what is wrong: that the text is not JSON, or what parsing would change
 */
export function readExactly(
  text: string,
  what: string,
  halves: boolean,
): { value: unknown } | { wrong: string; isJson: boolean } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { wrong: `${what} is not JSON: ${(error as Error).message}`, isJson: false };
  }
  const altered = alteredIn(text, value, halves);
  return altered === undefined ? { value } : { wrong: wordsFor(altered), isJson: true };
}

/** The message for users. */
export function wordsFor({ what, text }: Altered): string {
  const shown = text.length > 60 ? `${text.slice(0, 60).toWellFormed()}…` : text;
  switch (what) {
    case "number out of range":
      return `The number ${shown} is outside the range of a double.`;
    case "whole number":
      return `The number ${shown} is a 64-bit integer, which would become ${Number(text)}; Azure keeps every digit. Send it as a string.`;
    case "duplicate name":
      return `An object has the name ${JSON.stringify(shown)} twice; how Azure handles that is not documented.`;
    case "half a character":
      return `The string ${shown} has half a surrogate pair, which UTF-8 cannot represent.`;
  }
}

function walk(text: string, halves: boolean): Altered | undefined {
  /** For each open object the names so far; for each open list `undefined`. */
  const open: (Set<string> | undefined)[] = [];
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      const end = endOfText(text, at);
      const altered = ofText(text, at, end, open.at(-1), halves);
      if (altered !== undefined) return altered;
      at = end;
    } else if (code === 0x2d || (code >= 0x30 && code <= 0x39)) {
      const [number = ""] = matchAt(numberPattern, text, at);
      const what = ofNumber(number);
      if (what !== undefined) return { what, text: number };
      at += number.length;
    } else {
      if (code === 0x7b) open.push(new Set());
      else if (code === 0x5b) open.push(undefined);
      else if (code === 0x7d || code === 0x5d) open.pop();
      at++;
    }
  }
  return undefined;
}

/** The position after the closing quote of the string that begins here. */
function endOfText(text: string, start: number): number {
  for (let at = start + 1; ; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) return at + 1;
    if (code === backslash) at++;
  }
}

function ofText(
  text: string,
  start: number,
  end: number,
  names: Set<string> | undefined,
  halves: boolean,
): Altered | undefined {
  const isName = names !== undefined && matchAt(colonPattern, text, end).length > 0;
  const raw = text.slice(start, end);
  const escaped = raw.includes("\\");
  if (!isName && !escaped) return undefined;
  const plain = escaped ? String(JSON.parse(raw)) : raw.slice(1, -1);
  if (halves && escaped && !plain.isWellFormed()) return { what: "half a character", text: raw };
  if (!isName) return undefined;
  if (names.has(plain)) return { what: "duplicate name", text: plain };
  names.add(plain);
  return undefined;
}

const numberPattern = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const colonPattern = /\s*:/y;

function matchAt(pattern: RegExp, text: string, at: number): string[] {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? [];
}

function ofNumber(text: string): Altered["what"] | undefined {
  const number = Number(text);
  if (!Number.isFinite(number)) return "number out of range";
  return isKept(text, number) ? undefined : "whole number";
}

const [least, most] = [-(2n ** 63n), 2n ** 63n - 1n];

/**
 * Whether a number is written again with the same digits. This matters for 64-bit integers, which others keep exactly; all other numbers are doubles.
 */
export function isKept(text: string, number: number): boolean {
  if (Number.isSafeInteger(number) || text.length > 20 || !/^-?\d+$/.test(text)) return true;
  const whole = BigInt(text);
  return whole < least || whole > most || String(number) === text;
}
