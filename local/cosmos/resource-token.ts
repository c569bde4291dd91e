import { createHmac, timingSafeEqual } from "node:crypto";

/** What a resource token permits. The token itself contains it, so changing or deleting a permission revokes no token. */
export interface Grant {
  mode: "Read" | "All";
  /** The rid of the container. */
  container: string;
  /** The single item, by its id or its rid; if absent, all of the container. */
  item?: string;
  /** The partition key as JSON, or its first components; if absent, all keys. */
  key?: string;
  /** In seconds since the epoch. */
  from: number;
  until: number;
}

/** The resource token of a grant, in the form that clients pass on. Only the account's key can sign one. */
export function resourceToken(grant: Grant, key: Buffer): string {
  const payload = Buffer.from(JSON.stringify(grant)).toString("base64");
  return `type=resource&ver=1&sig=${signature(payload, key).toString("base64")};${payload};`;
}

/** The grant in a token; `undefined` if this account did not issue it. */
export function grantIn(token: string, key: Buffer): Grant | undefined {
  const [, given = "", payload = ""] = /^type=resource&ver=1(?:\.0)?&sig=([^;]+);([^;]+);$/.exec(token) ?? [];
  const signed = Buffer.from(given, "base64");
  const right = signature(payload, key);
  if (signed.length !== right.length || !timingSafeEqual(signed, right)) return undefined;
  return JSON.parse(Buffer.from(payload, "base64").toString()) as Grant;
}

const signature = (payload: string, key: Buffer): Buffer =>
  createHmac("sha256", key).update(`resource\n${payload}\n`).digest().subarray(0, 16);
