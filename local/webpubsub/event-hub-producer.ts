import type { EventHubProducerClient } from "@azure/event-hubs";
import type { EventHubMessage } from "./event-hub-message.ts";
import type { EventHubEndpoint } from "./event-listeners.ts";

/** The package for event hubs. An application without listeners does not need it. */
const load = () => import("@azure/event-hubs");

/** Checks that the package is installed. @throws Error with what to install */
export async function findEventHubs(): Promise<void> {
  try {
    await load();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new Error(
      "A hub of Web PubSub has eventListeners, but the package that sends to event hubs is not installed: npm install --save-dev @azure/event-hubs",
    );
  }
}

/** Sends to one event hub with the SDK. It does not retry; the caller decides that. */
export class EventHubProducer {
  readonly #endpoint: EventHubEndpoint;
  #client: Promise<EventHubProducerClient> | undefined;

  constructor(endpoint: EventHubEndpoint) {
    this.#endpoint = endpoint;
  }

  /**
   * Sends as many messages from the front as fit into one batch, which is of one connection; resolves with their number, which is 0 if the first one is too large. @throws if
   * they were not delivered
   */
  async send(messages: readonly EventHubMessage[]): Promise<number> {
    this.#client ??= this.#connect();
    const client = await this.#client;
    const partitionKey = messages[0]?.partitionKey ?? "";
    const batch = await client.createBatch({ partitionKey });
    for (const message of messages) if (message.partitionKey !== partitionKey || !batch.tryAdd(message)) break;
    if (batch.count > 0) await client.sendBatch(batch);
    return batch.count;
  }

  /** Closes the connection, if there is one; never rejects. */
  async close(): Promise<void> {
    await this.#client?.then((client) => client.close()).catch(() => undefined);
  }

  async #connect(): Promise<EventHubProducerClient> {
    const { connectionString, eventHubName } = this.#endpoint;
    const { EventHubProducerClient: Client } = await load();
    return new Client(connectionString, eventHubName, { retryOptions: { maxRetries: 0 } });
  }
}
