import type { MessagePort } from "node:worker_threads";
import { mostTogether, postTogether } from "../post-together.ts";
import type { FromWorker, Posted } from "../protocol.ts";

/** Sends messages to the host, those of one turn together, up to a number: a message costs far more than what is in it. */
export class Outbox {
  readonly #port: MessagePort;
  #waiting: Posted<FromWorker>[] = [];

  constructor(port: MessagePort) {
    this.#port = port;
  }

  send(message: Posted<FromWorker>): void {
    const count = this.#waiting.push(message);
    if (count === 1) setImmediate(() => this.flush());
    else if (count >= mostTogether) this.flush();
  }

  /** Sends what waits at once. */
  flush(): void {
    if (this.#waiting.length === 0) return;
    const messages = this.#waiting;
    this.#waiting = [];
    postTogether(this.#port, messages, (message, error) => {
      if (typeof message === "string" || message.kind !== "done") throw error;
      const text = `What the function returned cannot be handed over: ${error.message}`;
      this.#port.postMessage([{ ...message, reply: { ok: false, error: { message: text } } }]);
    });
  }
}
