import { onVisibility } from "./browser.ts";

/** How far the two clocks of a device may part between two ticks (ms) before one of them was set or stood still. */
const jump = 2_000;

/** The server's time, so that remaining times are right on a device whose clock is wrong, is set while the page is open, or slept. */
export class Clock {
  /** Milliseconds since 1970 by the server's clock; ticks at each full second. */
  now = $state(Date.now());
  /** Called when the device's clock was set, or it slept: what time it is can only be asked. */
  onJump: () => void = () => undefined;
  #offset = 0;
  #last = { wall: Date.now(), running: performance.now() };
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Learns from a reply's `now`; `sent` and `received` are local. Differences that the network explains are ignored. */
  observe(now: string, sent: number, received: number): void {
    const travel = received - sent;
    const offset = Date.parse(now) + travel / 2 - received;
    if (Number.isNaN(offset) || Math.abs(offset - this.#offset) <= travel / 2 + 100) return;
    this.#offset = offset;
    this.#tick();
  }

  /**
   * Learns from moments that the server told of as gone by: its time is not before the latest of them. What is pushed carries no `now`, and may
   * come late, so that is all that it says.
   */
  atLeast(...moments: (string | undefined)[]): void {
    const latest = Math.max(...moments.map((moment) => Date.parse(moment ?? "")).filter(Number.isFinite));
    if (latest <= Date.now() + this.#offset + 1_000) return;
    this.#offset = latest - Date.now();
    this.#tick();
  }

  /** Returns what ends it. */
  start(): () => void {
    const end = onVisibility(this.#tick);
    this.#tick();
    return () => {
      end();
      clearTimeout(this.#timer);
    };
  }

  #tick = (): void => {
    clearTimeout(this.#timer);
    const [wall, running] = [Date.now(), performance.now()];
    const [passed, ran] = [wall - this.#last.wall, running - this.#last.running];
    this.#last = { wall, running };
    // Set back while we looked: the seconds that ran are what has passed. Set forward or slept cannot be told apart.
    if (passed < ran - jump) this.#offset += ran - passed;
    if (Math.abs(passed - ran) > jump) this.onJump();
    const now = wall + this.#offset;
    this.now = now;
    this.#timer = setTimeout(this.#tick, 1000 - (now % 1000) + 5);
  };
}
