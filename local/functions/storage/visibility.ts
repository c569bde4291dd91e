import type { QueueClient } from "@azure/storage-queue";
import type { Log } from "../../kernel/log.ts";
import { hasCode, reasonOf } from "./errors.ts";
import { Pause } from "./real-time.ts";

/** Errors after which this host no longer holds a message: another receiver has it, or it or its queue is gone. */
export const lost = ["PopReceiptMismatch", "MessageNotFound", "QueueNotFound", "QueueBeingDeleted", "QueueDisabled"];

/** A received message, with the pop receipt for changes to it; each change returns a new one. */
export interface HeldMessage {
  readonly messageId: string;
  popReceipt: string;
}

/** Keeps a message invisible while it is being handled, without a time limit: renews its time-out whenever half of it has passed. */
export class Visibility {
  readonly #queue: QueueClient;
  readonly #message: HeldMessage;
  readonly #timeout: number;
  readonly #log: Log;
  readonly #pause = new Pause();
  readonly #renewing: Promise<void>;
  #ended = false;

  /** `timeout` in ms, a multiple of 1000. */
  constructor(queue: QueueClient, message: HeldMessage, timeout: number, log: Log) {
    this.#queue = queue;
    this.#message = message;
    this.#timeout = timeout;
    this.#log = log;
    this.#renewing = this.#renew();
  }

  /** Resolves when the message is no longer renewed; its receipt is then the final one. */
  end(): Promise<void> {
    this.#ended = true;
    this.#pause.end();
    return this.#renewing;
  }

  async #renew(): Promise<void> {
    for (let wait = this.#timeout / 2; ; ) {
      await this.#pause.for(wait);
      if (this.#ended) return;
      try {
        const { messageId, popReceipt } = this.#message;
        const abortSignal = AbortSignal.timeout(this.#timeout / 2);
        const updated = await this.#queue.updateMessage(messageId, popReceipt, undefined, this.#timeout / 1000, {
          abortSignal,
        });
        this.#message.popReceipt = updated.popReceipt ?? popReceipt;
        wait = this.#timeout / 2;
      } catch (error) {
        if (hasCode(error, ...lost)) return;
        this.#log.warn(`The message ${this.#message.messageId} could not be kept invisible: ${reasonOf(error)}`);
        // Sooner, before the time-out is over.
        wait = this.#timeout / 10;
      }
    }
  }
}
