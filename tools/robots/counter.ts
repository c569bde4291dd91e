/** Where drinks are handed over: who has come for theirs, and whose guests are ours, so that the bar knows whom to wait for. */
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

  /** An order of one of ours: somebody will come for it. */
  announce(orderId: string): void {
    this.#announced.add(orderId);
  }
  /** Its guest stands at the counter. */
  come(orderId: string): void {
    this.#here.add(orderId);
  }
  /** Its guest has gone, with the drink or without. */
  leave(orderId: string): void {
    this.#here.delete(orderId);
    this.#called.delete(orderId);
  }
  /** The bar is about to say that it is ready. */
  call(orderId: string): void {
    this.#called.set(orderId, performance.now());
  }
  /** How long ago it was called, asked once. */
  sinceCalled(orderId: string): number | undefined {
    const at = this.#called.get(orderId);
    this.#called.delete(orderId);
    return at === undefined ? undefined : performance.now() - at;
  }
}
