import { createHash, createHmac } from "node:crypto";
import type { Sent } from "./sent.ts";

/** A request to Cosmos DB, signed with the master key. https://learn.microsoft.com/rest/api/cosmos-db/access-control-on-cosmosdb-resources */
export function signedForCosmos(sent: Sent, key: string): Sent {
  const segments = (sent.path.split("?")[0] ?? "").split("/").filter(Boolean).map(plain);
  const even = segments.length % 2 === 0;
  const type = (even ? segments.at(-2) : segments.at(-1)) ?? "";
  const id = (even ? segments : segments.slice(0, -1)).join("/");
  const date = new Date().toUTCString();
  const text = `${sent.method.toLowerCase()}\n${type}\n${id}\n${date.toLowerCase()}\n\n`;
  const signature = createHmac("sha256", Buffer.from(key, "base64")).update(text).digest("base64");
  const authorization = encodeURIComponent(`type=master&ver=1.0&sig=${signature}`);
  return { ...sent, headers: { ...sent.headers, authorization, "x-ms-date": date, "x-ms-version": "2020-07-15" } };
}

/** A request to Web PubSub, with a token that the access key signs. https://learn.microsoft.com/azure/azure-web-pubsub/reference-rest-api-data-plane */
export function signedForWebPubSub(sent: Sent, origin: string, key: string, now: number): Sent {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = { aud: `${origin}${sent.path.split("?")[0]}`, exp: Math.floor(now / 1000) + 3600 };
  const text = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
  const signature = createHmac("sha256", key).update(text).digest("base64url");
  return { ...sent, headers: { ...sent.headers, authorization: `Bearer ${text}.${signature}` } };
}

/** A request to Communication Services. https://learn.microsoft.com/rest/api/communication/authentication */
export function signedForSms(sent: Sent, host: string, key: string, now: number): Sent {
  const date = new Date(now).toUTCString();
  const hash = createHash("sha256")
    .update(sent.body ?? "")
    .digest("base64");
  const text = `${sent.method}\n${sent.path}\n${date};${host};${hash}`;
  const signature = createHmac("sha256", Buffer.from(key, "base64")).update(text).digest("base64");
  const authorization = `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${signature}`;
  return { ...sent, headers: { ...sent.headers, authorization, "x-ms-date": date, "x-ms-content-sha256": hash } };
}

function plain(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
