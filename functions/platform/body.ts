import type { HttpRequest } from "@azure/functions";
import { placeOf } from "../../contracts/bounded.ts";
import { halfCharacter, lostMember, shapeOf } from "./json-text.ts";
import { Refusal, wrongPart } from "./refusal.ts";

/** No request of this API comes near it: the largest is a drink with many options. */
const mostBytes = 64 * 1024;
/** Our own go three deep. */
const deepest = 20;
/** Values in one body; a drink with all options that it may have has some five hundred. Each costs a check, the wrong ones a sentence. */
const mostValues = 2_000;

/**
 * Refuses by its headers alone a request whose body would not be taken. JSON is demanded by name, also where nothing need be sent: a page of another
 * origin can have a browser send plain text or nothing at all without asking us first, JSON it cannot.
 * @throws Refusal `not-json`, `too-large`, `bad-request`
 */
export function checkHeaders({ headers, method }: Pick<HttpRequest, "headers" | "method">, takesBody: boolean): void {
  const length = Number(headers.get("content-length") ?? 0);
  if (!takesBody) {
    // What is not looked at is refused, so that nobody believes that it had an effect.
    const sent = length > 0 || (method !== "GET" && headers.has("transfer-encoding"));
    if (sent) throw new Refusal("bad-request", "This request must have no body.");
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
 * The JSON of a body, checked by `checkHeaders` before; nothing sent counts as `{}`. It is read only as far as it may go: a length can be missing or a lie.
 * @throws Refusal `too-large`, `bad-request`
 */
export async function readJson(request: Pick<HttpRequest, "headers" | "body">): Promise<unknown> {
  const text = decoded(await read(request.body));
  if (text === "") {
    // Functions hand on nothing of a body whose length was not told.
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
  // Leaving the loop cancels the stream: what is still to come is not waited for.
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
