import { isUtf8 } from "node:buffer";
import { alteredIn, wordsFor } from "../kernel/exact-json.ts";
import { badRequest } from "./errors.ts";

/**
 * Reads JSON of which nothing becomes something else without a word.
 * @param what names the text in a refusal
 * @throws a 400 when it is none, and for what would not be kept as it was sent
 */
export function readJson(text: string, what: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw badRequest(`${what} is not JSON: ${(error as Error).message}`);
  }
  const altered = alteredIn(text, value, true);
  if (altered !== undefined) throw badRequest(`${invalidPayload} (${wordsFor(altered)})`);
  return value;
}

/** The same of bytes. */
export function readJsonBytes(bytes: Buffer, what: string): unknown {
  if (!isUtf8(bytes)) throw badRequest(`${invalidPayload} (${what} is not UTF-8.)`);
  return readJson(bytes.toString(), what);
}

const invalidPayload = "The request payload is invalid. Ensure to provide a valid request payload.";
