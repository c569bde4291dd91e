import type { Timer } from "../kernel/clock.ts";
import type { Parts } from "../kernel/parts.ts";
import { AppThread, AppThreadEnded, type AppThreadOptions, NeedsTranspiler } from "./app-thread.ts";
import type { Invocation, InvocationReply, RegisteredFunction } from "./protocol.ts";

/** Back-off before the application's thread is restarted after a crash, in ms by the number of crashes in a row. */
const backOff = [0, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000];
/** A thread that lived at least this long, in ms, resets the number of crashes. */
const steadyAfter = 60_000;

type State =
  | { kind: "running"; thread: AppThread; since: number }
  | { kind: "starting"; ready: Promise<void> }
  | { kind: "backing off"; until: number; timer: Timer }
  | { kind: "stopped" };

/** Keeps the application running: starts its thread, and restarts it when it ends unexpectedly, as the real host does with its worker. */
export class AppRunner {
  readonly #parts: Parts;
  readonly #thread: () => Omit<AppThreadOptions, "transpile">;
  readonly #transpile: { needed: boolean };
  #state: State = { kind: "stopped" };
  #crashes = 0;

  /** `options` is called at each start of a thread. Whether a transpiler is needed is determined and stored in `transpile`. */
  constructor(parts: Parts, transpile: { needed: boolean }, options: () => Omit<AppThreadOptions, "transpile">) {
    this.#parts = parts;
    this.#transpile = transpile;
    this.#thread = options;
  }

  /** Loads the application; rejects with the application's own error if it cannot be loaded. */
  async start(): Promise<{ functions: RegisteredFunction[]; capabilities: Record<string, string> }> {
    const thread = new AppThread({ ...this.#thread(), transpile: this.#transpile.needed });
    try {
      const loaded = await thread.loaded;
      this.#run(thread);
      return loaded;
    } catch (error) {
      await thread.kill("the application could not be loaded");
      if (!(error instanceof NeedsTranspiler)) throw error;
      this.#transpile.needed = true;
      try {
        return await this.start();
      } catch (still) {
        // The error was not one that a transpiler could prevent.
        this.#transpile.needed = false;
        throw still;
      }
    }
  }

  /**
   * Runs an invocation, after the thread has started if it is starting.
   * @throws AppThreadEnded if the thread ends meanwhile, or may not be restarted yet.
   */
  async invoke(invocation: Invocation): Promise<InvocationReply> {
    while (this.#state.kind === "starting") await this.#state.ready;
    return this.#running().invoke(invocation);
  }

  /**
   * The address of the library's stream proxy, which differs in each thread.
   * @throws AppThreadEnded if there is no thread, and none is starting.
   */
  async streamOrigin(): Promise<string | undefined> {
    while (this.#state.kind === "starting") await this.#state.ready;
    return (await this.#running().loaded).capabilities.HttpUri;
  }

  #running(): AppThread {
    if (this.#state.kind === "running") return this.#state.thread;
    if (this.#state.kind !== "backing off") throw new AppThreadEnded("the host is stopping");
    const seconds = Math.ceil((this.#state.until - this.#parts.clock.now()) / 1000);
    throw new AppThreadEnded(`it crashed ${this.#crashes} times in a row and is restarted in ${seconds} s`);
  }

  /** Whether the thread runs or is starting, and is not in the back-off after crashes. */
  get isThere(): boolean {
    return this.#state.kind === "running" || this.#state.kind === "starting";
  }

  /** Whether requests from this port are its thread's. */
  asksFrom(port: number): boolean {
    return this.#state.kind === "running" && this.#state.thread.port === port;
  }

  /** Resolves when the application's thread has gone round its event loop; rejects if there is no thread. */
  async goRound(): Promise<void> {
    if (this.#state.kind !== "running") throw new AppThreadEnded("it does not run");
    return this.#state.thread.goRound();
  }

  /** Ends the thread at once and starts a new one: the only way to stop code that runs too long. @param alone as `kill` of the host */
  recycle(reason: string, alone = false): void {
    if (this.#state.kind !== "running") return;
    this.#parts.log.error(`The application's worker is replaced: ${reason}`);
    this.#startAgain(this.#state.thread.kill(reason, alone));
  }

  /** Lets invocations in progress end (for at most 3 s), runs the appTerminate hooks and ends the thread. */
  async stop(): Promise<void> {
    if (this.#state.kind === "starting") await this.#state.ready;
    const state = this.#state;
    this.#state = { kind: "stopped" };
    if (state.kind === "backing off") state.timer.cancel();
    if (state.kind !== "running") return;
    state.thread.stop();
    // The thread counts machine time. This is for a thread that is too busy to receive the request to stop.
    const late = this.#parts.clock.after(10_000, () => void state.thread.kill("it did not end when asked to"));
    await state.thread.ended;
    late.cancel();
  }

  #run(thread: AppThread): void {
    const since = this.#parts.clock.now();
    this.#state = { kind: "running", thread, since };
    void thread.ended.then((reason) => {
      if (this.#state.kind === "running" && this.#state.thread === thread) this.#crashed(reason, since);
    });
  }

  #crashed(reason: string, since: number): void {
    const now = this.#parts.clock.now();
    this.#crashes = now - since >= steadyAfter ? 1 : this.#crashes + 1;
    const delay = backOff[Math.min(this.#crashes, backOff.length) - 1] ?? 0;
    const when = delay === 0 ? "now" : `in ${delay / 1000} s`;
    this.#parts.log.error(`The application's worker crashed and is restarted ${when}: ${reason}`);
    if (delay === 0) {
      this.#startAgain();
      return;
    }
    const timer = this.#parts.clock.after(delay, () => this.#startAgain());
    this.#state = { kind: "backing off", until: now + delay, timer };
  }

  #startAgain(after: Promise<void> = Promise.resolve()): void {
    const since = this.#parts.clock.now();
    const ready = this.#parts.work
      .track(
        "application start",
        after.then(() => this.start()),
      )
      .then(
        () => undefined,
        (error: Error) => this.#crashed(error.stack ?? error.message, since),
      );
    this.#state = { kind: "starting", ready };
  }
}
