import type { BlobServiceClient } from "@azure/storage-blob";
import type { QueueClient, QueueSendMessageOptions, QueueServiceClient } from "@azure/storage-queue";
import type { StorageAccount } from "./account.ts";
import { hasCode } from "./errors.ts";

/** The callers have their own schedule for retries, so a call gives up soon. The SDKs' own 4 + 8 + 16 s would only delay the error. */
const retryOptions = { maxTries: 3, retryDelayInMs: 200, maxRetryDelayInMs: 1_000 };

/**
 * The clients of the storage accounts that one application uses. They are created on first use, because the packages take a while to load. Writes of
 * the application itself are also announced to the pollers of the queue or container, so that they need not wait for the next poll.
 */
export class StorageClients {
  readonly #blobs = new Map<string, Promise<BlobServiceClient>>();
  readonly #queues = new Map<string, Promise<QueueServiceClient>>();
  readonly #listeners = new Map<string, Set<() => void>>();

  /** The client of an account's blobs, the same one for each call. Rejects if the package is missing, or the connection string is invalid. */
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

  /** Calls `told` in the turn in which this process has written to `place` (`queue x` or `container x`); returns a function that cancels this. */
  onWritten({ connection }: StorageAccount, place: string, told: () => void): () => void {
    const key = `${place} ${connection}`;
    const listeners = this.#listeners.get(key) ?? new Set();
    this.#listeners.set(key, listeners.add(told));
    return () => void listeners.delete(told);
  }

  /** To be called after a write to `place`. */
  written({ connection }: StorageAccount, place: string): void {
    for (const told of this.#listeners.get(`${place} ${connection}`) ?? []) told();
  }

  /** Sends a message and creates the queue if it does not exist; `text` is already encoded for the wire. */
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
