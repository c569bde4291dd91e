import { TimerHeap } from "../kernel/timer-heap.ts";

const minute = 60_000;

/** Something that is gone at a time. */
export interface Expiring {
  /** In milliseconds; `Infinity` for never. */
  readonly expiresAt: number;
  /** The full minute in which it is removed; 0 for none. */
  sweptIn: number;
}

/** What is to be removed at full minutes: a list for each, so that it costs a few bytes for each of very many. */
export class Expiries<T extends Expiring> {
  readonly #heap = new TimerHeap();
  readonly #minutes = new Map<number, T[]>();

  /** When something is to be removed next, in milliseconds; nothing may be left of it by then. */
  get next(): number | undefined {
    return this.#heap.peek()?.due;
  }

  /** Takes note of when `item` is gone, and forgets what was noted before. */
  note(item: T): void {
    const due = item.expiresAt === Number.POSITIVE_INFINITY ? 0 : Math.ceil(item.expiresAt / minute);
    if (item.sweptIn === due) return;
    item.sweptIn = due;
    if (due === 0) return;
    const others = this.#minutes.get(due);
    if (others !== undefined) {
      others.push(item);
      return;
    }
    this.#minutes.set(due, [item]);
    this.#heap.add(due * minute, () => this.#minutes.delete(due));
  }

  /** What is gone by `now` and has not been taken yet. */
  *gone(now: number): Generator<T> {
    const first = this.next;
    if (first === undefined) return;
    for (let due = first / minute; due <= Math.ceil(now / minute); due++)
      for (const item of new Set(this.#minutes.get(due))) if (item.sweptIn === due && item.expiresAt <= now) yield item;
  }

  /** What is gone by `now`, that which went first at the beginning; it is forgotten here. */
  take(now: number): T[] {
    const gone: T[] = [];
    for (let first = this.#heap.peek(); first !== undefined && first.due <= now; first = this.#heap.peek()) {
      const due = first.due / minute;
      for (const item of this.#minutes.get(due) ?? []) {
        if (item.sweptIn !== due) continue;
        item.sweptIn = 0;
        gone.push(item);
      }
      this.#heap.remove(first);
      first.run();
    }
    return gone.sort((a, b) => a.expiresAt - b.expiresAt);
  }
}
