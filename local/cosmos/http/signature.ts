import { createHash, timingSafeEqual } from "node:crypto";
import { macOf } from "../../kernel/mac.ts";
import { CosmosError } from "../errors.ts";
import { wellKnownKey } from "../well-known-key.ts";
import type { Call } from "./call.ts";
import { readDate } from "./dates.ts";

/**
 * Checks the master key signature of a request, given in its authorization header: HMAC-SHA256 over method, resource type, resource id and date.
 * The date is not compared with the clock, because the clock of the local Azure may be ahead of the caller's.
 * @throws a 401 that says which key is expected, or that the date is missing or none
 */
export function checkSignature(call: Call, given: string, key: Buffer): void {
  const match = /^type=master&ver=1\.0&sig=(.+)$/.exec(given);
  if (match === null) {
    throw unauthorized(
      `The authorization header must be of the form type=master&ver=1.0&sig=…; sign with ${name(key)}.`,
    );
  }
  const date = call.header("x-ms-date") ?? call.header("date");
  if (date === undefined)
    throw unauthorized(
      "Authorization token mandates Date headers. Please pass in RFC 1123 style date format. (x-ms-date)",
    );
  if (readDate(date) === undefined)
    throw unauthorized(
      `The input date header is invalid format. Please pass in RFC 1123 style date format. (x-ms-date is '${date}'.)`,
    );
  const { type, id } = signedResource(call.segments);
  const sign = (resource: string): Buffer =>
    macOf(`${call.method.toLowerCase()}\n${type}\n${resource}\n${date.toLowerCase()}\n\n`, key);
  const signature = Buffer.from(match[1] ?? "", "base64");
  // An address made of rids is signed with only the last rid, in lower case.
  const lastRid = call.segments.at(call.segments.length % 2 === 0 ? -1 : -2)?.toLowerCase() ?? "";
  if (equal(signature, sign(id)) || equal(signature, sign(lastRid))) return;
  throw unauthorized(
    `The signature does not match. This endpoint takes ${name(key)}; the text to sign was '${call.method.toLowerCase()}', '${type}', '${id}', '${date.toLowerCase()}', each followed by a line feed, and an empty line.`,
  );
}

/** A request that says nothing of who it is from. @throws a 401 in the service's words, and which key is expected */
export function requireAuthorization(call: Call, key: Buffer): void {
  if ((call.header("authorization") ?? "") !== "") return;
  throw unauthorized(
    `Required Header authorization is missing. Ensure a valid Authorization token is passed. (Sign with ${name(key)}.)`,
  );
}

/** The resource type and id that a path is signed with. */
function signedResource(segments: string[]): { type: string; id: string } {
  if (segments[4] === "operations") return { type: "colls", id: segments.slice(0, 4).join("/") };
  if (segments.length % 2 === 0) return { type: segments.at(-2) ?? "", id: segments.join("/") };
  const type = segments.at(-1) ?? "";
  return { type, id: segments.slice(0, -1).join("/") };
}

/** A header as it is meant: clients send it percent-encoded. */
export function decode(header: string): string {
  try {
    return decodeURIComponent(header);
  } catch {
    return header;
  }
}

function equal(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/** A key's name for messages: never the key itself, unless the whole world knows it. */
function name(key: Buffer): string {
  if (key.equals(Buffer.from(wellKnownKey, "base64"))) return `the well-known emulator key (${wellKnownKey})`;
  const fingerprint = createHash("sha256").update(key).digest("hex").slice(0, 8);
  return `the key that it was started with (SHA-256 of the key begins with ${fingerprint})`;
}

/** A 401: the request is not signed, or not with a key or token that is known here. */
export const unauthorized = (message: string): CosmosError => new CosmosError(401, message);
