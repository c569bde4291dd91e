import { createHmac, timingSafeEqual } from "node:crypto";

/** What a resource token lets its holder do. It stands in the token itself: a permission that is changed or deleted takes back none. */
export interface Grant {
  mode: "Read" | "All";
  /** The rid of the container. */
  container: string;
  /** The one item, by its id or its rid; otherwise all of the container. */
  item?: string;
  /** The partition key as JSON, or its first components; otherwise all of them. */
  key?: string;
  /** In seconds since the epoch. */
  from: number;
  until: number;
}

/** The token of a grant, in the form in which clients hand it on. Who has not the account's key can make none. */
export function resourceToken(grant: Grant, key: Buffer): string {
  const payload = Buffer.from(JSON.stringify(grant)).toString("base64");
  return `type=resource&ver=1&sig=${signature(payload, key).toString("base64")};${payload};`;
}

/** The grant of a token; `undefined` when this account did not make it. */
export function grantIn(token: string, key: Buffer): Grant | undefined {
  const [, given = "", payload = ""] = /^type=resource&ver=1(?:\.0)?&sig=([^;]+);([^;]+);$/.exec(token) ?? [];
  const signed = Buffer.from(given, "base64");
  const right = signature(payload, key);
  if (signed.length !== right.length || !timingSafeEqual(signed, right)) return undefined;
  return JSON.parse(Buffer.from(payload, "base64").toString()) as Grant;
}

const signature = (payload: string, key: Buffer): Buffer =>
  createHmac("sha256", key).update(`resource\n${payload}\n`).digest().subarray(0, 16);
