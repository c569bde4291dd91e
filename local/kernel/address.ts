import type { IncomingMessage } from "node:http";

/** The address that was asked for, absolute; `listen` of `http-server.ts` has seen to it that it can be read and is this server's. */
export function urlOf({ headers, url = "/" }: IncomingMessage): URL {
  // Not resolved against a base: a path that begins with two slashes would be taken for another host.
  return new URL(`http://${headers.host ?? "localhost"}${url}`);
}

/** A percent-encoded part of an address as text; `undefined` when an escape is no UTF-8 (`%`, `%zz`, `%ff`). */
export function decodedPart(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

/** A value of a form or a query string as text, where a blank is `+` or `%20`; `undefined` when it is not well encoded. */
export const decodedValue = (value: string): string | undefined => decodedPart(value.replaceAll("+", " "));
