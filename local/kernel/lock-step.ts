import { calm } from "./calm.ts";
import { TimerHeap } from "./timer-heap.ts";
import type { Work } from "./work.ts";

/** A thread that runs only in its turns. */
export interface Turner {
  /** Whether messages for it are waiting. */
  readonly isAsked: boolean;
  /** When its next timer is due, in the virtual time of the lock step; `undefined` if no timer is set. */
  readonly nextDue: number | undefined;
  /**
   * Runs one turn: delivers the waiting messages, and lets the thread run until it has nothing more to do. Resolves, once the turn or the thread has
   * ended, with a function that takes in the thread's messages.
   */
  turn(now: number): Promise<() => void>;
}

/** This thread is idle after this number of turns of its event loop without news. */
const calmTurns = 4;
/** The share of messages that arrive a turn later than they could. */
const shareOfLate = 1 / 16;
/** A timer longer than this (ms) is mostly a time-out. Before it fires, this thread has to be calm for a while. */
const longWait = 10_000;
/** In ms of the machine's time. */
const calmTime = 250;
/** The reported duration of one round of an event loop that runs by turns, in ms of the machine's time. */
const roundTime = 100;

/**
 * Lets this thread and others run by turns, never at the same time, so that a replay gives each turn the same input, however busy the machine is. A
 * thread's messages are delivered when its turn is over, in the order of their arrival.
 * Timers of the other threads, and waits with {@link pass} here, use a virtual time. It moves to the next timer once no thread has anything to do and
 * something waits for it. So nothing has to wait for the machine, and its speed does not decide what ends first.
 * The order of several responses is random, as on a network: each order is a possible one, and another seed tries another.
 */
export class LockStep {
  readonly #work: Work;
  readonly #chance: () => number;
  readonly #others = new Set<Turner>();
  readonly #timers = new TimerHeap();
  #now = 0;
  #news = 0;
  #going = false;
  /** The number of threads that are starting or ending, which takes an unknown time of the machine. */
  #between = 0;

  /**
   * @param work the work in progress: it includes the turns, and time moves only if there is other work as well @param chance a random number from 0
   * to 1; the same sequence for a run that is to be repeated
   */
  constructor(work: Work, chance: () => number) {
    this.#work = work;
    this.#chance = chance;
  }

  /** A seed for the randomness of another thread. */
  seed(): string {
    return String(this.#chance());
  }

  /** Splits the messages that can be delivered into those that arrive now, in a random order, and those that arrive later. */
  draw<T>(all: readonly T[]): { now: T[]; later: T[] } {
    const drawn = all.map((one) => ({ one, place: this.#chance() })).sort((a, b) => a.place - b.place);
    const late = drawn.filter(({ place }) => place > 1 - shareOfLate);
    const some = late.length < drawn.length ? late : [];
    return { now: drawn.slice(0, drawn.length - some.length).map(({ one }) => one), later: some.map(({ one }) => one) };
  }

  /** Gives turns to another thread from now on. */
  add(other: Turner): void {
    this.#others.add(other);
  }

  /** Gives no more turns to another thread, because it has ended. */
  remove(other: Turner): void {
    this.#others.delete(other);
    this.tell();
  }

  /** Starts no round, and lets no time pass, until `change` has settled. */
  async during(change: Promise<unknown>): Promise<void> {
    this.#between++;
    await change.catch(() => undefined);
    this.#between--;
    this.tell();
  }

  /** Reports news on this side: a message for another thread, or something that a wait needs. */
  tell(): void {
    this.#news++;
    if (!this.#going) void this.#go();
  }

  /** Resolves after this number of ms of the virtual time. */
  pass(milliseconds: number): Promise<void> {
    return new Promise((over) => {
      this.#timers.add(this.#now + milliseconds, over);
      this.tell();
    });
  }

  /** Resolves when an event loop counts as having gone round. */
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
      // News that arrived meanwhile needs another round.
    } while (did || this.#news !== seen);
    this.#going = false;
    end();
  }

  /** Whether work is in progress that a timer may end. */
  get #waits(): boolean {
    return this.#work.count > 1;
  }

  /** Returns false if there was nothing to do. */
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

  /** Moves the virtual time to the next timer. */
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
