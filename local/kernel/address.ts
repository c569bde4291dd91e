import type { IncomingMessage } from "node:http";

/** The address that was asked for, with the host that the caller used; `undefined` when its request line makes none (`//`, `http://`). */
export function addressOf(request: IncomingMessage): URL | undefined {
  const { host } = request.headers;
  const target = request.url ?? "/";
  for (const base of [`http://${host ?? "localhost"}`, "http://localhost"]) {
    const text = target.startsWith("/") ? base + target : target;
    if (URL.canParse(text)) return new URL(text);
  }
  return undefined;
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
