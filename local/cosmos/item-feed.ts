import { longerThan, Numbers, resized } from "../kernel/columns.ts";

/**
 * Rows of items in the order of their last change; any row can be removed.
 * Appending is O(1), removing and finding a position O(log n). Gaps are closed once they are the majority.
 */
export class ItemFeed {
  readonly #items: { lsnOf(row: number): number };
  #count = 0;
  #removed = 0;
  #lsns = new Numbers(8);
  /** -1 for a removed row. */
  #rows = new Int32Array(8);

  constructor(items: { lsnOf(row: number): number }) {
    this.#items = items;
  }

  /** Adds rows in commit order, all at once. The feed must be empty. */
  fill(rows: Uint32Array): void {
    this.#count = rows.length;
    this.#rows = new Int32Array(longerThan(rows.length));
    this.#rows.set(rows);
    this.#lsns = new Numbers(this.#rows.length);
    for (let at = 0; at < rows.length; at++) this.#lsns.set(at, this.#items.lsnOf(rows[at] as number));
  }

  /** The row's commit must not be older than any in the feed. */
  append(row: number): void {
    if (this.#count === this.#rows.length) this.#grow();
    this.#lsns.set(this.#count, this.#items.lsnOf(row));
    this.#rows[this.#count++] = row;
  }

  /** Must be called before the row gets another version. */
  remove(row: number): void {
    const lsn = this.#items.lsnOf(row);
    for (let at = this.#place(lsn); at < this.#count && this.#lsns.get(at) === lsn; at++) {
      if (this.#rows[at] !== row) continue;
      this.#rows[at] = -1;
      this.#removed++;
      if (this.#removed > 32 && this.#removed * 2 > this.#count) this.#close();
      return;
    }
  }

  /** Updates the row numbers after rows have moved. */
  moved(rows: Int32Array): void {
    for (let at = 0; at < this.#count; at++) {
      const row = this.#rows[at] as number;
      if (row !== -1) this.#rows[at] = rows[row] as number;
    }
  }

  /** The rows whose commit is `lsn` or later. Nothing may be written during the iteration. */
  *from(lsn: number): Generator<number> {
    for (let at = this.#place(lsn); at < this.#count; at++) {
      const row = this.#rows[at] as number;
      if (row !== -1) yield row;
    }
  }

  /** The commit of the `count`-th last item; of the first one if there are fewer. */
  fromEnd(count: number): number {
    let left = count;
    for (let at = this.#count - 1; at >= 0; at--) {
      if (this.#rows[at] === -1) continue;
      if (--left <= 0) return this.#lsns.get(at);
    }
    return this.#count === 0 ? 0 : this.#lsns.get(0);
  }

  #place(lsn: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#lsns.get(middle) < lsn) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #grow(): void {
    const length = longerThan(this.#count);
    this.#lsns.resize(length);
    this.#rows = resized(this.#rows, length);
  }

  #close(): void {
    let to = 0;
    for (let at = 0; at < this.#count; at++) {
      if (this.#rows[at] === -1) continue;
      this.#rows[to] = this.#rows[at] as number;
      this.#lsns.set(to++, this.#lsns.get(at));
    }
    this.#count = to;
    this.#removed = 0;
  }
}
