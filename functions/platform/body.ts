import type { HttpRequest } from "@azure/functions";
import { placeOf } from "../../contracts/bounded.ts";
import { halfCharacter, lostMember, shapeOf } from "./json-text.ts";
import { Refusal, wrongPart } from "./refusal.ts";

/** The largest body. No valid request comes near it; the largest is a drink with many options. */
const mostBytes = 64 * 1024;
/** The deepest nesting of a body. Our own requests have three levels. */
const deepest = 20;
/** The most values in one body. A drink with all possible options has about five hundred. Each value costs a check, and each wrong one a message. */
const mostValues = 2_000;

/**
 * Refuses a request by its headers if its body would not be accepted. The content type must be JSON even if the body may be empty: a page of another
 * origin can make a browser send plain text or an empty body without a CORS preflight, but not JSON.
 * @see https://github.com/dfe-analytical-services/explore-education-statistics/pull/7108 what Azure does to a DELETE without a body
 * @throws Refusal `not-json`, `too-large`, `bad-request`
 */
export function checkHeaders({ headers }: Pick<HttpRequest, "headers">, takesBody: boolean): void {
  const length = Number(headers.get("content-length") ?? 0);
  if (!takesBody) {
    // Refuse a body that would be ignored, so that nobody believes that it had an effect. `transfer-encoding` does not tell: Azure's front end adds it
    // to a DELETE without a body.
    if (length > 0) throw new Refusal("bad-request", "This request must have no body.");
    return;
  }
  const type = headers.get("content-type");
  if (!/^application\/json[ \t]*(;[ \t]*charset="?utf-8"?[ \t]*)?$/i.test(type ?? "")) {
    const was = type === null ? "it was missing" : `it was "${type}"`;
    throw new Refusal("not-json", `Send JSON, with the header Content-Type: application/json; ${was}.`);
  }
  const encoding = headers.get("content-encoding") ?? "identity";
  if (!/^identity$/i.test(encoding)) {
    throw new Refusal("not-json", `Send JSON as it is, not compressed; the Content-Encoding was "${encoding}".`);
  }
  if (!(length <= mostBytes)) throw tooLarge();
}

/**
 * Parses a JSON body, after `checkHeaders`; an empty body counts as `{}`. It stops reading at the limit, since the length can be missing or wrong.
 * @throws Refusal `too-large`, `bad-request`
 */
export async function readJson(request: Pick<HttpRequest, "headers" | "body">): Promise<unknown> {
  const text = decoded(await read(request.body));
  if (text === "") {
    // Azure Functions passes on no body whose length is missing.
    if (request.headers.has("transfer-encoding")) {
      throw new Refusal(
        "bad-request",
        "Send the body in one piece, with its Content-Length; in chunks it does not arrive.",
      );
    }
    return {};
  }
  const { depth, values } = shapeOf(text);
  if (depth > deepest) throw new Refusal("bad-request", `The body is nested more than ${deepest} deep.`);
  if (values > mostValues) throw new Refusal("bad-request", `The body has more than ${mostValues} values.`);
  const value = parsed(text);
  const lost = lostMember(text);
  if (lost !== undefined) throw new Refusal("bad-request", lost);
  const half = halfCharacter(value);
  if (half !== undefined) throw wrongPart(placeOf(half) || "body", "has half a character (a lone surrogate)");
  return value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Refusal("bad-request", `The body is not JSON: ${(error as Error).message}`);
  }
}

async function read(body: HttpRequest["body"]): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop cancels the stream, so the rest is not read.
  for await (const piece of body ?? []) {
    length += piece.byteLength;
    if (length > mostBytes) throw tooLarge();
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Refusal("bad-request", "The body is not UTF-8.");
  }
}

function tooLarge(): Refusal {
  return new Refusal("too-large", `The body is larger than ${mostBytes / 1024} KB.`);
}
