/** The handover counter: which guests are there, and which orders belong to simulated guests, so that the bar knows whom to wait for. */
export class Counter {
  readonly #here = new Set<string>();
  readonly #announced = new Set<string>();
  /** When a drink was called, in ms of the machine. */
  readonly #called = new Map<string, number>();

  get atCounter(): ReadonlySet<string> {
    return this.#here;
  }
  get announced(): ReadonlySet<string> {
    return this.#announced;
  }

  /** Registers an order of a simulated guest, who will come for it. */
  announce(orderId: string): void {
    this.#announced.add(orderId);
  }
  /** The order's guest stands at the counter. */
  come(orderId: string): void {
    this.#here.add(orderId);
  }
  /** The order's guest has left, with or without the drink. */
  leave(orderId: string): void {
    this.#here.delete(orderId);
    this.#called.delete(orderId);
  }
  /** The bar is about to announce that the order is ready. */
  call(orderId: string): void {
    this.#called.set(orderId, performance.now());
  }
  /** How long ago it was called; available once. */
  sinceCalled(orderId: string): number | undefined {
    const at = this.#called.get(orderId);
    this.#called.delete(orderId);
    return at === undefined ? undefined : performance.now() - at;
  }
}
