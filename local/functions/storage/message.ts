import type { MessageEncoding } from "./options.ts";

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Encodes a message for the wire. */
export function encodeMessage(body: string | Uint8Array, encoding: MessageEncoding): string {
  return Buffer.from(body as Uint8Array).toString(encoding === "base64" ? "base64" : "utf8");
}

/** The text of a message, or `undefined` if it is not in the given encoding. */
export function decodeMessage(text: string, encoding: MessageEncoding): string | undefined {
  if (encoding === "none") return text;
  const packed = text.replace(/\s/g, "");
  if (!base64.test(packed)) return undefined;
  try {
    return utf8.decode(Buffer.from(packed, "base64"));
  } catch {
    return undefined;
  }
}
