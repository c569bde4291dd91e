/** The most recently added items, up to a maximum, so that a screen that runs all day does not use more and more memory. */
export class Recent<T> {
  readonly #most: number;
  readonly #items = new Set<T>();

  constructor(most = 200) {
    this.#most = most;
  }

  /** Adds an item or makes it the newest again; beyond the maximum, the oldest is removed. */
  add(item: T): void {
    this.#items.delete(item);
    this.#items.add(item);
    for (const oldest of this.#items) {
      if (this.#items.size <= this.#most) return;
      this.#items.delete(oldest);
    }
  }
  /** Whether an item was added and is still here. */
  has(item: T): boolean {
    return this.#items.has(item);
  }
  /** Removes an item. */
  delete(item: T): void {
    this.#items.delete(item);
  }
}
