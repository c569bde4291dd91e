import { onVisibility } from "./browser.ts";

/**
 * How far the device's wall clock and its monotonic clock may diverge between two ticks (ms) before one of them must have been set or have stopped.
 */
const jump = 2_000;

/** The server's time. It keeps remaining times right on a device whose clock is wrong, is changed while the page is open, or that slept. */
export class Clock {
  /** The server's time in ms since 1970; updated at each full second. */
  now = $state(Date.now());
  /** Called when the device's clock was changed or the device slept: only the server knows the time then. */
  onJump: () => void = () => undefined;
  #offset = 0;
  #last = { wall: Date.now(), running: performance.now() };
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Adjusts to the `now` of a response; `sent` and `received` are local times. Differences that network latency explains are ignored. */
  observe(now: string, sent: number, received: number): void {
    const travel = received - sent;
    const offset = Date.parse(now) + travel / 2 - received;
    if (Number.isNaN(offset) || Math.abs(offset - this.#offset) <= travel / 2 + 100) return;
    this.#offset = offset;
    this.#tick();
  }

  /**
   * Adjusts to past moments in a server message: the server's time is not before the latest of them. Pushes carry no `now` and may be late, so they
   * prove nothing more.
   */
  atLeast(...moments: (string | undefined)[]): void {
    const latest = Math.max(...moments.map((moment) => Date.parse(moment ?? "")).filter(Number.isFinite));
    if (latest <= Date.now() + this.#offset + 1_000) return;
    this.#offset = latest - Date.now();
    this.#tick();
  }

  /** Returns a function that ends it. */
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
    // Set back while we measured: the monotonic clock says how much time has passed. Set forward cannot be told from slept.
    if (passed < ran - jump) this.#offset += ran - passed;
    if (Math.abs(passed - ran) > jump) this.onJump();
    const now = wall + this.#offset;
    this.now = now;
    this.#timer = setTimeout(this.#tick, 1000 - (now % 1000) + 5);
  };
}
