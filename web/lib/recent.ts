/** The last so many things that were added: a screen that lives for a day keeps no list of all that it has seen. */
export class Recent<T> {
  readonly #most: number;
  readonly #items = new Set<T>();

  constructor(most = 200) {
    this.#most = most;
  }

  add(item: T): void {
    this.#items.delete(item);
    this.#items.add(item);
    for (const oldest of this.#items) {
      if (this.#items.size <= this.#most) return;
      this.#items.delete(oldest);
    }
  }
  has(item: T): boolean {
    return this.#items.has(item);
  }
  delete(item: T): void {
    this.#items.delete(item);
  }
}
