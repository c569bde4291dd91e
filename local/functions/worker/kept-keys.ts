import crypto, { type KeyObject } from "node:crypto";
import { syncBuiltinESMExports } from "node:module";

/** As many keys as an application has for its services, and some more. */
const most = 16;
/** Longer texts are no keys of services. */
const longest = 256;

/**
 * Lets this thread's `createHmac` cache keys given as bytes, and `createPrivateKey` cache texts that are no private keys. The SDKs sign each request
 * with the same key and decode it each time, and Node takes four times as long to prepare the key as to sign. The SDK of Web PubSub first checks for
 * each request whether its key is a private one, which takes six times as long as the rest of a signature. The result is the same.
 */
export function keepKeys(): void {
  keepSecrets();
  keepRefusals();
  syncBuiltinESMExports();
}

function keepSecrets(): void {
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
  crypto.createHmac = named(keeping, createHmac);
}

function keepRefusals(): void {
  const refused = new Map<string, Error>();
  const { createPrivateKey } = crypto;
  const keeping: typeof createPrivateKey = (key) => {
    if (typeof key !== "string" || key.length > longest) return createPrivateKey(key);
    const known = refused.get(key);
    if (known !== undefined) throw Object.assign(new Error(known.message), known);
    try {
      return createPrivateKey(key);
    } catch (error) {
      if (refused.size < most && (error as Error).constructor === Error) refused.set(key, error as Error);
      throw error;
    }
  };
  crypto.createPrivateKey = named(keeping, createPrivateKey);
}

const named = <F extends (...args: never[]) => unknown>(made: F, { name }: F): F =>
  Object.defineProperty(made, "name", { value: name });
