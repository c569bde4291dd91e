import { delayOf, killed, passing } from "../faults/meet.ts";
import type { Parts } from "../kernel/parts.ts";
import type { OpenSpan } from "../recorder/recorder.ts";
import type { EventHubMessage } from "./event-hub-message.ts";
import { EventHubProducer } from "./event-hub-producer.ts";
import type { EventHubEndpoint } from "./event-listeners.ts";
import { Pauses, pauses } from "./pauses.ts";

/** An event that is on its way to an event hub. */
export interface Outgoing {
  /** Of the event. */
  name: string;
  message: EventHubMessage;
  span: OpenSpan;
}

type Attempt = { sent: number } | { failure: string };

/** Most that wait for an event hub; what comes then is lost. */
const mostWaiting = 10_000;

/** What goes to one event hub, one after the other and several at once where they wait; again after each pause while the hub cannot be reached. */
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

  /** Has an event sent, after those that wait. Its span ends with what comes of that; where too many wait it is lost, which the log says. */
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

  /** What waits is given up. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#pauses.close();
    await this.#producer.close();
  }

  async #run(): Promise<void> {
    for (let attempt = 0; this.#waiting.length > 0 && !this.#closed; ) {
      const tried = this.#waiting.length;
      // Only the attempts are work: the clock brings the pauses.
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

  /** Sends what waits, or its beginning. As the network's faults are met anywhere: what is refused or lost on purpose is tried again like any other. */
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
    if (rule?.harm === "delay") await passing(this.#parts, delayOf(rule));
    // While there are faults each is for itself, since each may meet one.
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
