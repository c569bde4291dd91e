import type { Parts } from "../../kernel/parts.ts";
import type { FunctionDefinition } from "../definition.ts";
import type { Invoker } from "../invoker.ts";
import { accountOf } from "../storage/account.ts";
import type { StorageClients } from "../storage/clients.ts";
import type { QueueOptions } from "../storage/options.ts";
import { QueueListener } from "../storage/queue-listener.ts";
import { queueMetadata } from "../storage/queue-metadata.ts";
import { poisonQueueOf, queueName } from "../storage/queue-name.ts";
import type { Trigger } from "./trigger.ts";

/**
 * A trigger on a queue of the user's storage. A message whose function fails is tried up to `maxDequeueCount` times in all, each time with the retries
 * of a retry policy, and then goes to the queue `<name>-poison`.
 */
export class QueueTrigger implements Trigger {
  readonly #listener: QueueListener;

  /** @throws Error if an option is missing or invalid, or the connection is invalid. */
  constructor(
    parts: Parts,
    definition: FunctionDefinition,
    invoker: Invoker,
    {
      clients,
      settings,
      options,
    }: { clients: StorageClients; settings: Record<string, string>; options: QueueOptions },
  ) {
    const queue = queueName(definition.trigger.queueName);
    const account = accountOf(definition.trigger, settings);
    const poison = poisonQueueOf(queue);
    this.#listener = new QueueListener(parts, clients, {
      account,
      queue,
      options,
      handle: async (message, waiting) => {
        const data = { string: message.text };
        return (await invoker.invokeByPolicy(definition, { data, metadata: queueMetadata(message) }, waiting)).ok;
      },
      poison: () => (poison === undefined ? undefined : { account, queue: poison }),
    });
  }

  async start(): Promise<void> {
    this.#listener.start();
  }

  stop(): void {
    this.#listener.stop();
  }

  ended(): Promise<void> {
    return this.#listener.ended();
  }
}
