import { createHmac, timingSafeEqual } from "node:crypto";
import { Refusal } from "./refusal.ts";

/** How long a token counts before and after its time, in ms, since clocks differ: as in Microsoft's emulator. */
const clockSkew = 5 * 60_000;

/** The claims of a token that are used. */
export interface Claims {
  aud?: string;
  /** Seconds since the epoch. */
  exp?: number;
  /** Seconds since the epoch. */
  nbf?: number;
  sub?: string;
  role?: string | string[];
  "webpubsub.group"?: string | string[];
}

/**
 * Checks a JSON Web Token signed with HMAC-SHA256; the key is the access key's text itself, not decoded.
 * @param path the requested path. Only the path of the audience is compared, because host names and ports differ behind proxies.
 * @param now milliseconds since the epoch. `undefined` skips the time checks (a recovering client only has its old token).
 * @throws Refusal 401.
 */
export function verifyToken(token: string, key: string, path: string, now: number | undefined): Claims {
  const [header = "", payload = "", signature = "", ...more] = token.split(".");
  const head = parse<{ alg?: string }>(header);
  const claims = parse<Claims>(payload);
  if (head === undefined || claims === undefined || more.length > 0)
    throw unauthorized("The token is not a JSON Web Token.");
  if (head.alg !== "HS256")
    throw unauthorized(`The token is signed with '${head.alg}'; it must be HS256, with the access key.`);
  const expected = sign(`${header}.${payload}`, key);
  const given = Buffer.from(signature, "base64url");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw unauthorized("The token's signature does not match the access key.");
  }
  if (now !== undefined) {
    if (typeof claims.exp !== "number") throw unauthorized("The token has no expiry (exp).");
    if (claims.exp * 1000 + clockSkew <= now)
      throw unauthorized(`The token expired at ${new Date(claims.exp * 1000).toISOString()}.`);
    if (claims.nbf !== undefined && !(Number(claims.nbf) * 1000 - clockSkew <= now))
      throw unauthorized("The token is not valid yet (nbf).");
  }
  checkTypes(claims);
  const audience =
    typeof claims.aud === "string" && URL.canParse(claims.aud) ? plain(new URL(claims.aud).pathname) : undefined;
  if (audience !== plain(path)) throw unauthorized(`The token is for ${claims.aud}, not for ${path}.`);
  return claims;
}

/** Checks the claims for identity and permissions: anything but strings would result in no user, group or role. @throws Refusal 401 */
function checkTypes(claims: Claims): void {
  for (const name of ["sub", "role", "webpubsub.group"] as const) {
    const values: unknown[] = name === "sub" ? [claims.sub ?? ""] : claimList(claims[name]);
    const wrong = values.find((value) => typeof value !== "string");
    if (wrong !== undefined)
      throw unauthorized(`The token's claim ${name} contains ${JSON.stringify(wrong)}; it must be a string.`);
  }
}

/** Creates a signed token for a client. */
export function signToken(claims: Claims, key: string): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
  return `${signed}.${sign(signed, key).toString("base64url")}`;
}

/** Compares two secrets in constant time. */
export function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** A claim that may be a single value or a list. */
export const claimList = (claim: string | string[] | undefined): string[] =>
  claim === undefined ? [] : Array.isArray(claim) ? claim : [claim];

const sign = (text: string, key: string) => createHmac("sha256", key).update(text).digest();

const plain = (path: string) => path.replace(/\/+$/, "").toLowerCase();

function parse<T>(part: string): T | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString());
    return typeof value === "object" && value !== null ? (value as T) : undefined;
  } catch {
    return undefined;
  }
}

const unauthorized = (message: string) => new Refusal(401, "Unauthorized", message);
