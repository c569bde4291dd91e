import crypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import { RepeatableBytes } from "../../kernel/repeatable-bytes.ts";

type Told<T> = (error: null, drawn: T) => void;

/**
 * Has all that this thread draws by chance come from a seed: `Math.random`, and what `node:crypto` and the global `crypto` make of ids and bytes. Keys, and what else is made within, stay Node's own.
 * For an application whose run is to be had again, and for no other: whoever knows the seed knows all its secrets.
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
  // Those who import by name are to have the same.
  syncBuiltinESMExports();
}

/** What was drawn, for whoever waits for it and for whoever is to be told. */
function given<T>(drawn: T, callback: Told<T> | undefined): T | undefined {
  if (callback === undefined) return drawn;
  setImmediate(callback, null, drawn);
  return undefined;
}
