/** What JavaScript would silently make something else of, in JSON that it reads, and where that begins. */
export interface Altered {
  what: "duplicate name" | "half a character" | "number out of range" | "whole number";
  /** As it stands there: a name, a text, or a number. */
  text: string;
}

const quote = 0x22;
const backslash = 0x5c;

/**
 * The first thing in a text that is JSON which `JSON.parse` would make something else of without a word: of a name that an object has twice it keeps the
 * last, a number beyond the range of a double becomes infinite, and a whole number of 64 bits may get other digits. Half a character (a lone surrogate) it
 * keeps, but UTF-8 has none.
 * @param value what the text is JSON of @param halves whether half a character is found as well
 */
export function alteredIn(text: string, value: unknown, halves: boolean): Altered | undefined {
  // What is written again as it came has lost nothing; most clients write as JavaScript does.
  return written(value) === text && !(halves && text.includes("\\ud")) ? undefined : walk(text, halves);
}

function written(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    // It is nested too deep for that.
    return undefined;
  }
}

/**
 * Reads JSON of which nothing becomes something else without a word.
 * @param what names the text in what is told of it @param halves whether half a character is found as well
 * @returns the value, or what is wrong, for people: that it is no JSON, or what would become something else
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

/** What is wrong, for people. */
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
  /** The names so far of each object that is open, and of each list that is, nothing. */
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

/** The place after the closing quote of the text that begins here. */
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

/** Whether a number is written again as it came, if it is one that others keep to the last digit: a whole number of 64 bits. Beyond them all are doubles. */
export function isKept(text: string, number: number): boolean {
  if (Number.isSafeInteger(number) || text.length > 20 || !/^-?\d+$/.test(text)) return true;
  const whole = BigInt(text);
  return whole < least || whole > most || String(number) === text;
}
