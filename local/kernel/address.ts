import type { IncomingMessage } from "node:http";

/** The absolute URL of the request. `listen` of `http-server.ts` has already checked that it is valid and belongs to this server. */
export function urlOf({ headers, url = "/" }: IncomingMessage): URL {
  // Not resolved against a base: the first segment of a path that begins with two slashes would become the host.
  return new URL(`http://${headers.host ?? "localhost"}${url}`);
}

/** A percent-decoded part of a URL; `undefined` if an escape is not UTF-8 (`%`, `%zz`, `%ff`). */
export function decodedPart(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

/** A decoded value of a form or a query string, where a blank is `+` or `%20`; `undefined` if it is not well encoded. */
export const decodedValue = (value: string): string | undefined => decodedPart(value.replaceAll("+", " "));
