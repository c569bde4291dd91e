import { killed, passing } from "../faults/meet.ts";
import type { Parts } from "../kernel/parts.ts";
import type { OpenSpan } from "../recorder/recorder.ts";
import type { EventHubMessage } from "./event-hub-message.ts";
import { EventHubProducer } from "./event-hub-producer.ts";
import type { EventHubEndpoint } from "./event-listeners.ts";
import { Pauses, pauses } from "./pauses.ts";

/** An event on its way to an event hub. */
export interface Outgoing {
  /** The name of the event. */
  name: string;
  message: EventHubMessage;
  span: OpenSpan;
}

type Attempt = { sent: number } | { failure: string };

/** The maximum length of the queue; further events are lost. */
const mostWaiting = 10_000;

/** The queue of one event hub: sends in order and in batches, and retries after each pause while the hub cannot be reached. */
export class EventHubQueue {
  readonly #parts: Parts;
  readonly #name: string;
  readonly #producer: EventHubProducer;
  readonly #pauses: Pauses;
  #waiting: Outgoing[] = [];
  #running = false;
  #closed = false;

  constructor(parts: Parts, endpoint: EventHubEndpoint) {
    this.#parts = parts;
    this.#name = endpoint.eventHubName;
    this.#producer = new EventHubProducer(endpoint);
    this.#pauses = new Pauses(parts.clock);
  }

  /** Queues an event. Its span ends with the result. If the queue is full the event is lost, and this is logged. */
  add(outgoing: Outgoing): void {
    if (this.#waiting.length >= mostWaiting) {
      this.#lose([outgoing], `${mostWaiting} others wait for it`);
      return;
    }
    this.#waiting.push(outgoing);
    if (this.#running) return;
    this.#running = true;
    void this.#run();
  }

  /** Drops the queued events. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#pauses.close();
    await this.#producer.close();
  }

  async #run(): Promise<void> {
    for (let attempt = 0; this.#waiting.length > 0 && !this.#closed; ) {
      const tried = this.#waiting.length;
      // Only the attempts count as work; the clock drives the pauses.
      const outcome = await this.#parts.work.track("web pubsub event", this.#attempt());
      if ("sent" in outcome) {
        attempt = 0;
        if (outcome.sent === 0) this.#lose(this.#waiting.splice(0, 1), "it is too big for the event hub");
        else for (const { span } of this.#waiting.splice(0, outcome.sent)) span.end("ok");
        continue;
      }
      const pause = pauses[attempt++];
      if (pause !== undefined) await this.#pauses.pass(pause);
      else {
        attempt = 0;
        this.#lose(this.#waiting.splice(0, tried), outcome.failure);
      }
    }
    this.#running = false;
  }

  /** Sends the queue or its beginning. Applies network faults: events that are refused or lost on purpose are retried like any other. */
  async #attempt(): Promise<Attempt> {
    const { faults } = this.#parts;
    const [first, ...others] = this.#waiting;
    if (first === undefined) return { sent: 0 };
    const rule = faults?.take("webpubsub", "listener", first.name);
    if (rule !== undefined) first.span.note({ fault: rule.harm });
    if (rule?.harm === "refuse") return { failure: "it was refused on purpose" };
    if (rule?.harm === "kill") {
      faults?.kill?.(killed);
      return { failure: killed };
    }
    if (rule?.harm === "delay") await passing(this.#parts, rule);
    // While faults are active events are sent one by one, because each may be affected.
    const alone = rule !== undefined || (faults?.list().length ?? 0) > 0;
    const outcome = await this.#send(alone ? [first] : [first, ...others]);
    if (rule?.harm === "kill-after") faults?.kill?.(killed);
    return rule === undefined || rule.harm === "delay" ? outcome : { failure: "the answer was lost on purpose" };
  }

  async #send(outgoing: readonly Outgoing[]): Promise<Attempt> {
    try {
      return { sent: await this.#producer.send(outgoing.map(({ message }) => message)) };
    } catch (error) {
      return { failure: (error as Error).message || String(error) };
    }
  }

  #lose(lost: readonly Outgoing[], failure: string): void {
    for (const { span } of lost) {
      span.note({ failure });
      span.end("failed");
    }
    const what = lost.length === 1 ? `The event ${lost[0]?.name}` : `${lost.length} events`;
    this.#parts.log.warn(`${what} did not reach the event hub ${this.#name}: ${failure}`);
  }
}
