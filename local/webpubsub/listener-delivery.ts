import type { Parts } from "../kernel/parts.ts";
import type { ConnectionEvent } from "./event-delivery.ts";
import { eventHubMessage } from "./event-hub-message.ts";
import { EventHubQueue } from "./event-hub-queue.ts";
import { type EventHubEndpoint, type EventListener, listenersOf } from "./event-listeners.ts";
import type { DataType } from "./message.ts";

/** Sends the events of connections to event hubs. It is not awaited, and its result does not affect the connection. */
export class ListenerDelivery {
  readonly #parts: Parts;
  readonly #queues = new Map<string, EventHubQueue>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Sends the event to the listeners that match it; returns whether there are any. @param id the event's number on its connection. */
  tell(listeners: readonly EventListener[], event: ConnectionEvent, id: number, dataType: DataType): boolean {
    const telling = listenersOf(listeners, event.kind, event.name);
    if (telling.length === 0) return false;
    const { name, hub, connectionId, userId, body, upstream } = event;
    const message = eventHubMessage(event, id, dataType, this.#parts.clock.now());
    for (const { endpoint } of telling) {
      const span = this.#parts.recorder.begin("webpubsub", "event", name, {
        causes: upstream.cause === 0 ? [] : [upstream.cause],
        keys: [`connection:${connectionId}`, ...(userId === undefined ? [] : [`user:${userId}`])],
        details: { hub, event: name, eventHub: endpoint.eventHubName, message: body },
      });
      this.#queueOf(endpoint).add({ name, message, span });
    }
    return true;
  }

  /** Drops queued events, and closes the connections to event hubs. */
  async close(): Promise<void> {
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()));
  }

  #queueOf(endpoint: EventHubEndpoint): EventHubQueue {
    const key = `${endpoint.eventHubName} ${endpoint.connectionString}`;
    const queue = this.#queues.get(key) ?? new EventHubQueue(this.#parts, endpoint);
    this.#queues.set(key, queue);
    return queue;
  }
}
