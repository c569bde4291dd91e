import { get } from "./api.ts";

/** The response of `GET /status`. */
export interface Status {
  now: string;
  held: boolean;
  speed: number;
  /** Whether an advance is in progress, whoever started it. */
  moving: boolean;
  /** Distinguishes this start's recording from earlier ones. */
  run: string;
  health: { status: string; problem?: string };
  underWay: Record<string, number>;
  records: Record<string, number>;
  addresses: Record<string, string>;
  meters: Record<string, unknown>;
}

/** The polling interval while the page is visible, in ms. */
const pause = 2_000;

/** The status of the local Azure, with its time extrapolated between two responses. */
class Live {
  status = $state<Status>();
  /** Why there is no response. */
  problem = $state<string>();
  /** The start that the recording belongs to; undefined until the first response. */
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

  /** Polls and ticks until the returned function is called. */
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
