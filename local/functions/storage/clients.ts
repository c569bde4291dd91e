import type { BlobServiceClient } from "@azure/storage-blob";
import type { QueueClient, QueueSendMessageOptions, QueueServiceClient } from "@azure/storage-queue";
import type { StorageAccount } from "./account.ts";
import { hasCode } from "./errors.ts";

/** Whoever waits has a schedule of its own for trying again, so a call gives up soon; the SDKs' own 4 + 8 + 16 s would only delay the word of it. */
const retryOptions = { maxTries: 3, retryDelayInMs: 200, maxRetryDelayInMs: 1_000 };

/**
 * The clients of the storage accounts that one application uses, made with the first use: the packages take a while to load. Besides, it tells who
 * looks at a queue or container when the application itself has written there, so that it need not wait for the next look.
 */
export class StorageClients {
  readonly #blobs = new Map<string, Promise<BlobServiceClient>>();
  readonly #queues = new Map<string, Promise<QueueServiceClient>>();
  readonly #listeners = new Map<string, Set<() => void>>();

  /** The client of an account's blobs, the same each time. Rejects when the package is missing, or the connection string is none. */
  blobs({ connection }: StorageAccount): Promise<BlobServiceClient> {
    return kept(this.#blobs, connection, () =>
      import("@azure/storage-blob").then(({ BlobServiceClient: Client }) =>
        Client.fromConnectionString(connection, { retryOptions }),
      ),
    );
  }

  /** A client of one queue, which need not exist. Rejects as `blobs` does. */
  async queue({ connection }: StorageAccount, name: string): Promise<QueueClient> {
    const service = await kept(this.#queues, connection, () =>
      import("@azure/storage-queue").then(({ QueueServiceClient: Client }) =>
        Client.fromConnectionString(connection, { retryOptions }),
      ),
    );
    return service.getQueueClient(name);
  }

  /** Calls `told` in the turn in which `place` (`queue x` or `container x`) has been written to from here; returns how to end that. */
  onWritten({ connection }: StorageAccount, place: string, told: () => void): () => void {
    const key = `${place} ${connection}`;
    const listeners = this.#listeners.get(key) ?? new Set();
    this.#listeners.set(key, listeners.add(told));
    return () => void listeners.delete(told);
  }

  /** To be called when `place` has been written to. */
  written({ connection }: StorageAccount, place: string): void {
    for (const told of this.#listeners.get(`${place} ${connection}`) ?? []) told();
  }

  /** Sends a message, `text` as it goes over the wire, and makes the queue if there is none. */
  async send(
    account: StorageAccount,
    queue: string,
    text: string,
    options: QueueSendMessageOptions = {},
  ): Promise<void> {
    const client = await this.queue(account, queue);
    const { abortSignal } = options;
    try {
      await client.sendMessage(text, options);
    } catch (error) {
      if (!hasCode(error, "QueueNotFound")) throw error;
      await client.createIfNotExists(abortSignal === undefined ? {} : { abortSignal });
      await client.sendMessage(text, options);
    }
    this.written(account, `queue ${queue}`);
  }
}

function kept<T>(clients: Map<string, Promise<T>>, connection: string, make: () => Promise<T>): Promise<T> {
  const known = clients.get(connection);
  if (known !== undefined) return known;
  const made = make();
  clients.set(connection, made);
  return made;
}
