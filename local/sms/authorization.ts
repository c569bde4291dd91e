import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { macOf } from "../kernel/mac.ts";
import { Refusal } from "../kernel/refusal.ts";

/** The maximum difference between `x-ms-date` and the clock, in ms. The service's own limit is not documented. */
const mostSkew = 15 * 60_000;

/**
 * Checks the HMAC of a Communication Services call: SHA-256 of the body, and a signature over method, path with query, date, host and hash.
 * @param key the access key, base64.
 * @param now milliseconds since the epoch.
 * @throws Refusal 401.
 */
export function authorize(request: IncomingMessage, body: Buffer, key: string, now: number): void {
  const { authorization = "", host = "" } = request.headers;
  const date = String(request.headers["x-ms-date"] ?? "");
  const hash = String(request.headers["x-ms-content-sha256"] ?? "");
  const [, headers, signature] = /^HMAC-SHA256 SignedHeaders=([^&]*)&Signature=(.+)$/.exec(authorization) ?? [];
  if (signature === undefined) {
    throw unauthorized(
      "Authorization must be HMAC-SHA256 SignedHeaders=…&Signature=…; other schemes are not supported here.",
    );
  }
  if (headers !== "x-ms-date;host;x-ms-content-sha256") {
    throw unauthorized(`The signed headers are ${headers}; they must be x-ms-date;host;x-ms-content-sha256.`);
  }
  if (hash !== createHash("sha256").update(body).digest("base64")) {
    throw unauthorized("x-ms-content-sha256 is not the SHA-256 of the body.");
  }
  const sent = Date.parse(date);
  if (!(Math.abs(now - sent) <= mostSkew)) {
    throw unauthorized(`x-ms-date is '${date}', more than 15 minutes from ${new Date(now).toUTCString()}.`);
  }
  const expected = macOf(`${request.method}\n${request.url}\n${date};${host};${hash}`, key);
  const given = Buffer.from(signature, "base64");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw unauthorized("The signature does not match the access key.");
  }
}

const unauthorized = (message: string) => new Refusal(401, "Denied", message);
