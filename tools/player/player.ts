import { CosmosClient } from "@azure/cosmos";
import type { CremaEvent } from "../../contracts/events.ts";
import type { LocalAzure } from "../../local/index.ts";
import type { Timer } from "../../local/kernel/clock.ts";
import type { Documents, Write } from "./documents.ts";
import { noticesOf } from "./notices.ts";
import type { Recording } from "./recording.ts";
import { write } from "./writer.ts";

/** So many events are written together at most, where several are due. */
const together = 25;

/** How far a recording has been played. */
export interface Progress {
  /** Events told, and all there are. */
  told: number;
  all: number;
  /** Of the stand's clock, ms since the epoch. */
  now: number;
  /** Times the machine's; 0 while it is held. */
  speed: number;
}

/**
 * Plays a recording: at its moment of the stand's clock each event is written, with the documents as they were after it, and all else follows as on any
 * day. It goes with the clock: whoever holds, hastens or moves that, at the terminal or on the page "Local Azure", holds, hastens or winds the recording.
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
  /** Resolves once the last event is written; the clock is held then. */
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

  /** Says on displays and at the bar that this is a recording, and how fast it goes when it goes. */
  async sayPace(): Promise<void> {
    const { clock, speed } = this.#azure;
    // Held, nothing is told: all that is told takes time.
    if (this.#notice.speed === speed || (speed === 0 && this.#notice.version > 0)) return;
    this.#notice = { speed, version: this.#notice.version + 1 };
    const { timeZone } = this.#documents;
    const documents = noticesOf(this.#recording, {
      ...{ timeZone, speed, now: clock.now() },
      version: this.#notice.version,
    });
    await this.#write([{ container: "catalog", documents }]);
  }

  /** From now to the next event, in ms; `undefined` after the last. */
  get untilNext(): number | undefined {
    const next = this.#recording.events[this.#at];
    return next && Math.max(0, timeOf(next) - this.#azure.clock.now());
  }

  /** Plays no further, wherever it is; `ended` then never comes. */
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

  /** Not waited for: the clock stands only once what happens at this moment has settled, and this is a part of it. */
  #end(): void {
    void this.#azure.setSpeed(0).then(this.#ended);
  }
}

const timeOf = ({ time }: CremaEvent): number => Date.parse(time);
