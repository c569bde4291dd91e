import { CosmosClient } from "@azure/cosmos";
import type { CremaEvent } from "../../contracts/events.ts";
import type { LocalAzure } from "../../local/index.ts";
import type { Timer } from "../../local/kernel/clock.ts";
import type { Documents, Write } from "./documents.ts";
import { noticesOf } from "./notices.ts";
import type { Recording } from "./recording.ts";
import { write } from "./writer.ts";

/** The maximum number of events in one write, if several are due. */
const together = 25;

/** The progress of a recording. */
export interface Progress {
  /** The number of played events, and of all. */
  told: number;
  all: number;
  /** The stand's clock, in ms since the epoch. */
  now: number;
  /** Relative to the machine's clock; 0 while it is paused. */
  speed: number;
}

/**
 * Plays a recording. Each event is written at its time on the stand's clock, with the documents as they were after it; everything else follows as
 * usual. It follows the clock: pausing, accelerating or advancing the clock, in the terminal or on the page "Local Azure", does the same to the
 * recording.
 */
export class Player {
  readonly #azure: LocalAzure;
  readonly #recording: Recording;
  readonly #documents: Documents;
  readonly #say: (line: string) => void;
  readonly #cosmos: CosmosClient;
  #at = 0;
  #timer: Timer | undefined;
  #notice = { speed: Number.NaN, version: 0 };
  #ended: () => void = () => undefined;
  /** Resolves once the last event is written; the clock is then paused. */
  readonly ended = new Promise<void>((resolve) => {
    this.#ended = resolve;
  });

  constructor(azure: LocalAzure, recording: Recording, documents: Documents, say: (line: string) => void) {
    this.#azure = azure;
    this.#recording = recording;
    this.#documents = documents;
    this.#say = say;
    this.#cosmos = new CosmosClient(azure.endpoints.cosmos.connectionString);
    this.#schedule();
  }

  get progress(): Progress {
    const { clock, speed } = this.#azure;
    return { told: this.#at, all: this.#recording.events.length, now: clock.now(), speed };
  }

  get isOver(): boolean {
    return this.#at >= this.#recording.events.length;
  }

  /** Shows on displays and at the bar that this is a recording, and its speed. */
  async sayPace(): Promise<void> {
    const { clock, speed } = this.#azure;
    // While the clock is paused nothing is delivered, because delivery takes time on the clock.
    if (this.#notice.speed === speed || (speed === 0 && this.#notice.version > 0)) return;
    this.#notice = { speed, version: this.#notice.version + 1 };
    const { timeZone } = this.#documents;
    const documents = noticesOf(this.#recording, {
      ...{ timeZone, speed, now: clock.now() },
      version: this.#notice.version,
    });
    await this.#write([{ container: "catalog", documents }]);
  }

  /** The ms from now to the next event; `undefined` after the last. */
  get untilNext(): number | undefined {
    const next = this.#recording.events[this.#at];
    return next && Math.max(0, timeOf(next) - this.#azure.clock.now());
  }

  /** Stops playing at any point; `ended` then never resolves. */
  close(): void {
    this.#timer?.cancel();
    this.#cosmos.dispose();
  }

  #schedule(): void {
    const next = this.#recording.events[this.#at];
    if (next === undefined) this.#end();
    else this.#timer = this.#azure.clock.at(timeOf(next), () => void this.#azure.during(this.#tell()));
  }

  async #tell(): Promise<void> {
    const { events } = this.#recording;
    const now = this.#azure.clock.now();
    const writes: Write[] = [];
    for (let count = 0; count < together; count++) {
      const event = events[this.#at];
      if (event === undefined || timeOf(event) > now) break;
      writes.push(...this.#documents.after(event));
      this.#at++;
    }
    await this.#write(writes);
    this.#schedule();
  }

  async #write(writes: readonly Write[]): Promise<void> {
    try {
      await write(this.#cosmos, this.#recording.storeId, writes);
    } catch (error) {
      this.#say(`Something of the recording could not be written: ${(error as Error).message}`);
    }
  }

  /** Not awaited: the clock stops only once the work of this moment has settled, and this call is part of it. */
  #end(): void {
    void this.#azure.setSpeed(0).then(this.#ended);
  }
}

const timeOf = ({ time }: CremaEvent): number => Date.parse(time);
