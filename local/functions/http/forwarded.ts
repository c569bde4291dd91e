import type { IncomingMessage } from "node:http";

/**
 * Tells the application who called and how, as Azure's front end does: the caller's address and port are added to `x-forwarded-for` behind whatever
 * the request brought along, which could be anyone's invention, and `x-forwarded-proto` is set.
 */
export function tellOfCaller({ headers, socket }: IncomingMessage): void {
  const { remoteAddress = "", remotePort } = socket;
  // An IPv4 caller of a socket that listens on IPv6 too.
  const address = remoteAddress.replace(/^::ffff:(?=\d+\.)/, "");
  const caller = address.includes(":") ? `[${address}]:${remotePort}` : `${address}:${remotePort}`;
  const before = headers["x-forwarded-for"];
  headers["x-forwarded-for"] = before === undefined ? caller : `${before}, ${caller}`;
  headers["x-forwarded-proto"] = "http";
}
