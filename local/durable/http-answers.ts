import type { ServerResponse } from "node:http";
import { sendEmpty, sendJson } from "../kernel/http-server.ts";

/** Answers in the form of the recorded host. */

type Headers = Record<string, string | number>;

export const json = (response: ServerResponse, status: number, body: unknown, headers: Headers = {}) =>
  sendJson(response, status, body, { "content-type": "application/json; charset=utf-8", ...headers });

export const empty = (response: ServerResponse, status: number, headers: Headers = {}) =>
  sendEmpty(response, status, headers);

/** The header that says where the next page of a list begins; the last page has none. */
export const continuation = (next: string) => ({ "x-ms-continuation-token": Buffer.from(next).toString("base64") });

/** An error that the host passes on from .NET. */
export function failure(
  response: ServerResponse,
  status: number,
  message: string,
  exception: string,
  type: string,
): void {
  json(response, status, { Message: message, ExceptionMessage: exception, ExceptionType: type, StackTrace: "" });
}

export const invalidArgument = (response: ServerResponse, exception: string) =>
  failure(response, 400, "One or more of the arguments submitted is incorrect", exception, "System.ArgumentException");

export const invalidOperation = (response: ServerResponse, exception: string) =>
  failure(
    response,
    500,
    "Something went wrong while processing your request",
    exception,
    "System.InvalidOperationException",
  );

/** Reads JSON text; on invalid text answers 400 and returns nothing. An empty text is `null` where `optional`. */
export function readJson(
  response: ServerResponse,
  text: string,
  optional: boolean,
): { input: string | null } | undefined {
  if (text === "" && optional) return { input: null };
  try {
    return { input: JSON.stringify(JSON.parse(text)) };
  } catch (error) {
    const reason =
      text === "" ? "Error reading JToken from JsonReader. Path '', line 0, position 0." : (error as Error).message;
    failure(response, 400, "Invalid JSON content", reason, "Newtonsoft.Json.JsonReaderException");
    return undefined;
  }
}
