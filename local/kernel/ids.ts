import { randomBytes, randomUUID } from "node:crypto";

/** The one source of ids and randomness, injected so that a test can make it repeatable. */
export interface Ids {
  uuid(): string;
  /** `count` random bytes. */
  bytes(count: number): Buffer;
  /** A number from 0 (inclusive) to 1 (exclusive). */
  random(): number;
}

/** Cryptographically strong ids. */
export const secureIds: Ids = {
  uuid: () => randomUUID(),
  bytes: (count) => randomBytes(count),
  random: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
};
