import { isUtf8 } from "node:buffer";
import { readExactly } from "../kernel/exact-json.ts";
import { badRequest } from "./errors.ts";

/**
 * Reads JSON of which nothing becomes something else without a word.
 * @param what names the text in a refusal
 * @throws a 400 when it is none, and for what would not be kept as it was sent
 */
export function readJson(text: string, what: string): unknown {
  const read = readExactly(text, what, true);
  if ("wrong" in read) throw badRequest(read.isJson ? `${invalidPayload} (${read.wrong})` : read.wrong);
  return read.value;
}

/** The same of bytes. */
export function readJsonBytes(bytes: Buffer, what: string): unknown {
  if (!isUtf8(bytes)) throw badRequest(`${invalidPayload} (${what} is not UTF-8.)`);
  return readJson(bytes.toString(), what);
}

const invalidPayload = "The request payload is invalid. Ensure to provide a valid request payload.";
