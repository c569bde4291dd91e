import type { DequeuedMessageItem, QueueClient } from "@azure/storage-queue";
import type { Parts } from "../../kernel/parts.ts";
import type { StorageAccount } from "./account.ts";
import type { StorageClients } from "./clients.ts";
import { hasCode, Outage, reasonOf } from "./errors.ts";
import { decodeMessage } from "./message.ts";
import type { QueueOptions } from "./options.ts";
import { lastPatience, Polling } from "./polling.ts";
import { Pause } from "./real-time.ts";
import { lost, Visibility } from "./visibility.ts";

/** How long a received message stays invisible, in ms; renewed while it is being handled. */
const invisible = 10 * 60_000;
/** The maximum time for a response of the service, in ms. */
const patience = 30_000;

/** A received message with its text decoded. */
export interface QueueMessage extends DequeuedMessageItem {
  readonly text: string;
}

/** Called at the beginning and the end of the pause before a retry. */
type Waiting = (isWaiting: boolean) => void;

export interface ListenerOptions {
  account: StorageAccount;
  queue: string;
  options: QueueOptions;
  /** Handles a message; returns false or rejects if it is to be retried. */
  handle(message: QueueMessage, waiting: Waiting): Promise<boolean>;
  /** The queue for a message that could not be handled; `undefined` if it stays in its queue. */
  poison(text: string | undefined): { account: StorageAccount; queue: string } | undefined;
  /** How long a message is invisible at first, in ms. Default: 10 minutes, as on Azure. */
  visibility?: number;
}

/**
 * Reads a queue and has its messages handled, several at the same time. A message that was handled is deleted. One that failed becomes visible again,
 * and goes to the poison queue after its last attempt.
 *
 * A message is work from its receipt until it is settled, even if it is to be retried at once, except during the pauses of a retry policy.
 *
 * Source: `QueueListener` and `QueueProcessor` of the Storage extension of WebJobs.
 */
export class QueueListener {
  readonly #parts: Parts;
  readonly #clients: StorageClients;
  readonly #listener: ListenerOptions;
  readonly #visibility: number;
  readonly #outage: Outage;
  readonly #polling: Polling;
  readonly #underWay = new Set<Promise<void>>();
  readonly #givenUp = new AbortController();
  #missing = false;

  constructor(parts: Parts, clients: StorageClients, listener: ListenerOptions) {
    this.#parts = parts;
    this.#clients = clients;
    this.#listener = listener;
    this.#visibility = listener.visibility ?? invisible;
    const { account, queue, options } = listener;
    this.#outage = new Outage(parts.log, `The queue "${queue}" in the storage that "${account.setting}" leads to`);
    this.#polling = new Polling(parts, {
      kind: `queue ${queue}`,
      longest: options.maxPollingInterval,
      onWritten: (told) => clients.onWritten(account, `queue ${queue}`, told),
      look: async () => {
        const found = await this.#receive();
        await this.#belowThreshold();
        return found;
      },
    });
  }

  /** Starts to read, without waiting for the queue, which may not exist yet. */
  start(): void {
    this.#polling.start();
  }

  /** Receives nothing more. Messages being handled may complete; those just received are returned. */
  stop(): void {
    this.#polling.stop();
  }

  /** Resolves once all messages are settled that were in progress at the stop. */
  async ended(): Promise<void> {
    const late = new Pause();
    let settled = false;
    void late.for(lastPatience).then(() => {
      if (!settled) this.#givenUp.abort(new Error("the host has stopped"));
    });
    await this.#polling.ended();
    await Promise.all(this.#underWay);
    settled = true;
    late.end();
  }

  async #belowThreshold(): Promise<void> {
    while (this.#underWay.size > this.#listener.options.newBatchThreshold) await Promise.race(this.#underWay);
  }

  /** Receives messages and starts to handle them; returns whether there were any. */
  async #receive(): Promise<boolean> {
    const { account, queue: name, options } = this.#listener;
    try {
      const queue = await this.#clients.queue(account, name);
      const { receivedMessageItems: messages } = await queue.receiveMessages({
        numberOfMessages: options.batchSize,
        visibilityTimeout: this.#visibility / 1000,
        abortSignal: this.#soon(),
      });
      this.#outage.over();
      this.#missing = false;
      for (const message of messages) this.#begin(queue, message);
      return messages.length > 0;
    } catch (error) {
      // As on Azure, the listener waits for the queue and does not create it.
      if (hasCode(error, "QueueNotFound", "QueueBeingDeleted")) this.#waitFor(name);
      else if (!this.#givenUp.signal.aborted) this.#outage.tell(error);
      return false;
    }
  }

  #waitFor(name: string): void {
    this.#outage.over();
    // The host's own queue is created with the first blob, so its absence is normal.
    const level = name.startsWith("azure-webjobs-") ? "debug" : "info";
    if (!this.#missing) this.#parts.log[level](`The queue "${name}" does not exist yet; the trigger waits for it.`);
    this.#missing = true;
  }

  #begin(queue: QueueClient, message: DequeuedMessageItem): void {
    const begin = () => this.#parts.work.begin(`queue ${queue.name}`);
    let end = begin();
    // The pause before a retry is no work: nothing happens until its time has come.
    const waiting = (isWaiting: boolean) => {
      end();
      end = isWaiting ? () => undefined : begin();
    };
    const handling = this.#settle(queue, message, waiting)
      .catch((error: unknown) => {
        const again = "it comes again when its time-out is over";
        this.#parts.log.error(`A message of the queue "${queue.name}" was not settled, ${again}: ${reasonOf(error)}`);
      })
      .finally(() => {
        this.#underWay.delete(handling);
        end();
      });
    this.#underWay.add(handling);
  }

  async #settle(queue: QueueClient, message: DequeuedMessageItem, waiting: Waiting): Promise<void> {
    const { options } = this.#listener;
    // Received just when the host stopped.
    if (this.#polling.stopped) return this.#release(queue, message, 0);
    const text = decodeMessage(message.messageText, options.messageEncoding);
    if (text === undefined) {
      this.#parts.log.warn(
        `A message of the queue "${queue.name}" is not in the messageEncoding of host.json, ${options.messageEncoding}.`,
      );
      return this.#toPoison(queue, message, text);
    }
    if (message.dequeueCount > options.maxDequeueCount) return this.#toPoison(queue, message, text);
    if (await this.#handled(queue, { ...message, text }, message, waiting)) return this.#delete(queue, message);
    if (this.#listener.poison(text) === undefined) return;
    if (message.dequeueCount >= options.maxDequeueCount) return this.#toPoison(queue, message, text);
    await this.#release(queue, message, options.visibilityTimeout);
    if (options.visibilityTimeout < 1000) this.#polling.expect();
  }

  async #handled(
    queue: QueueClient,
    message: QueueMessage,
    held: DequeuedMessageItem,
    waiting: Waiting,
  ): Promise<boolean> {
    const visibility = new Visibility(queue, held, this.#visibility, this.#parts.log);
    try {
      return await this.#listener.handle(message, waiting);
    } catch (error) {
      this.#parts.log.error(`A message of the queue "${queue.name}" could not be handled: ${reasonOf(error)}`);
      return false;
    } finally {
      await visibility.end();
    }
  }

  async #toPoison(queue: QueueClient, message: DequeuedMessageItem, text: string | undefined): Promise<void> {
    const poison = this.#listener.poison(text);
    // As on Azure, without a poison queue the message stays invisible for its time-out, which prevents an endless loop.
    if (poison === undefined) return;
    this.#parts.log.warn(
      text === undefined
        ? `The message ${message.messageId} is moved to the queue '${poison.queue}'.`
        : `Message has reached MaxDequeueCount of ${this.#listener.options.maxDequeueCount}. Moving message to queue '${poison.queue}'.`,
    );
    await this.#clients.send(poison.account, poison.queue, message.messageText, { abortSignal: this.#soon() });
    await this.#delete(queue, message);
  }

  async #delete(queue: QueueClient, { messageId, popReceipt }: DequeuedMessageItem): Promise<void> {
    await this.#unlessLost(queue.deleteMessage(messageId, popReceipt, { abortSignal: this.#soon() }));
  }

  async #release(queue: QueueClient, { messageId, popReceipt }: DequeuedMessageItem, timeout: number): Promise<void> {
    const seconds = Math.floor(timeout / 1000);
    await this.#unlessLost(
      queue.updateMessage(messageId, popReceipt, undefined, seconds, { abortSignal: this.#soon() }),
    );
  }

  async #unlessLost(call: Promise<unknown>): Promise<void> {
    try {
      await call;
    } catch (error) {
      if (!hasCode(error, ...lost)) throw error;
      this.#parts.log.debug(`A message of the queue "${this.#listener.queue}" was no longer there: ${reasonOf(error)}`);
    }
  }

  #soon(): AbortSignal {
    return AbortSignal.any([this.#givenUp.signal, AbortSignal.timeout(patience)]);
  }
}
