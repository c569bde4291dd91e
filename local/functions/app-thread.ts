import { Worker } from "node:worker_threads";
import { compileCache, compileCacheFolder } from "../kernel/compile-cache.ts";
import type { LockStep } from "../kernel/lock-step.ts";
import type { Log } from "../kernel/log.ts";
import { servingEnd } from "../kernel/near/between-threads.ts";
import { programFile } from "../kernel/program-file.ts";
import { UnderWay } from "../kernel/under-way.ts";
import { mostTogether, postTogether } from "./post-together.ts";
import { whyNoWorker } from "./process-settings.ts";
import {
  type FromWorker,
  type Invocation,
  type InvocationReply,
  type Posted,
  type RegisteredFunction,
  readPosted,
  type ToWorker,
  type WorkerStart,
} from "./protocol.ts";
import { ThreadTurns } from "./thread-turns.ts";

/** The application's thread ended with work in progress. */
export class AppThreadEnded extends Error {
  /** Set if the thread had begun the work and then ended by itself: a crash, or an exit. */
  readonly exitCode: number | undefined;

  constructor(reason: string, exitCode?: number) {
    super(`The application's worker ended: ${reason}`);
    this.name = "AppThreadEnded";
    this.exitCode = exitCode;
  }
}

/** The application did not load because its TypeScript needs a transpiler: a thread with a transpiler has to be started. */
export class NeedsTranspiler extends Error {}

export interface AppThreadOptions extends Omit<WorkerStart, "tellFiles" | "byTurns"> {
  /** Set if host and application run by turns. */
  lockStep?: LockStep | undefined;
  /** The whole environment of the thread, which inherits nothing from the host's. */
  env: Record<string, string>;
  log: Log;
  onLog(entry: Extract<FromWorker, { kind: "log" }>): void;
  /** Called with the application's own files once they have been loaded or have failed to load, and with files loaded later. */
  onFiles?: ((files: readonly string[]) => void) | undefined;
}

/** The port numbers that identify threads in their requests: below the ephemeral ports of this machine's connections. */
const ports = { last: 0, most: 1023 };

/** One run of the application in its own worker thread. */
export class AppThread {
  /** The port from which its requests appear to come to the services. */
  readonly port = (ports.last % ports.most) + 1;
  readonly #worker: Worker;
  readonly #log: Log;
  readonly #onLog: AppThreadOptions["onLog"];
  readonly #onFiles: AppThreadOptions["onFiles"];
  readonly #replies = new UnderWay<{ resolve(reply: InvocationReply): void; reject(error: Error): void }>();
  #rounds: { resolve(): void; reject(error: Error): void }[] = [];
  #waiting: Posted<ToWorker>[] = [];
  /** The services that it calls are in this thread. */
  readonly #services = servingEnd((message) => this.#send({ kind: "near", message }), this.port);
  #failure: string | undefined;
  #ended = false;
  /** Whether the host wants it to end. */
  #dismissed = false;
  readonly #lockStep: LockStep | undefined;
  /** Set once it has loaded, if it runs by turns. */
  #turns: ThreadTurns | undefined;
  #loaded!: (message: Extract<FromWorker, { kind: "loaded" }>) => void;
  #loadFailed!: (error: Error) => void;
  /** Resolves with the reason once the thread has ended, for any reason. */
  readonly ended: Promise<string>;
  /** Resolves once the application has loaded; rejects with its own error, including the stack, if it cannot be loaded. */
  readonly loaded: Promise<{ functions: RegisteredFunction[]; capabilities: Record<string, string> }>;

  constructor({ env, log, onLog, onFiles, lockStep, ...start }: AppThreadOptions) {
    ports.last = this.port;
    this.#lockStep = lockStep;
    this.#log = log;
    this.#onLog = onLog;
    this.#onFiles = onFiles;
    const workerData: WorkerStart = { ...start, tellFiles: onFiles !== undefined, byTurns: lockStep?.seed() };
    this.loaded = new Promise((resolve, reject) => {
      this.#loaded = resolve;
      this.#loadFailed = reject;
    });
    this.loaded.catch(() => undefined);
    void lockStep?.during(this.loaded);
    const entry = programFile("./worker/main", import.meta.url);
    try {
      this.#worker = new Worker(entry, {
        workerData,
        env: { ...env, [compileCache]: compileCacheFolder() },
        ...{ argv: [], execArgv: [], stdout: true, stderr: true },
      });
    } catch (error) {
      const why = whyNoWorker(error, env);
      this.#loadFailed(why as Error);
      throw why;
    }
    this.#worker.stdout.setEncoding("utf8").on("data", (text: string) => this.#log.info(text.trimEnd()));
    this.#worker.stderr.setEncoding("utf8").on("data", (text: string) => this.#log.warn(text.trimEnd()));
    this.#worker.on("message", (messages: Posted<FromWorker>[]) => {
      if (this.#turns) this.#turns.take(messages);
      else for (const message of messages) this.#receive(readPosted(message));
    });
    this.#worker.on("error", (error) => {
      this.#failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
    });
    this.ended = new Promise((resolve) => {
      this.#worker.on("exit", (code) => {
        const reason = this.#failure ?? `it ended itself with exit code ${code}`;
        this.#end(reason, this.#dismissed ? undefined : code);
        resolve(reason);
      });
    });
  }

  /** Runs an invocation; rejects with `AppThreadEnded` if the thread ends before it has replied. */
  invoke(invocation: Invocation): Promise<InvocationReply> {
    if (this.#ended) return Promise.reject(new AppThreadEnded(this.#failure ?? "it is no longer there"));
    return new Promise((resolve, reject) => {
      const sequence = this.#replies.add({ resolve, reject });
      const message = { kind: "invoke" as const, sequence, invocation };
      // The input of a durable function comes from the store, and is JSON.
      const posted = invocation.direct === undefined ? message : JSON.stringify(message);
      this.#send(posted);
    });
  }

  /** Resolves when the thread has gone round its event loop; rejects with `AppThreadEnded`. */
  goRound(): Promise<void> {
    if (this.#ended) return Promise.reject(new AppThreadEnded(this.#failure ?? "it is no longer there"));
    if (this.#lockStep) return this.#lockStep.goRound();
    return new Promise((resolve, reject) => {
      this.#rounds.push({ resolve, reject });
      this.#send({ kind: "goRound" });
    });
  }

  /** Requests the thread to complete its work, run its hooks and end; `ended` resolves when it has. */
  stop(): void {
    this.#dismissed = true;
    if (!this.#ended) this.#send({ kind: "stop" });
  }

  /** Ends the thread at once. Pending callers get `reason`. @param alone as the application's process ends that crashes, not its whole instance */
  async kill(reason: string, alone = false): Promise<void> {
    this.#failure ??= reason;
    this.#dismissed = !alone;
    const ended = this.#worker.terminate();
    void this.#lockStep?.during(ended);
    await ended;
  }

  #receive(message: FromWorker): void {
    if (message.kind === "done") {
      this.#replies.take(message.sequence)?.resolve(message.reply);
    } else if (message.kind === "near") {
      this.#services.receive(message.message);
    } else if (message.kind === "wentRound") {
      this.#rounds.shift()?.resolve();
    } else if (message.kind === "log") {
      this.#onLog(message);
    } else if (message.kind === "loadedMore") {
      this.#onFiles?.(message.files);
    } else if (message.kind === "loaded") {
      if (this.#lockStep) this.#turns = this.#byTurns(this.#lockStep);
      this.#onFiles?.(message.files ?? []);
      this.#loaded(message);
    } else if (message.kind === "loadFailed") {
      this.#onFiles?.(message.files ?? []);
      const error = message.needsTranspiler ? new NeedsTranspiler() : new Error(message.error.message);
      error.stack = message.error.stack ?? error.stack ?? "";
      this.#loadFailed(error);
    }
  }

  /** From now on the thread gets messages only in its turns. */
  #byTurns(lockStep: LockStep): ThreadTurns {
    const post = (messages: Posted<ToWorker>[]) => this.#post(messages);
    const receive = (message: FromWorker) => this.#receive(message);
    return new ThreadTurns(lockStep, { post, receive }, this.#waiting.splice(0));
  }

  #send(message: Posted<ToWorker>): void {
    if (this.#turns) {
      this.#turns.send(message);
      return;
    }
    const count = this.#waiting.push(message);
    if (count === 1) setImmediate(() => this.#flush());
    else if (count >= mostTogether) this.#flush();
  }

  #flush(): void {
    if (this.#waiting.length === 0) return;
    const messages = this.#waiting;
    this.#waiting = [];
    this.#post(messages);
  }

  #post(messages: Posted<ToWorker>[]): void {
    if (!this.#ended) postTogether(this.#worker, messages, (unsent, error) => this.#unsent(unsent, error));
  }

  #unsent(message: Posted<ToWorker>, error: Error): void {
    if (typeof message === "string" || message.kind !== "invoke") throw error;
    this.#replies
      .take(message.sequence)
      ?.reject(new Error(`The trigger's value cannot be passed to the function: ${error.message}`));
  }

  #end(reason: string, exitCode: number | undefined): void {
    this.#ended = true;
    this.#turns?.end();
    this.#services.close();
    const error = new AppThreadEnded(reason, exitCode);
    this.#loadFailed(error);
    for (const [sequence] of this.#replies.entries()) this.#replies.take(sequence)?.reject(error);
    for (const { reject } of this.#rounds.splice(0)) reject(error);
  }
}
