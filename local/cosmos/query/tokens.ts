import { isKept, wordsFor } from "../../kernel/exact-json.ts";
import { maxTextLength } from "./limits.ts";
import { queryError } from "./query-error.ts";

export type TokenKind = "name" | "number" | "string" | "parameter" | "symbol" | "end";

export interface Token {
  kind: TokenKind;
  /** As written, for a symbol or a name. */
  text: string;
  /** For a number or a string. */
  value: number | string;
  start: number;
  end: number;
}

const symbols = [">>>", "<<", ">>", "<=", ">=", "!=", "<>", "||", "??", ..."()[]{},.:?*+-/%=<>&|^~".split("")];
const namePattern = /[A-Za-z_][A-Za-z0-9_]*/y;
const numberPattern = /0[xX][0-9a-fA-F]+|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const blankPattern = /(?:\s+|--[^\n]*)+/y;
const escapes: Record<string, string> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/** Splits the text of a query into tokens, the last of kind `end`. @throws a 400 that names the place. */
export function tokenize(text: string): Token[] {
  if (text.length > maxTextLength) {
    const message = `The SQL query text exceeded the maximum limit of ${maxTextLength} characters.`;
    throw queryError("SC1001", message, maxTextLength, text.length);
  }
  const tokens: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0];
  };
  const push = (kind: TokenKind, length: number, value: number | string = ""): void => {
    tokens.push({ kind, text: text.slice(at, at + length), value, start: at, end: at + length });
    at += length;
  };
  const pushNumber = (number: string): void => {
    if (!Number.isFinite(Number(number))) {
      throw queryError("SC1001", `The number ${number.slice(0, 40)} is out of range.`, at, at + number.length);
    }
    if (!isKept(number, Number(number))) {
      throw queryError("SC2990", wordsFor({ what: "whole number", text: number }), at, at + number.length);
    }
    push("number", number.length, Number(number));
  };
  for (;;) {
    at += match(blankPattern)?.length ?? 0;
    if (text.startsWith("/*", at)) {
      const end = text.indexOf("*/", at + 2);
      if (end < 0) throw queryError("SC1001", "Syntax error, a comment is not closed.", at, text.length);
      at = end + 2;
      continue;
    }
    const char = text[at];
    if (char === undefined) break;
    const name = match(namePattern);
    if (name !== undefined) {
      push("name", name.length);
    } else if (char === '"' || char === "'") {
      const { value, length } = readString(text, at);
      push("string", length, value);
    } else if (char === "@") {
      at++;
      const parameter = match(namePattern);
      at--;
      if (parameter === undefined) throw queryError("SC1001", "A parameter needs a name after '@'.", at, at + 1);
      push("parameter", parameter.length + 1);
    } else {
      const number = match(numberPattern);
      const symbol = symbols.find((candidate) => text.startsWith(candidate, at));
      if (number !== undefined) pushNumber(number);
      else if (symbol !== undefined) push("symbol", symbol.length);
      else throw queryError("SC1001", `Syntax error, incorrect syntax near '${char}'.`, at, at + 1);
    }
  }
  push("end", 0);
  return tokens;
}

function readString(text: string, start: number): { value: string; length: number } {
  const quote = text[start];
  let value = "";
  for (let at = start + 1; at < text.length; at++) {
    const char = text[at];
    if (char === quote) return { value, length: at + 1 - start };
    if (char !== "\\") {
      value += char;
      continue;
    }
    const escaped = text[++at] ?? "";
    if (escaped === "u") {
      const hex = text.slice(at + 1, at + 5);
      if (!/^[0-9a-fA-F]{4}$/.test(hex)) {
        throw queryError("SC1001", "Syntax error, \\u is followed by four hexadecimal digits.", at - 1, at + 5);
      }
      value += String.fromCharCode(Number.parseInt(hex, 16));
      at += 4;
    } else {
      value += escapes[escaped] ?? escaped;
    }
  }
  throw queryError("SC1010", "Syntax error, a string is not closed.", start, text.length);
}
