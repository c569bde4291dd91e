import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";

/** So long (ms of the machine's time) is waited for what never comes; then no more is waited for at that connection. */
const patience = 2_000;

/**
 * The connections of which both ends are in this thread. What one end has written takes as long to the other as the machine likes, longer when it is busy:
 * a simulated clock that does not wait for it has a screen told of something a moment later than another time.
 */
export class Wires {
  /** The ends of those who were asked, by the port of who asks. */
  readonly #servers = new Map<number, Socket>();
  readonly #clients = new Set<Socket>();
  readonly #onServer = (message: unknown) => {
    const { socket } = message as { socket: Socket };
    const { remotePort } = socket;
    if (remotePort === undefined) return;
    this.#servers.set(remotePort, socket);
    socket.once("close", () => {
      if (this.#servers.get(remotePort) === socket) this.#servers.delete(remotePort);
    });
  };
  readonly #onClient = (message: unknown) => {
    const { socket } = message as { socket: Socket };
    this.#clients.add(socket);
    socket.once("close", () => this.#clients.delete(socket));
  };

  constructor() {
    subscribe("net.server.socket", this.#onServer);
    subscribe("net.client.socket", this.#onClient);
  }

  close(): void {
    unsubscribe("net.server.socket", this.#onServer);
    unsubscribe("net.client.socket", this.#onClient);
  }

  /** Until nothing is under way between two ends; false when nothing was. */
  async quiet(): Promise<boolean> {
    let busy = this.#busy();
    if (busy === undefined) return false;
    for (const from = performance.now(); busy !== undefined; busy = this.#busy()) {
      if (performance.now() - from > patience) this.#clients.delete(busy);
      await new Promise((turn) => setImmediate(turn));
    }
    return true;
  }

  /** One who asked and has not read all that was written, or of whom not all was read. */
  #busy(): Socket | undefined {
    for (const client of this.#clients) {
      // One that is being connected, or was refused, tells of it itself.
      const server = client.localPort === undefined ? undefined : this.#servers.get(client.localPort);
      if (server === undefined) continue;
      if (server.bytesWritten !== client.bytesRead || client.bytesWritten !== server.bytesRead) return client;
    }
    return undefined;
  }
}
