import { isUtf8 } from "node:buffer";
import { readExactly } from "../kernel/exact-json.ts";
import { badRequest } from "./errors.ts";

/**
 * Reads JSON, and refuses anything that parsing would silently change.
 * @param what names the text in a refusal
 * @throws a 400 for invalid JSON, and for values that would not be kept exactly as sent
 */
export function readJson(text: string, what: string): unknown {
  const read = readExactly(text, what, true);
  if ("wrong" in read) throw badRequest(read.isJson ? `${invalidPayload} (${read.wrong})` : read.wrong);
  return read.value;
}

/** The same for bytes. */
export function readJsonBytes(bytes: Buffer, what: string): unknown {
  if (!isUtf8(bytes)) throw badRequest(`${invalidPayload} (${what} is not UTF-8.)`);
  return readJson(bytes.toString(), what);
}

const invalidPayload = "The request payload is invalid. Ensure to provide a valid request payload.";
