import { randomBytes, randomFillSync, randomUUID } from "node:crypto";

/** The only source of ids and randomness, injected so that a test can make it repeatable. */
export interface Ids {
  /** A UUID of version 4. */
  uuid(): string;
  /** `count` random bytes. */
  bytes(count: number): Buffer;
  /** A number from 0 (inclusive) to 1 (exclusive). */
  random(): number;
}

/** A pool of unused random bytes: one system call for many costs as much as for a few. */
const pool = Buffer.alloc(4096);
let used = pool.length;

function bytes(count: number): Buffer {
  if (count > pool.length / 4) return randomBytes(count);
  if (used + count > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const taken = Buffer.from(pool.subarray(used, used + count));
  // Clears the bytes, so that a later reader of the pool cannot find bytes that were handed out.
  pool.fill(0, used, used + count);
  used += count;
  return taken;
}

/** Cryptographically strong ids. */
export const secureIds: Ids = {
  uuid: () => randomUUID(),
  bytes,
  random: () => bytes(6).readUIntBE(0, 6) / 2 ** 48,
};
