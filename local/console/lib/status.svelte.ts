import { get } from "./api.ts";

/** As `GET /status` answers. */
export interface Status {
  now: string;
  held: boolean;
  speed: number;
  /** Whether an advance goes on, whoever has begun it. */
  moving: boolean;
  /** Tells what is recorded from what was before an earlier start. */
  run: string;
  health: { status: string; problem?: string };
  underWay: Record<string, number>;
  records: Record<string, number>;
  addresses: Record<string, string>;
  meters: Record<string, unknown>;
}

/** How often the status is asked for while somebody looks, in ms. */
const pause = 2_000;

/** What the local Azure says of itself, and its time between two answers. */
class Live {
  status = $state<Status>();
  /** Why there is no answer. */
  problem = $state<string>();
  /** Of which start what is recorded is; nothing until it was asked for. */
  run = $state<string>();
  #now = $state(Date.now());
  #asked = 0;

  /** The time of the local clock, in ms since the epoch. */
  get now(): number {
    const { status } = this;
    if (status === undefined) return this.#now;
    return Date.parse(status.now) + (status.held ? 0 : (this.#now - this.#asked) * status.speed);
  }

  take(status: Status): void {
    this.status = status;
    this.run = status.run;
    this.#asked = Date.now();
    this.#now = this.#asked;
  }

  async refresh(): Promise<void> {
    try {
      this.take(await get<Status>("/status"));
      this.problem = undefined;
    } catch (error) {
      this.problem = (error as Error).message;
    }
  }

  /** Asks now and then, and ticks; the returned function ends that. */
  follow(): () => void {
    void this.refresh();
    const asking = setInterval(() => document.visibilityState === "visible" && void this.refresh(), pause);
    const ticking = setInterval(() => {
      this.#now = Date.now();
    }, 250);
    return () => {
      clearInterval(asking);
      clearInterval(ticking);
    };
  }
}

export const live = new Live();
