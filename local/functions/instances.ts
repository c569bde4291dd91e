import type { Ids } from "../kernel/ids.ts";
import type { AppRunner } from "./app-runner.ts";
import { AppThreadEnded } from "./app-thread.ts";
import type { RegisteredFunction } from "./protocol.ts";

/** The maximum that Azure allows for the setting. */
const mostProcesses = 10;
const processes = "FUNCTIONS_WORKER_PROCESS_COUNT";

/** The number of instances in the settings; the default is one. @throws Error that says what would be right */
export function instancesWanted(settings: Readonly<Record<string, string>>): number {
  const text = settings[processes] ?? "1";
  const count = /^\d+$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= mostProcesses) return count;
  throw new Error(`${processes} must be a whole number from 1 to ${mostProcesses}; it is "${text}".`);
}

/**
 * The instances of an application: usually one. There are several if the settings say so, while it scales out, or during a deployment, until the old
 * one has ended. Each has its own thread and memory, and each piece of work goes to a random one.
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

  /** Starts the first instance; rejects with the application's own error if it cannot be loaded. */
  async start(): Promise<{ functions: RegisteredFunction[]; capabilities: Record<string, string> }> {
    const first = this.#make();
    const loaded = await first.start();
    this.#all = [first];
    return loaded;
  }

  /** Starts further instances, or lets the oldest complete their work and end, to reach this number. Calls run in sequence. */
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
    // An ending instance gets nothing new.
    const going = this.#all.splice(0, this.#all.length - count);
    await Promise.all(going.map((one) => one.stop()));
  }

  /** The instance for the next piece of work: a running one, if there is any. @throws AppThreadEnded if the host is stopping */
  pick(): AppRunner {
    const there = this.#all.filter(({ isThere }) => isThere);
    const some = there.length > 0 ? there : this.#all;
    const picked = some[some.length === 1 ? 0 : Math.floor(this.#ids.random() * some.length)];
    if (picked === undefined) throw new AppThreadEnded("the host is stopping");
    return picked;
  }

  /**
   * Ends a thread at once; another is started in its place. @param asker selects the instance whose requests come from this port; by default it is
   * random @param alone as `kill` of the host
   */
  kill(reason: string, asker?: number, alone = false): void {
    const theirs = asker === undefined ? undefined : this.#all.find((one) => one.asksFrom(asker));
    (theirs ?? this.pick()).recycle(reason, alone);
  }

  /** Resolves when all threads have gone round their event loops; rejects if there is none. */
  async goRound(): Promise<void> {
    const rounds = await Promise.allSettled(this.#all.map((one) => one.goRound()));
    if (!rounds.some(({ status }) => status === "fulfilled")) throw new AppThreadEnded("none of its threads runs");
  }

  /** Ends all instances, including those that are starting; resolves when they have ended. None can be started afterwards. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#last;
    await Promise.all(this.#all.map((one) => one.stop()));
  }
}
