import crypto, { type KeyObject } from "node:crypto";
import { syncBuiltinESMExports } from "node:module";

/** As many keys as an application has for its services, and some more. */
const most = 16;
/** Longer ones are no keys of services. */
const longest = 256;

/**
 * Lets `createHmac` of this thread know keys again that it was given as bytes. The SDKs sign each request with the same key and decode it each time, and Node takes
 * four times as long to look at what it was given as to sign. The result is the same.
 */
export function keepKeys(): void {
  const kept: { bytes: Buffer; key: KeyObject }[] = [];
  const known = (bytes: Uint8Array): KeyObject => {
    const found = kept.find((each) => each.bytes.equals(bytes));
    if (found !== undefined) return found.key;
    const made = { bytes: Buffer.from(bytes), key: crypto.createSecretKey(bytes) };
    if (kept.push(made) > most) kept.shift();
    return made.key;
  };
  const { createHmac } = crypto;
  const keeping: typeof createHmac = (algorithm, key, options) =>
    createHmac(
      algorithm,
      key instanceof Uint8Array && key.length > 0 && key.length <= longest ? known(key) : key,
      options,
    );
  crypto.createHmac = Object.defineProperty(keeping, "name", { value: createHmac.name });
  syncBuiltinESMExports();
}
