import type { ServerResponse } from "node:http";
import { sendEmpty, sendJson } from "../kernel/http-server.ts";
import { isTooDeep, tooDeeplyNested } from "../kernel/json-net.ts";

/** Responses in the form of the recorded host. */

type Headers = Record<string, string | number>;

/** Responds with JSON. The content type has a charset, as the host's has. */
export const json = (response: ServerResponse, status: number, body: unknown, headers: Headers = {}) =>
  sendJson(response, status, body, { "content-type": "application/json; charset=utf-8", ...headers });

/** Responds without a body. */
export const empty = (response: ServerResponse, status: number, headers: Headers = {}) =>
  sendEmpty(response, status, headers);

/** The header with the start of a list's next page; the last page has none. */
export const continuation = (next: string) => ({ "x-ms-continuation-token": Buffer.from(next).toString("base64") });

/** The start of the page that the header requests; `""` is the first. @throws Refused for a token that no page has given */
export function continuedFrom(header: string | string[] | undefined): string {
  const token = typeof header === "string" ? header.trim() : "";
  const from = Buffer.from(token, "base64").toString();
  if (Buffer.from(from).toString("base64") === token) return from;
  throw Refused.here(`x-ms-continuation-token is '${token}', which does not belong to a page.`);
}

/** Responds with an error that the host passes on from .NET. */
export function failure(
  response: ServerResponse,
  status: number,
  message: string,
  exception: string,
  type: string,
): void {
  json(response, status, { Message: message, ExceptionMessage: exception, ExceptionType: type, StackTrace: "" });
}

const argument = "One or more of the arguments submitted is incorrect";
const other = "Something went wrong while processing your request";

/** Thrown to end the handling of a request with a refusal. */
export class Refused extends Error {
  readonly status: number;
  /** The type of the host's exception; `undefined` for a refusal by the local Azure itself. */
  readonly type: string | undefined;

  private constructor(status: number, message: string, type?: string) {
    super(message);
    this.status = status;
    this.type = type;
  }

  /** A refusal like an exception of .NET of the given type: 400 for an argument exception, 500 for any other. */
  static as(type: string, message: string): Refused {
    return new Refused(type.startsWith("System.Argument") ? 400 : 500, message, type);
  }

  /** Refuses what may be valid on Azure but is not supported here. */
  static here(message: string): Refused {
    return new Refused(501, `The local Azure refuses this: ${message}`);
  }

  /** @param what the message about the exception, if it is not the usual one. */
  send(response: ServerResponse, what = this.status === 400 ? argument : other): void {
    if (this.type === undefined) json(response, this.status, this.message);
    else failure(response, this.status, what, this.message, this.type);
  }
}

/** Responds with 400 and the text of an ArgumentException. */
export const invalidArgument = (response: ServerResponse, exception: string) =>
  failure(response, 400, argument, exception, "System.ArgumentException");

/** Responds with 500 and the text of an InvalidOperationException. */
export const invalidOperation = (response: ServerResponse, exception: string) =>
  failure(response, 500, other, exception, "System.InvalidOperationException");

/** Parses JSON text; responds with 400 to invalid text and returns `undefined`. An empty text is `null` if `optional`. */
export function readJson(
  response: ServerResponse,
  text: string,
  optional: boolean,
): { input: string | null } | undefined {
  if (text === "" && optional) return { input: null };
  try {
    const value = JSON.parse(text) as unknown;
    if (isTooDeep(value)) throw new Error(tooDeeplyNested);
    return { input: JSON.stringify(value) };
  } catch (error) {
    const reason =
      text === "" ? "Error reading JToken from JsonReader. Path '', line 0, position 0." : (error as Error).message;
    failure(response, 400, "Invalid JSON content", reason, "Newtonsoft.Json.JsonReaderException");
    return undefined;
  }
}
