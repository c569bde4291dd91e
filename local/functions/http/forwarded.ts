import type { Socket } from "node:net";

/**
 * Tells the application who called and how, as Azure's front end does: the caller's address and port are added to `x-forwarded-for` behind whatever
 * the request brought along, which could be anyone's invention; `x-forwarded-proto`, `client-ip`, `disguised-host` and `x-original-url` are set, whatever
 * the request said there. An `x-forwarded-host` is the caller's own, as on Azure; only on the way to the library's stream proxy the host sets it.
 */
export function tellOfCaller(headers: Map<string, string>, socket: Socket, url: string): void {
  const { remoteAddress = "", remotePort } = socket;
  // An IPv4 caller of a socket that listens on IPv6 too.
  const address = remoteAddress.replace(/^::ffff:(?=\d+\.)/, "");
  const caller = address.includes(":") ? `[${address}]:${remotePort}` : `${address}:${remotePort}`;
  const before = headers.get("x-forwarded-for");
  headers.set("x-forwarded-for", before === undefined ? caller : `${before}, ${caller}`);
  headers.set("x-forwarded-proto", "http");
  headers.set("client-ip", caller);
  headers.set("disguised-host", headers.get("host") ?? "");
  headers.set("x-original-url", url);
}
