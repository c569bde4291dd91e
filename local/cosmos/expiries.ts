import { TimerHeap } from "../kernel/timer-heap.ts";
import { Item, type Partition } from "./item.ts";
import type { Items } from "./items.ts";

const minute = 60_000;

/** What is to be removed at full minutes: the rows of each, so that it costs a few bytes for each of very many. */
export class Expiries {
  readonly #items: Items<Partition>;
  readonly #heap = new TimerHeap();
  readonly #minutes = new Map<number, number[]>();

  constructor(items: Items<Partition>) {
    this.#items = items;
  }

  /** When something is to be removed next, in milliseconds; nothing may be left of it by then. */
  get next(): number | undefined {
    return this.#heap.peek()?.due;
  }

  /** Takes note of when `item` is gone, and forgets what was noted before. */
  note(item: Item): void {
    const { expiresAt } = item;
    const due = expiresAt === Number.POSITIVE_INFINITY ? 0 : Math.ceil(expiresAt / minute);
    if (item.sweptIn === due) return;
    item.sweptIn = due;
    if (due === 0) return;
    const others = this.#minutes.get(due);
    if (others !== undefined) {
      others.push(item.row);
      return;
    }
    this.#minutes.set(due, [item.row]);
    this.#heap.add(due * minute, () => this.#minutes.delete(due));
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
    const first = this.next;
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
}
