import crypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import { RepeatableBytes } from "../../kernel/repeatable-bytes.ts";

type Told<T> = (error: null, drawn: T) => void;

/**
 * Makes this thread's randomness come from a seed: `Math.random`, and the ids and bytes of `node:crypto` and the global `crypto`. Keys, and random
 * values inside Node, are not affected.
 * Only for an application whose run has to be repeatable: anyone who knows the seed knows all its secrets.
 */
export function installTurnChance(seed: string): void {
  const bytes = new RepeatableBytes(seed);
  const randomBytes = (size: number, callback?: Told<Buffer>) => given(bytes.next(size), callback);
  const randomFillSync = <T extends NodeJS.ArrayBufferView>(view: T, offset = 0, size?: number): T => {
    bytes.fill(Buffer.from(view.buffer, view.byteOffset, view.byteLength).subarray(offset, size && offset + size));
    return view;
  };
  const randomInt = (...asked: (number | Told<number> | undefined)[]) => {
    const [one = 0, other] = asked.filter((each) => typeof each === "number");
    const [least, below] = other === undefined ? [0, one] : [one, other];
    const drawn = least + Math.floor(bytes.random() * (below - least));
    return given(
      drawn,
      asked.find((each) => typeof each === "function"),
    );
  };
  const getRandomValues = <T extends NodeJS.ArrayBufferView>(view: T): T => bytes.fill(view);
  const randomUUID = () => bytes.uuid();
  Math.random = () => bytes.random();
  Object.assign(crypto, { randomBytes, randomFillSync, randomInt, randomUUID });
  for (const target of [globalThis.crypto, crypto.webcrypto]) {
    Object.defineProperty(target, "randomUUID", { value: randomUUID, configurable: true, writable: true });
    Object.defineProperty(target, "getRandomValues", { value: getRandomValues, configurable: true, writable: true });
  }
  // Named imports have to get the same functions.
  syncBuiltinESMExports();
}

/** The value, returned or passed to the callback. */
function given<T>(drawn: T, callback: Told<T> | undefined): T | undefined {
  if (callback === undefined) return drawn;
  setImmediate(callback, null, drawn);
  return undefined;
}
