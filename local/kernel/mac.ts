import { createHmac, createSecretKey, type KeyObject } from "node:crypto";

/** Keys that were made ready, by their text in base64 and by their bytes: to make one ready costs four times as much as to sign with it. */
const byText = new Map<string, KeyObject>();
const byBytes = new WeakMap<Buffer, KeyObject>();

/**
 * HMAC-SHA256 of a text.
 * @param key one that a service has for good, in base64 or as the same bytes each time: it is kept
 */
export function macOf(text: string, key: string | Buffer): Buffer {
  return createHmac("sha256", ready(key)).update(text).digest();
}

function ready(key: string | Buffer): KeyObject {
  const kept = typeof key === "string" ? byText.get(key) : byBytes.get(key);
  if (kept !== undefined) return kept;
  const made = createSecretKey(typeof key === "string" ? Buffer.from(key, "base64") : key);
  if (typeof key === "string") byText.set(key, made);
  else byBytes.set(key, made);
  return made;
}
