import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { decodedValue } from "../kernel/address.ts";
import { macOf } from "../kernel/mac.ts";
import { Refusal } from "./refusal.ts";

/**
 * Checks the access key (`aeg-sas-key`) or the shared access signature (`aeg-sas-token`, or `Authorization: SharedAccessSignature`).
 * @param now milliseconds since the epoch, for the expiry of a signature.
 * @throws Refusal 401.
 */
export function authorize(request: IncomingMessage, key: string, now: number): void {
  const given = header(request, "aeg-sas-key");
  if (given !== undefined) {
    if (same(given, key)) return;
    throw unauthorized("The access key in aeg-sas-key is not the key of this topic.");
  }
  const authorization = header(request, "authorization");
  if (authorization?.startsWith("Bearer ")) {
    throw unauthorized(
      "Tokens of Microsoft Entra ID are not supported here. Use the access key or a shared access signature.",
    );
  }
  const token = header(request, "aeg-sas-token") ?? authorization?.replace(/^SharedAccessSignature /, "");
  if (token === undefined) {
    throw unauthorized("The request has none of the headers aeg-sas-key, aeg-sas-token and Authorization.");
  }
  checkSignature(token, key, request.headers.host ?? "", now);
}

/**
 * A token is `r=<resource>&e=<expiry, UTC>&s=<signature>`, each form-encoded: .NET and Java write `+` for a space, JavaScript and
 * Python `%20`. The signature covers the text before `&s=` as it was sent.
 */
function checkSignature(token: string, key: string, host: string, now: number): void {
  const signed = token.slice(0, token.lastIndexOf("&s="));
  const part = (name: string) => {
    const pair = token.split("&").find((each) => each.startsWith(`${name}=`));
    return pair === undefined ? undefined : decodedValue(pair.slice(pair.indexOf("=") + 1));
  };
  const [resource, expiry, signature] = [part("r"), part("e"), part("s")];
  if (!resource || !expiry || !signature) {
    throw unauthorized("The shared access signature must be r=<resource>&e=<expiry>&s=<signature>.");
  }
  const expected = macOf(signed, key).toString("base64");
  if (!same(signature, expected)) throw unauthorized("The signature does not match this topic's access key.");
  const expires = timeOf(expiry);
  if (Number.isNaN(expires)) throw unauthorized(`'${expiry}' is not a time; write it like 6/5/2030 12:09:03 PM.`);
  if (expires <= now) throw unauthorized(`The shared access signature expired at ${new Date(expires).toISOString()}.`);
  const target = URL.canParse(resource) ? new URL(resource) : undefined;
  if (target?.host.toLowerCase() !== host.toLowerCase() || !"/api/events".startsWith(target.pathname.toLowerCase())) {
    throw unauthorized(`The shared access signature is for ${resource}, not for this topic.`);
  }
}

/** Parses a time in the format of any SDK, in milliseconds since the epoch; NaN if it is invalid. Without a time zone it is UTC. */
function timeOf(text: string): number {
  // .NET writes a narrow no-break space before AM and PM.
  const plain = text.replaceAll(/\s+/g, " ");
  if (/[zZ]$|[+-]\d\d:?\d\d$/.test(plain)) return Date.parse(plain);
  return Date.parse(/^\d{4}-\d\d-\d\dT/.test(plain) ? `${plain}Z` : `${plain} UTC`);
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

const unauthorized = (message: string) => new Refusal(401, "Unauthorized", message);
