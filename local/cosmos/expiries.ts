import { TimerHeap } from "../kernel/timer-heap.ts";
import { endOf, Item, type Partition } from "./item.ts";
import type { Items } from "./items.ts";

const minute = 60_000;
/** The number of minutes for which the expiring rows are listed in advance. */
const ahead = 24 * 60;

/**
 * The rows to remove at each full minute of the next day. Rows that expire later, usually nearly all, are not listed here: once a day they are
 * scanned.
 */
export class Expiries {
  readonly #items: Items<Partition>;
  readonly #heap = new TimerHeap();
  readonly #minutes = new Map<number, number[]>();
  /** The last minute that is listed, and whether any row expires after it. */
  #known = 0;
  #later = false;

  constructor(items: Items<Partition>) {
    this.#items = items;
  }

  /** The time of the next removal or scan, in ms since the epoch. By then there may be nothing left to remove. */
  get next(): number | undefined {
    return this.#heap.peek()?.due ?? (this.#later ? this.#known * minute : undefined);
  }

  /** Lists all items at the start. */
  begin(now: number, defaultTtl: number | undefined): void {
    this.#known = Math.floor(now / minute) + ahead;
    const items = this.#items;
    for (const row of items.rows()) {
      const due = dueOf(endOf(items.timeOf(row), items.ttlOf(row), defaultTtl));
      items.sweepIn(row, due);
      this.#add(row, due);
    }
  }

  /** Lists when `item` expires, in place of its earlier expiry. */
  note(item: Item): void {
    const due = dueOf(item.expiresAt);
    if (item.sweptIn === due) return;
    item.sweptIn = due;
    this.#add(item.row, due);
  }

  /** Updates the rows after they have moved. @param rows the new row of each old one; -1 if it is gone */
  moved(rows: Int32Array): void {
    for (const [due, before] of this.#minutes) {
      const after: number[] = [];
      for (const row of before) {
        const now = rows[row] as number;
        if (now !== -1) after.push(now);
      }
      this.#minutes.set(due, after);
    }
  }

  /** The items that have expired by `now` and were not taken yet. */
  *gone(now: number): Generator<Item> {
    this.#lookAhead(now);
    const first = this.#heap.peek()?.due;
    if (first === undefined) return;
    for (let due = first / minute; due <= Math.ceil(now / minute); due++) {
      for (const row of new Set(this.#minutes.get(due))) {
        const item = new Item(this.#items, row);
        if (item.sweptIn === due && item.expiresAt <= now) yield item;
      }
    }
  }

  /** Removes from the list the items that have expired by `now`, and returns them, the earliest first. */
  take(now: number): Item[] {
    this.#lookAhead(now);
    const gone: { item: Item; at: number }[] = [];
    for (let first = this.#heap.peek(); first !== undefined && first.due <= now; first = this.#heap.peek()) {
      const due = first.due / minute;
      for (const row of this.#minutes.get(due) ?? []) {
        const item = new Item(this.#items, row);
        if (item.sweptIn !== due) continue;
        item.sweptIn = 0;
        gone.push({ item, at: item.expiresAt });
      }
      this.#heap.remove(first);
      first.run();
    }
    return gone.sort((a, b) => a.at - b.at).map(({ item }) => item);
  }

  #add(row: number, due: number): void {
    if (due === 0) return;
    if (due > this.#known) {
      this.#later = true;
      return;
    }
    const others = this.#minutes.get(due);
    if (others !== undefined) {
      others.push(row);
      return;
    }
    this.#minutes.set(due, [row]);
    this.#heap.add(due * minute, () => this.#minutes.delete(due));
  }

  /** Scans the items if the list does not reach beyond `now`. */
  #lookAhead(now: number): void {
    const known = this.#known;
    if (now < known * minute) return;
    this.#known = Math.floor(now / minute) + ahead;
    this.#later = false;
    for (const row of this.#items.rows())
      if (this.#items.sweptIn(row) > known) this.#add(row, this.#items.sweptIn(row));
  }
}

/** The full minute at which an item is removed; 0 if it does not expire. */
const dueOf = (end: number): number => (end === Number.POSITIVE_INFINITY ? 0 : Math.ceil(end / minute));
