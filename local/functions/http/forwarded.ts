import type { IncomingMessage } from "node:http";

/**
 * Tells the application who called and how, as Azure's front end does: the caller's address and port are added to `x-forwarded-for` behind whatever
 * the request brought along, which could be anyone's invention; `x-forwarded-proto`, `client-ip`, `disguised-host` and `x-original-url` are set, whatever
 * the request said there. An `x-forwarded-host` is the caller's own, as on Azure; only on the way to the library's stream proxy the host sets it.
 */
export function tellOfCaller({ headers, socket, url }: IncomingMessage): void {
  const { remoteAddress = "", remotePort } = socket;
  // An IPv4 caller of a socket that listens on IPv6 too.
  const address = remoteAddress.replace(/^::ffff:(?=\d+\.)/, "");
  const caller = address.includes(":") ? `[${address}]:${remotePort}` : `${address}:${remotePort}`;
  const before = headers["x-forwarded-for"];
  headers["x-forwarded-for"] = before === undefined ? caller : `${before}, ${caller}`;
  headers["x-forwarded-proto"] = "http";
  headers["client-ip"] = caller;
  headers["disguised-host"] = headers.host;
  headers["x-original-url"] = url;
}
