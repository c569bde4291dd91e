export interface HeapEntry {
  readonly due: number;
  readonly run: () => void;
  readonly order: number;
  index: number;
}

/** Timers by due time; those of the same instant are in the order in which they were set. Adding and removing cost O(log n). */
export class TimerHeap {
  readonly #entries: HeapEntry[] = [];
  #order = 0;

  /** The timer that is due first, without removing it; `undefined` if there is none. */
  peek(): HeapEntry | undefined {
    return this.#entries[0];
  }

  get size(): number {
    return this.#entries.length;
  }

  /** Adds a timer; the caller that finds it with `peek` runs it. @param due in ms of the clock in use */
  add(due: number, run: () => void): HeapEntry {
    const entry = { due, run, order: this.#order++, index: this.#entries.length };
    this.#entries.push(entry);
    this.#up(entry);
    return entry;
  }

  /** Removes a timer; does nothing if it is already removed. */
  remove(entry: HeapEntry): void {
    if (this.#entries[entry.index] !== entry) return;
    const last = this.#entries.pop();
    if (last === undefined || last === entry) {
      entry.index = -1;
      return;
    }
    this.#place(last, entry.index);
    entry.index = -1;
    this.#up(last);
    this.#down(last);
  }

  /** Removes all timers. */
  clear(): void {
    for (const entry of this.#entries) entry.index = -1;
    this.#entries.length = 0;
  }

  #place(entry: HeapEntry, index: number): void {
    this.#entries[index] = entry;
    entry.index = index;
  }

  #up(entry: HeapEntry): void {
    while (entry.index > 0) {
      const above = (entry.index - 1) >> 1;
      const parent = this.#entries[above];
      if (parent === undefined || before(parent, entry)) return;
      this.#place(parent, entry.index);
      this.#place(entry, above);
    }
  }

  #down(entry: HeapEntry): void {
    for (;;) {
      const left = this.#entries[entry.index * 2 + 1];
      const right = this.#entries[entry.index * 2 + 2];
      const child = right !== undefined && left !== undefined && before(right, left) ? right : left;
      if (child === undefined || before(entry, child)) return;
      const index = child.index;
      this.#place(child, entry.index);
      this.#place(entry, index);
    }
  }
}

function before(a: HeapEntry, b: HeapEntry): boolean {
  return a.due < b.due || (a.due === b.due && a.order < b.order);
}
