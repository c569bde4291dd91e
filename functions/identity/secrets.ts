import { createHash, createHmac, randomBytes, randomInt, timingSafeEqual } from "node:crypto";

/** 256 random bits, which are given to one person and not stored. */
export function randomSecret(): string {
  return randomBytes(32).toString("base64url");
}

/** An opaque id of a person. */
export function randomId(): string {
  return randomBytes(16).toString("base64url");
}

/** Six digits, each of the million equally likely. */
export function randomCode(): string {
  return String(randomInt(1_000_000)).padStart(6, "0");
}

/** The SHA-256 of a text, in hex. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/**
 * The stored hash of a code. It is keyed with the challenge, which is not stored. A plain hash would reveal the code to anybody who can read the
 * database, since a million codes can be tried in a second.
 */
export function hashCode(challenge: string, code: string): string {
  return createHmac("sha256", challenge).update(code).digest("hex");
}

/**
 * The token of the session that a code opens. It is deterministic, so that a client that got no reply can repeat the request. It cannot be derived from
 * the database alone, since it needs the challenge, nor from the request alone, since it needs the salt, which is stored as long as the challenge document.
 */
export function tokenOf(challenge: string, code: string, salt: string): string {
  return createHmac("sha256", challenge).update(`${salt} ${code}`).digest("base64url");
}

/** Compares two hashes in constant time. */
export function sameHash(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a, "hex"), Buffer.from(b, "hex")];
  return left.length === right.length && timingSafeEqual(left, right);
}
