import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";

/** So long (ms of the machine's time) is waited for what never comes; then no more is waited for at that connection. */
const patience = 2_000;

/**
 * The connections of which both ends are in this thread. What one end has written takes as long to the other as the machine likes, longer when it is busy:
 * a simulated clock that does not wait for it has a screen told of something a moment later than another time.
 */
export class Wires {
  /** Both ends, by the port of who asks. */
  readonly #servers = new Map<number, Socket>();
  readonly #clients = new Map<number, Socket>();
  /** Those who are on their way: until they are there, or were refused. */
  readonly #connecting = new Set<Socket>();
  /** Those of whom one end is closed. */
  readonly #closing = new Set<number>();
  /** Where an end has written since nothing was seen to be under way: to look at each connection each time is the most of what a simulated clock costs. */
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

  /** Watches no new connections any more. */
  close(): void {
    unsubscribe("net.server.socket", this.#onServer);
    unsubscribe("net.client.socket", this.#onClient);
  }

  /** Until nothing is under way between two ends; false when nothing was. */
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
      // The other end is still to learn of it, or has.
      const other = ends === this.#servers ? this.#clients : this.#servers;
      if (other.has(port)) this.#closing.add(port);
      else this.#closing.delete(port);
    });
    // What was written before is not read yet.
    this.#written.add(port);
    for (const name of ["_write", "_writev", "_final"] as const) {
      const act = socket[name] as (...given: unknown[]) => void;
      socket[name] = (...given: unknown[]) => {
        this.#written.add(port);
        Reflect.apply(act, socket, given);
      };
    }
  }

  /** One that is being connected or closed, or where an end has not read all that the other wrote. */
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

/** Who asks from another thread is not waited for, nor who is gone; who was not taken in yet is, and who is about to go. */
function isUnderWay(client: Socket | undefined, server: Socket | undefined): boolean {
  if (client === undefined) return false;
  if (server === undefined || server.writableEnded || client.writableEnded) return true;
  return server.bytesWritten !== client.bytesRead || client.bytesWritten !== server.bytesRead;
}
