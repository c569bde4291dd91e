import type { IncomingMessage, ServerResponse } from "node:http";
import { decodedPart } from "../kernel/address.ts";
import { sendEmpty, sendJson } from "../kernel/answers.ts";
import { readExactly } from "../kernel/exact-json.ts";
import { readBody } from "../kernel/http-server.ts";
import { Refusal } from "../kernel/refusal.ts";
import { readWritten } from "../kernel/written.ts";

/** A request to the control API, for its actions. */
export interface Asked {
  readonly url: URL;
  /** The decoded path segment for each `*`; one that a path cannot contain is given as JSON, such as `%22..%22`. */
  readonly names: readonly string[];
  /** The body as a JSON object; a missing body is an empty object. @throws RangeError if it is not an object */
  body(): Promise<Record<string, unknown>>;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Handles a request and returns the response as JSON (nothing: 204), or `answered` if it has responded itself. */
export type Action = (asked: Asked) => unknown;

/** Actions by method and path, such as `GET /recording/spans/*`. */
export type Actions = Readonly<Record<string, Action>>;

export const answered = Symbol("answered");

/** The maximum size of a body in bytes. */
export const bodyLimit = 4 * 1024 * 1024;

/** Handles a request with the matching action; false if no action has the path. */
export async function act(
  actions: Actions,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  // For HEAD, Node omits the body.
  const method = request.method === "HEAD" ? "GET" : request.method;
  const asked = `${method} ${url.pathname}`.split("/");
  for (const [pattern, action] of Object.entries(actions)) {
    const names = match(pattern.split("/"), asked);
    if (names === undefined) continue;
    await answer(action, { url, names, body: () => bodyOf(request), request, response });
    return true;
  }
  return false;
}

async function answer(action: Action, asked: Asked): Promise<void> {
  const { response } = asked;
  try {
    const reply = await action(asked);
    if (reply === answered) return;
    if (reply === undefined) sendEmpty(response, 204);
    else sendJson(response, 200, reply);
  } catch (error) {
    if (error instanceof RangeError) sendJson(response, 400, { code: "BadRequest", message: error.message });
    else if (error instanceof Refusal) {
      const { status, code, message, name: _, ...more } = error;
      sendJson(response, status, { code, message, ...more });
    } else throw error;
  }
}

function match(pattern: readonly string[], asked: readonly string[]): string[] | undefined {
  if (pattern.length !== asked.length) return undefined;
  const names: string[] = [];
  for (const [at, part] of pattern.entries()) {
    const given = asked[at] ?? "";
    if (part !== "*" && part !== given) return undefined;
    if (part !== "*") continue;
    const name = decodedPart(given);
    if (name === undefined) return undefined;
    names.push(readWritten(name));
  }
  return names;
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const text = (await readBody(request, bodyLimit)).toString();
  if (text.trim() === "") return {};
  const read = readExactly(text, "The body", false);
  if ("wrong" in read) throw new RangeError(read.wrong);
  const { value } = read;
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new RangeError("The body must be a JSON object.");
  return value as Record<string, unknown>;
}

/** A text in the query, in the format of names in the path; nothing if it is absent or empty. */
export function textIn(url: URL, name: string): string | undefined {
  return readWritten(url.searchParams.get(name) ?? "") || undefined;
}

/** A whole number in the query, `fallback` if it is absent. @throws RangeError */
export function numberOf(url: URL, name: string, fallback: number, most = Number.MAX_SAFE_INTEGER): number {
  const text = url.searchParams.get(name);
  if (text === null || text === "") return fallback;
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (value <= most) return value;
  throw new RangeError(`${name} is "${text}"; it must be a whole number from 0 to ${most}.`);
}
