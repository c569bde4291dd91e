import { createHmac, createSecretKey, type KeyObject } from "node:crypto";

/** A cache of prepared keys, by their base64 text and by their bytes: preparing a key costs four times as much as signing with it. */
const byText = new Map<string, KeyObject>();
const byBytes = new WeakMap<Buffer, KeyObject>();

/**
 * HMAC-SHA256 of a text.
 * @param key a permanent key of a service, in base64 or as the same Buffer each time, since it is cached
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
