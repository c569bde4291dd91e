import { Server } from "node:net";

/**
 * While `start` runs, servers without an address listen on loopback. The library's proxy for HTTP streams has no address and would be open to the
 * network, although only the host needs it.
 */
export async function onLoopback<T>(start: () => Promise<T>): Promise<T> {
  const { listen } = Server.prototype;
  Server.prototype.listen = function (this: Server, ...args: unknown[]): Server {
    const port = typeof args[0] === "number" ? args[0] : 0;
    const done = args.find((arg) => typeof arg === "function") as (() => void) | undefined;
    const named = args.some((arg) => (typeof arg === "object" && arg !== null) || typeof arg === "string");
    return Reflect.apply(listen, this, named ? args : [{ port, host: "127.0.0.1" }, done]) as Server;
  } as typeof listen;
  try {
    return await start();
  } finally {
    Server.prototype.listen = listen;
  }
}
