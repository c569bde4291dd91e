import crypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import { RepeatableBytes } from "../../kernel/repeatable-bytes.ts";

type Filled = NodeJS.ArrayBufferView;

/**
 * Has all that this thread draws by chance come from a seed: `Math.random`, and what `node:crypto` and the global `crypto` make of ids and bytes. Keys, and what else is made within, stay Node's own.
 * For an application whose run is to be had again, and for no other: whoever knows the seed knows all its secrets.
 */
export function installTurnChance(seed: string): void {
  const bytes = new RepeatableBytes(seed);
  const fill = <T extends Filled>(view: T): T => {
    new Uint8Array(view.buffer, view.byteOffset, view.byteLength).set(bytes.next(view.byteLength));
    return view;
  };
  const randomBytes = (size: number, callback?: (error: null, made: Buffer) => void): Buffer | undefined => {
    const made = bytes.next(size);
    if (callback === undefined) return made;
    setImmediate(callback, null, made);
    return undefined;
  };
  const randomFillSync = <T extends Filled>(view: T, offset = 0, size?: number): T => {
    fill(Buffer.from(view.buffer, view.byteOffset, view.byteLength).subarray(offset, size && offset + size));
    return view;
  };
  const randomInt = (...given: (number | ((error: null, drawn: number) => void) | undefined)[]): number | undefined => {
    const [one = 0, other] = given.filter((each) => typeof each === "number");
    const [least, below] = other === undefined ? [0, one] : [one, other];
    const drawn = least + Math.floor(bytes.random() * (below - least));
    const callback = given.find((each) => typeof each === "function");
    if (callback === undefined) return drawn;
    setImmediate(callback, null, drawn);
    return undefined;
  };
  const randomUUID = () => bytes.uuid();
  Math.random = () => bytes.random();
  Object.assign(crypto, { randomBytes, randomFillSync, randomInt, randomUUID });
  for (const target of [globalThis.crypto, crypto.webcrypto]) {
    Object.defineProperty(target, "randomUUID", { value: randomUUID, configurable: true, writable: true });
    Object.defineProperty(target, "getRandomValues", { value: fill, configurable: true, writable: true });
  }
  // Those who import by name are to have the same.
  syncBuiltinESMExports();
}
