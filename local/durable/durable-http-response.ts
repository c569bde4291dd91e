import type { Received } from "./durable-http-exchange.ts";
import { contentHeaders } from "./durable-http-request.ts";

/** The spelling of the names that .NET knows, in any case; others stay as received. */
const known = new Map(
  [
    ...["Accept-Patch", "Accept-Ranges", "Access-Control-Allow-Credentials", "Access-Control-Allow-Headers"],
    ...["Access-Control-Allow-Methods", "Access-Control-Allow-Origin", "Access-Control-Expose-Headers"],
    ...["Access-Control-Max-Age", "Age", "Alt-Svc", "Cache-Control", "Connection", "Content-Security-Policy", "Date"],
    ...[
      "ETag",
      "Expect-CT",
      "Keep-Alive",
      "Link",
      "Location",
      "P3P",
      "Pragma",
      "Proxy-Authenticate",
      "Proxy-Connection",
    ],
    ...["Proxy-Support", "Public-Key-Pins", "Referrer-Policy", "Refresh", "Retry-After", "Server", "Server-Timing"],
    ...["Set-Cookie", "Set-Cookie2", "Strict-Transport-Security", "TSV", "Trailer", "Transfer-Encoding", "Upgrade"],
    ...["Vary", "Via", "WWW-Authenticate", "Warning", "X-AspNet-Version", "X-Cache", "X-Content-Duration"],
    ...["X-Content-Type-Options", "X-Frame-Options", "X-MSEdge-Ref", "X-Powered-By", "X-Request-ID", "X-UA-Compatible"],
    "X-XSS-Protection",
  ].map((name) => [name.toLowerCase(), name]),
);

/** For these headers, .NET splits the value at commas. */
const lists: ReadonlySet<string> = new Set([
  ...["accept-ranges", "connection", "pragma", "trailer", "transfer-encoding", "upgrade", "vary", "via"],
]);

/**
 * The headers of a response as the host passes them on, without those of the content: a text, or a list if there are several values.
 * Source: `DurableHttpResponse.cs` and `HttpHeadersConverter.cs` of the extension; `KnownHeaders.cs` and `HttpHeaders.cs` of .NET.
 */
export function headersOf({ rawHeaders }: Received): Record<string, string | string[]> {
  const values = new Map<string, { name: string; all: string[] }>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = "", value = ""] = rawHeaders.slice(index, index + 2);
    const lower = name.toLowerCase();
    if (contentHeaders.has(lower)) continue;
    const entry = values.get(lower) ?? { name: known.get(lower) ?? name, all: [] };
    const several = lists.has(lower) ? value.split(",").map((one) => one.trim()) : [value];
    entry.all.push(...several.filter((one) => one !== "" || several.length === 1));
    values.set(lower, entry);
  }
  return Object.fromEntries(
    [...values.values()].map(({ name, all: [only = "", ...more] }) => [
      name,
      more.length === 0 ? only : [only, ...more],
    ]),
  );
}

/** The body as text, in the declared character set. @throws Error if that character set does not exist */
export function textOf({ contentType, body }: Received): string {
  const [, quoted, plain] = /;\s*charset=(?:"([^"]*)"|([^\s;]+))/i.exec(contentType ?? "") ?? [];
  const set = quoted ?? plain ?? "utf-8";
  try {
    return new TextDecoder(set).decode(body);
  } catch {
    throw new Error(
      `The character set provided in ContentType is invalid. Cannot read content as string using an invalid character set. It is "${set}".`,
    );
  }
}
