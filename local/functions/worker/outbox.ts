import type { MessagePort } from "node:worker_threads";
import { mostTogether, postTogether } from "../post-together.ts";
import type { FromWorker, Posted } from "../protocol.ts";

/** Sends messages to the host, several of one turn together, up to a maximum: the cost of a message is far more than that of its content. */
export class Outbox {
  readonly #port: MessagePort;
  #waiting: Posted<FromWorker>[] = [];
  #sent = 0;
  #held = false;

  constructor(port: MessagePort) {
    this.#port = port;
  }

  /** Sends a message with the others of its turn, or at the next `flush` while they are held. */
  send(message: Posted<FromWorker>): void {
    const count = this.#waiting.push(message);
    this.#sent++;
    if (this.#held) return;
    if (count === 1) setImmediate(() => this.flush());
    else if (count >= mostTogether) this.flush();
  }

  /** The total number of messages. */
  get sent(): number {
    return this.#sent;
  }

  /** Holds messages until `flush`. */
  hold(): void {
    this.#held = true;
  }

  /** Sends the waiting messages at once. */
  flush(): void {
    this.#held = false;
    if (this.#waiting.length === 0) return;
    const messages = this.#waiting;
    this.#waiting = [];
    postTogether(this.#port, messages, (message, error) => {
      if (typeof message === "string" || message.kind !== "done") throw error;
      const text = `The result of the function cannot be passed on: ${error.message}`;
      this.#port.postMessage([{ ...message, reply: { ok: false, error: { message: text } } }]);
    });
  }
}
