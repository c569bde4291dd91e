import { TimerHeap } from "../kernel/timer-heap.ts";
import { endOf, Item, type Partition } from "./item.ts";
import type { Items } from "./items.ts";

const minute = 60_000;
/** For so many minutes ahead it is known what goes in each. */
const ahead = 24 * 60;

/**
 * What is to be removed at full minutes: the rows of each minute of the next day. Of those that stay longer, mostly nearly all, nothing is kept here: once a day they are
 * looked through.
 */
export class Expiries {
  readonly #items: Items<Partition>;
  readonly #heap = new TimerHeap();
  readonly #minutes = new Map<number, number[]>();
  /** Up to this minute it is known, and whether there is anything behind it. */
  #known = 0;
  #later = false;

  constructor(items: Items<Partition>) {
    this.#items = items;
  }

  /** When something is to be removed next, or to be looked for, in milliseconds; nothing may be left of it by then. */
  get next(): number | undefined {
    return this.#heap.peek()?.due ?? (this.#later ? this.#known * minute : undefined);
  }

  /** Takes note of all items at a start. */
  begin(now: number, defaultTtl: number | undefined): void {
    this.#known = Math.floor(now / minute) + ahead;
    const items = this.#items;
    for (const row of items.rows()) {
      const due = dueOf(endOf(items.timeOf(row), items.ttlOf(row), defaultTtl));
      items.sweepIn(row, due);
      this.#add(row, due);
    }
  }

  /** Takes note of when `item` is gone, and forgets what was noted before. */
  note(item: Item): void {
    const due = dueOf(item.expiresAt);
    if (item.sweptIn === due) return;
    item.sweptIn = due;
    this.#add(item.row, due);
  }

  /** Rows have moved. */
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

  /** What is gone by `now` and has not been taken yet. */
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

  /** What is gone by `now`, that which went first at the beginning; it is forgotten here. */
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

  /** Sees to it that it is known what goes by `now`, and after it. */
  #lookAhead(now: number): void {
    const known = this.#known;
    if (now < known * minute) return;
    this.#known = Math.floor(now / minute) + ahead;
    this.#later = false;
    for (const row of this.#items.rows())
      if (this.#items.sweptIn(row) > known) this.#add(row, this.#items.sweptIn(row));
  }
}

/** The full minute in which it is removed; 0 for none. */
const dueOf = (end: number): number => (end === Number.POSITIVE_INFINITY ? 0 : Math.ceil(end / minute));
