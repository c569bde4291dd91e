import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";

/** How long (ms of the machine's time) to wait for data on a connection. After that, the connection is no longer waited for. */
const patience = 2_000;

/**
 * Connections with both ends in this thread. The time that data takes from one end to the other depends on the machine and its load. A simulated
 * clock must wait for it. Otherwise a screen would get its messages a moment later in one run than in another.
 */
export class Wires {
  /** Both ends, by the client's port. */
  readonly #servers = new Map<number, Socket>();
  readonly #clients = new Map<number, Socket>();
  /** Connections being established: until they are, or were refused. */
  readonly #connecting = new Set<Socket>();
  /** Connections of which one end is closed. */
  readonly #closing = new Set<number>();
  /** Connections with writes since the last quiet moment. Only these are checked: checking all would be most of the cost of a simulated clock. */
  readonly #written = new Set<number>();
  readonly #onServer = (message: unknown) => {
    const { socket } = message as { socket: Socket };
    this.#watch(socket, socket.remotePort, this.#servers);
  };
  readonly #onClient = (message: unknown) => {
    const { socket } = message as { socket: Socket };
    this.#connecting.add(socket);
    socket.once("connect", () => this.#isThere(socket));
    socket.once("close", () => this.#connecting.delete(socket));
  };

  constructor() {
    subscribe("net.server.socket", this.#onServer);
    subscribe("net.client.socket", this.#onClient);
  }

  /** Stops watching for new connections. */
  close(): void {
    unsubscribe("net.server.socket", this.#onServer);
    unsubscribe("net.client.socket", this.#onClient);
  }

  /** Waits until nothing is in transit between two ends; false if nothing was. */
  async quiet(): Promise<boolean> {
    let busy = this.#busy();
    if (busy === undefined) return false;
    for (const from = performance.now(); busy !== undefined; busy = this.#busy()) {
      if (performance.now() - from > patience) this.#forget(busy);
      await new Promise((turn) => setImmediate(turn));
    }
    return true;
  }

  #isThere(socket: Socket): void {
    if (this.#connecting.delete(socket)) this.#watch(socket, socket.localPort, this.#clients);
  }

  #forget(busy: number | Socket): void {
    if (typeof busy !== "number") return void this.#connecting.delete(busy);
    this.#clients.delete(busy);
    this.#closing.delete(busy);
  }

  #watch(socket: Socket, port: number | undefined, ends: Map<number, Socket>): void {
    if (port === undefined) return;
    ends.set(port, socket);
    socket.once("close", () => {
      if (ends.get(port) !== socket) return;
      ends.delete(port);
      // The other end has still to be closed, or is already.
      const other = ends === this.#servers ? this.#clients : this.#servers;
      if (other.has(port)) this.#closing.add(port);
      else this.#closing.delete(port);
    });
    // Data that was written before may be unread.
    this.#written.add(port);
    for (const name of ["_write", "_writev", "_final"] as const) {
      const act = socket[name] as (...given: unknown[]) => void;
      socket[name] = (...given: unknown[]) => {
        this.#written.add(port);
        Reflect.apply(act, socket, given);
      };
    }
  }

  /** A connection that is being established or closed, or with unread data. */
  #busy(): number | Socket | undefined {
    for (const socket of this.#connecting) return socket;
    for (const port of this.#closing) return port;
    for (const port of this.#written) {
      if (isUnderWay(this.#clients.get(port), this.#servers.get(port))) return port;
      this.#written.delete(port);
    }
    return undefined;
  }
}

/** Whether data is in transit. Never if the client is in another thread or gone; always if the server has not accepted yet, or one end is closing. */
function isUnderWay(client: Socket | undefined, server: Socket | undefined): boolean {
  if (client === undefined) return false;
  if (server === undefined || server.writableEnded || client.writableEnded) return true;
  return server.bytesWritten !== client.bytesRead || client.bytesWritten !== server.bytesRead;
}
