import type { Ids } from "../kernel/ids.ts";
import type { AppRunner } from "./app-runner.ts";
import { AppThreadEnded } from "./app-thread.ts";
import type { RegisteredFunction } from "./protocol.ts";

/** What Azure lets the setting be. */
const mostProcesses = 10;
const processes = "FUNCTIONS_WORKER_PROCESS_COUNT";

/** How many instances the settings ask for; one where they say nothing. @throws Error that says what would be right */
export function instancesWanted(settings: Readonly<Record<string, string>>): number {
  const text = settings[processes] ?? "1";
  const count = /^\d+$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= mostProcesses) return count;
  throw new Error(`${processes} must be a whole number from 1 to ${mostProcesses}; it is "${text}".`);
}

/**
 * The instances of an application: mostly one; several where the settings say so, while it scales out, or while the next deployment is there and the one
 * before not gone. Each has a thread and all that the application keeps in memory to itself, and chance says which one does a piece of work.
 */
export class Instances {
  readonly #ids: Ids;
  readonly #make: () => AppRunner;
  /** The oldest first. */
  #all: AppRunner[] = [];
  #last: Promise<unknown> = Promise.resolve();
  #stopped = false;

  constructor(ids: Ids, make: () => AppRunner) {
    this.#ids = ids;
    this.#make = make;
  }

  get count(): number {
    return this.#all.length;
  }

  /** Starts the first; rejects with the application's own error when it cannot be loaded. */
  async start(): Promise<{ functions: RegisteredFunction[]; capabilities: Record<string, string> }> {
    const first = this.#make();
    const loaded = await first.start();
    this.#all = [first];
    return loaded;
  }

  /** Starts further ones, or lets the oldest end what they are at and go, until there are so many. One after the other. */
  scale(count: number): Promise<void> {
    if (!(Number.isInteger(count) && count >= 1 && count <= mostProcesses))
      return Promise.reject(new RangeError(`There can be from 1 to ${mostProcesses} instances, not ${count}.`));
    const next = this.#last.then(() => this.#scale(count));
    this.#last = next.catch(() => undefined);
    return next;
  }

  async #scale(count: number): Promise<void> {
    if (this.#stopped) throw new AppThreadEnded("the host is stopping");
    const missing = Array.from({ length: Math.max(0, count - this.#all.length) }, this.#make);
    const started = await Promise.allSettled(missing.map((one) => one.start()));
    const failed = started.find(({ status }) => status === "rejected");
    if (failed) {
      await Promise.all(missing.map((one) => one.stop()));
      throw (failed as PromiseRejectedResult).reason;
    }
    this.#all.push(...missing);
    // Nothing new is given to who goes.
    const going = this.#all.splice(0, this.#all.length - count);
    await Promise.all(going.map((one) => one.stop()));
  }

  /** Which one does the next piece of work: of those that are there, unless none is. @throws AppThreadEnded when the host is stopping */
  pick(): AppRunner {
    const there = this.#all.filter(({ isThere }) => isThere);
    const some = there.length > 0 ? there : this.#all;
    const picked = some[some.length === 1 ? 0 : Math.floor(this.#ids.random() * some.length)];
    if (picked === undefined) throw new AppThreadEnded("the host is stopping");
    return picked;
  }

  /** Ends a thread at once; another is started in its place. @param asker the one that asks from this port; else chance says which */
  kill(reason: string, asker?: number): void {
    const theirs = asker === undefined ? undefined : this.#all.find((one) => one.asksFrom(asker));
    (theirs ?? this.pick()).recycle(reason);
  }

  /** Resolves when the threads have all gone round their event loops; rejects when there is none. */
  async goRound(): Promise<void> {
    const rounds = await Promise.allSettled(this.#all.map((one) => one.goRound()));
    if (!rounds.some(({ status }) => status === "fulfilled")) throw new AppThreadEnded("none of its threads runs");
  }

  /** Ends all of them, those too that are just being started; resolves when they are gone. There can be none afterwards. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#last;
    await Promise.all(this.#all.map((one) => one.stop()));
  }
}
