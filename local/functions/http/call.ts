import type { IncomingMessage } from "node:http";
import { queryValue, readAddress, readHeaders, readQuery } from "./address.ts";
import type { ReadRequest } from "./request-data.ts";

/** A request with its parsed address and headers. */
export interface Call extends Omit<ReadRequest, "path"> {
  /** Decoded, except for escaped slashes. */
  path: string;
  escapedPath: string;
  headers: Map<string, string>;
}

/** @throws TypeError that says what is wrong with the request. */
export function readCall(request: IncomingMessage, method: string, target: string, origin: string): Call {
  const { path, escapedPath, search } = readAddress(target);
  const headers = readHeaders(request.rawHeaders);
  const host = headers.get("host");
  const base = host === undefined || host === "" ? origin : `http://${host}`;
  if (!URL.canParse(base)) throw new TypeError(`The header host is malformed: ${host}`);
  return { method, origin: base, path, escapedPath, search, query: readQuery(search), headers };
}

/** If the header exists, only it counts, even if it is wrong or empty. */
export function givenKey({ headers, query }: Call): string | undefined {
  return headers.get("x-functions-key")?.split(",")[0] ?? queryValue(query, "code");
}
