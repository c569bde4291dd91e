import type { MessagePort } from "node:worker_threads";
import type { FromWorker } from "../protocol.ts";

/** Sends messages to the host, those of one turn together: a message costs far more than what is in it. */
export class Outbox {
  readonly #port: MessagePort;
  #waiting: FromWorker[] = [];

  constructor(port: MessagePort) {
    this.#port = port;
  }

  send(message: FromWorker): void {
    if (this.#waiting.push(message) === 1) setImmediate(() => this.flush());
  }

  /** Sends what waits at once. */
  flush(): void {
    if (this.#waiting.length === 0) return;
    const messages = this.#waiting;
    this.#waiting = [];
    this.#port.postMessage(messages);
  }
}
