/** The last so many things that were added: a screen that lives for a day keeps no list of all that it has seen. */
export class Recent<T> {
  readonly #most: number;
  readonly #items = new Set<T>();

  constructor(most = 200) {
    this.#most = most;
  }

  /** Adds something, or makes it the newest again; what is one too many then is forgotten, the oldest first. */
  add(item: T): void {
    this.#items.delete(item);
    this.#items.add(item);
    for (const oldest of this.#items) {
      if (this.#items.size <= this.#most) return;
      this.#items.delete(oldest);
    }
  }
  /** Whether something was added and is not forgotten. */
  has(item: T): boolean {
    return this.#items.has(item);
  }
  /** Forgets something. */
  delete(item: T): void {
    this.#items.delete(item);
  }
}
