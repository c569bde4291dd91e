/** The server's time, so that remaining times are right on a device whose clock is wrong. */
export class Clock {
  /** Milliseconds since 1970 by the server's clock; ticks at each full second. */
  now = $state(Date.now());
  #offset = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Learns from a reply's `now`; `sent` and `received` are local. Differences that the network explains are ignored. */
  observe(now: string, sent: number, received: number): void {
    const travel = received - sent;
    const offset = Date.parse(now) + travel / 2 - received;
    if (Number.isNaN(offset) || Math.abs(offset - this.#offset) <= travel / 2 + 100) return;
    this.#offset = offset;
    this.#tick();
  }

  start(): void {
    document.addEventListener("visibilitychange", this.#tick);
    this.#tick();
  }

  #tick = (): void => {
    clearTimeout(this.#timer);
    const now = Date.now() + this.#offset;
    this.now = now;
    this.#timer = setTimeout(this.#tick, 1000 - (now % 1000) + 5);
  };
}
