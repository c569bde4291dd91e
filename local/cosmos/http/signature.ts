import { createHash, timingSafeEqual } from "node:crypto";
import { macOf } from "../../kernel/mac.ts";
import { CosmosError } from "../errors.ts";
import { wellKnownKey } from "../well-known-key.ts";
import type { Call } from "./call.ts";
import { isSignedDate } from "./signed-date.ts";

/**
 * Checks the master key signature in the authorization header: HMAC-SHA256 over method, resource type, resource id and date.
 * The date is not compared with the clock, because the clock of the local Azure may be ahead of the caller's.
 * @throws a 401 that says which key is expected, or that the date is missing or invalid
 */
export function checkSignature(call: Call, given: string, key: Buffer): void {
  const match = /^type=master&ver=1\.0&sig=(.+)$/.exec(given);
  if (match === null) {
    throw unauthorized(
      `The authorization header must be of the form type=master&ver=1.0&sig=…; sign with ${name(key)}.`,
    );
  }
  const own = call.header("x-ms-date") ?? "";
  const date = own === "" ? (call.header("date") ?? "") : own;
  if (date === "")
    throw unauthorized(
      "Authorization token mandates Date headers. Please pass in RFC 1123 style date format. (x-ms-date)",
    );
  if (!isSignedDate(date))
    throw unauthorized(
      `The input date header is invalid format. Please pass in RFC 1123 style date format. (It is '${date}'.)`,
    );
  const { type, id } = signedResource(call.segments);
  // `Date` has its own line. (GenerateMessagePayload of AuthorizationHelper of the .NET client)
  const dates = own === "" ? ["", date.toLowerCase()] : [date.toLowerCase(), ""];
  const sign = (resource: string): Buffer =>
    macOf([call.method.toLowerCase(), type, resource, ...dates, ""].join("\n"), key);
  const signature = Buffer.from(match[1] ?? "", "base64");
  // The signature of an rid-based address covers only the last rid, in lower case.
  const lastRid = call.segments.at(call.segments.length % 2 === 0 ? -1 : -2)?.toLowerCase() ?? "";
  if (equal(signature, sign(id)) || equal(signature, sign(lastRid))) return;
  throw unauthorized(
    `The signature does not match. This endpoint takes ${name(key)}; the text to sign was '${[call.method.toLowerCase(), type, id, ...dates].join("', '")}', each followed by a line feed.${given.includes(" ") ? " The header must be percent-encoded: a plus in it is a space." : ""}`,
  );
}

/** Refuses a request without credentials. @throws a 401 in the service's words, and with the key that is expected */
export function requireAuthorization(call: Call, key: Buffer): void {
  if ((call.header("authorization") ?? "") !== "") return;
  throw unauthorized(
    `Required Header authorization is missing. Ensure a valid Authorization token is passed. (Sign with ${name(key)}.)`,
  );
}

/** The resource type and id in the signature of a path. */
function signedResource(segments: string[]): { type: string; id: string } {
  if (segments[4] === "operations") return { type: "colls", id: segments.slice(0, 4).join("/") };
  if (segments.length % 2 === 0) return { type: segments.at(-2) ?? "", id: segments.join("/") };
  const type = segments.at(-1) ?? "";
  return { type, id: segments.slice(0, -1).join("/") };
}

/**
 * Decodes a header: clients send it percent-encoded, and a plus is a space. (`HttpUtility.UrlDecode` in `ParseAuthorizationToken` of
 * AuthorizationHelper of the .NET client)
 */
export function decode(header: string): string {
  const spaced = header.replaceAll("+", " ");
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}

function equal(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/** A key's name for messages: never the key itself, unless it is the public well-known key. */
function name(key: Buffer): string {
  if (key.equals(Buffer.from(wellKnownKey, "base64"))) return `the well-known emulator key (${wellKnownKey})`;
  const fingerprint = createHash("sha256").update(key).digest("hex").slice(0, 8);
  return `the key that it was started with (SHA-256 of the key begins with ${fingerprint})`;
}

/** A 401: the request is unsigned, or signed with an unknown key or token. */
export const unauthorized = (message: string): CosmosError => new CosmosError(401, message);
