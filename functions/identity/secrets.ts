import { createHash, createHmac, randomBytes, randomInt, timingSafeEqual } from "node:crypto";

/** 256 random bits, to be handed to one person and kept nowhere. */
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
 * What is stored of a code. Keyed with the challenge, which is not stored: a million codes are tried in a second,
 * so a plain hash would tell the code to whoever reads the database.
 */
export function hashCode(challenge: string, code: string): string {
  return createHmac("sha256", challenge).update(code).digest("hex");
}

/**
 * The token of the session that a code opens: the same each time, so that whoever got no answer asks again. What is stored does not tell it, since it takes the
 * challenge; nor does the request, since it takes the salt, which is stored as long as the challenge is.
 */
export function tokenOf(challenge: string, code: string, salt: string): string {
  return createHmac("sha256", challenge).update(`${salt} ${code}`).digest("base64url");
}

/** Compares two hashes in the same time wherever they differ. */
export function sameHash(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a, "hex"), Buffer.from(b, "hex")];
  return left.length === right.length && timingSafeEqual(left, right);
}
