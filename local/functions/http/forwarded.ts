import type { IncomingMessage } from "node:http";

/**
 * Adds the caller's data to the headers, as Azure's front end does. The caller's address and port are appended to the request's `x-forwarded-for`,
 * which anyone could have made up. `x-forwarded-proto`, `client-ip`, `disguised-host` and `x-original-url` are overwritten. `x-forwarded-host` stays
 * the caller's own, as on Azure; the host sets it only for the library's stream proxy. A DELETE without a body is passed on as one in chunks.
 * @see https://github.com/dfe-analytical-services/explore-education-statistics/pull/7108 for the DELETE
 */
export function tellOfCaller(headers: Map<string, string>, { method, socket, url = "/" }: IncomingMessage): void {
  const { remoteAddress = "", remotePort } = socket;
  // An IPv4 caller of a socket that also listens on IPv6.
  const address = remoteAddress.replace(/^::ffff:(?=\d+\.)/, "");
  const caller = address.includes(":") ? `[${address}]:${remotePort}` : `${address}:${remotePort}`;
  const before = headers.get("x-forwarded-for");
  headers.set("x-forwarded-for", before === undefined ? caller : `${before}, ${caller}`);
  headers.set("x-forwarded-proto", "http");
  headers.set("client-ip", caller);
  headers.set("disguised-host", headers.get("host") ?? "");
  headers.set("x-original-url", url);
  if (method === "DELETE" && !headers.has("content-length")) headers.set("transfer-encoding", "chunked");
}
