import { calm } from "./calm.ts";
import { TimerHeap } from "./timer-heap.ts";
import type { Work } from "./work.ts";

/** A thread that works when it is its turn. */
export interface Turner {
  /** Whether something is to be told to it. */
  readonly isAsked: boolean;
  /** When the next of its timers is due, by the time that is waited here; `undefined` when none is set. */
  readonly nextDue: number | undefined;
  /** Gives it its turn: it is told what it is to be told, and runs until it has no more to do. Resolves with what takes in what it says, when that turn is over or the thread is. */
  turn(now: number): Promise<() => void>;
}

/** So many turns of this thread's event loop without anything new, and it has no more to do. */
const calmTurns = 4;
/** So many of what is told come a turn later than they could. */
const shareOfLate = 1 / 16;
/** A timer that is to wait for longer than this (ms) is mostly there to end what takes too long: this thread is to have been calm for a while before. */
const longWait = 10_000;
/** In ms of the machine's time. */
const calmTime = 250;
/** About so long is said to take a round of an event loop that works by turns, and has gone round in each of them; in ms of the machine's time. */
const roundTime = 100;

/**
 * Has this thread and others work by turns, never at the same time: what each is told in its turn is the same again when all is played again, whatever else the machine is busy with. Others tell
 * what they have to tell when their turn is over, and all of it is taken in one after the other, in the order in which they came.
 *
 * Timers of the others, and waits here that go by {@link pass}, are by a time of their own. It goes on to the next of them when nobody has anything to do and somebody
 * is waited for; so nothing waits in vain for the machine, and what ends first is not for the machine to decide.
 *
 * Which of several answers comes first is for chance to decide, as on a network: each order is one that may be, and another chance tries another.
 */
export class LockStep {
  readonly #work: Work;
  readonly #chance: () => number;
  readonly #others = new Set<Turner>();
  readonly #timers = new TimerHeap();
  #now = 0;
  #news = 0;
  #going = false;
  /** Those that begin or end, which takes as long as the machine likes. */
  #between = 0;

  /** @param work what is under way: while there is more to do by turns, that is, and time goes on only where there is anything else @param chance from 0 to 1; the same again for a run that is to be */
  constructor(work: Work, chance: () => number) {
    this.#work = work;
    this.#chance = chance;
  }

  /** For the chance of another thread. */
  seed(): string {
    return String(this.#chance());
  }

  /** What comes now of all that may, in an order that may be, and what comes later. */
  draw<T>(all: readonly T[]): { now: T[]; later: T[] } {
    const drawn = all.map((one) => ({ one, place: this.#chance() })).sort((a, b) => a.place - b.place);
    const late = drawn.filter(({ place }) => place > 1 - shareOfLate);
    const some = late.length < drawn.length ? late : [];
    return { now: drawn.slice(0, drawn.length - some.length).map(({ one }) => one), later: some.map(({ one }) => one) };
  }

  /** From now on another thread has turns, too. */
  add(other: Turner): void {
    this.#others.add(other);
  }

  /** Another thread has no turns any more: it has ended. */
  remove(other: Turner): void {
    this.#others.delete(other);
    this.tell();
  }

  /** Nobody has a turn, and no time passes, until that is over. */
  async during(change: Promise<unknown>): Promise<void> {
    this.#between++;
    await change.catch(() => undefined);
    this.#between--;
    this.tell();
  }

  /** There is something new here: for another, or that somebody waits for. */
  tell(): void {
    this.#news++;
    if (!this.#going) void this.#go();
  }

  /** Resolves after so many ms of the time that is waited here. */
  pass(milliseconds: number): Promise<void> {
    return new Promise((over) => {
      this.#timers.add(this.#now + milliseconds, over);
      this.tell();
    });
  }

  /** For who asks whether a thread has gone round its event loop. */
  goRound(): Promise<void> {
    return pause(roundTime);
  }

  async #go(): Promise<void> {
    this.#going = true;
    const end = this.#work.begin("turns");
    let seen: number;
    let did: boolean;
    do {
      seen = this.#news;
      did = await this.#round();
      // What was told meanwhile is for another round.
    } while (did || this.#news !== seen);
    this.#going = false;
    end();
  }

  /** Whether something is under way that a timer may end. */
  get #waits(): boolean {
    return this.#work.count > 1;
  }

  /** False when there was nothing to do. */
  async #round(): Promise<boolean> {
    await calm(calmTurns, () => this.#news);
    if (this.#between > 0) return false;
    const asked = [...this.#others].filter(({ isAsked }) => isAsked);
    if (asked.length === 0) return this.#wait();
    await this.#turns(asked);
    return true;
  }

  async #turns(others: readonly Turner[]): Promise<void> {
    const said = await Promise.all(others.map((other) => other.turn(this.#now)));
    for (const take of said) take();
  }

  /** Goes on to the next that is waited for. */
  async #wait(): Promise<boolean> {
    if (!this.#waits) return false;
    const own = this.#timers.peek();
    const dues = [own?.due, ...[...this.#others].map(({ nextDue }) => nextDue)].filter((due) => due !== undefined);
    const next = Math.min(...dues);
    if (next === Number.POSITIVE_INFINITY) return false;
    if (next - this.#now > longWait) {
      const seen = this.#news;
      await pause(calmTime);
      if (this.#news !== seen || !this.#waits) return true;
    }
    this.#now = Math.max(this.#now, next);
    if (own !== undefined && own.due <= this.#now) {
      this.#timers.remove(own);
      own.run();
      return true;
    }
    await this.#turns([...this.#others].filter(({ nextDue = Number.POSITIVE_INFINITY }) => nextDue <= this.#now));
    return true;
  }
}

const pause = (milliseconds: number): Promise<void> => new Promise((over) => setTimeout(over, milliseconds));
