import type { Socket } from "node:net";

/**
 * Adds the caller's data to the headers, as Azure's front end does. The caller's address and port are appended to the request's `x-forwarded-for`,
 * which anyone could have made up. `x-forwarded-proto`, `client-ip`, `disguised-host` and `x-original-url` are overwritten. `x-forwarded-host` stays
 * the caller's own, as on Azure; the host sets it only for the library's stream proxy.
 */
export function tellOfCaller(headers: Map<string, string>, socket: Socket, url: string): void {
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
}
