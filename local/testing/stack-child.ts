import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { programFile, whyNotRun } from "../kernel/program-file.ts";
import type { FromStack, StackCommand, StackReady, StackStart, ToStack } from "./protocol.ts";

/** One run of a test stack's process. */
export class StackChild {
  readonly ready: StackReady;
  readonly #process: ChildProcess;
  readonly #ended: Promise<void>;
  readonly #calls = new Map<number, { resolve(value: string | undefined): void; reject(error: Error): void }>();
  #lastCall = 0;
  #now: number;
  #over = false;

  private constructor(process: ChildProcess, ended: Promise<void>, ready: StackReady, now: number) {
    this.#process = process;
    this.#ended = ended;
    this.ready = ready;
    this.#now = now;
    process.on("message", (message) => this.#hear(message as FromStack));
    void ended.then(() => {
      this.#over = true;
      for (const { reject } of this.#calls.values()) reject(new Error("The stack's process ended before it answered."));
    });
  }

  /** Starts the process; rejects with the process's own error if the application or a service does not start. */
  static async start(start: StackStart): Promise<StackChild> {
    const program = programFile("./stack-process", import.meta.url);
    const why = whyNotRun(program);
    if (why !== undefined) throw new Error(why);
    const child = fork(fileURLToPath(program), [JSON.stringify(start)], {
      // Not the flags of the test runner.
      execArgv: [],
      env: { ...process.env, NODE_OPTIONS: "" },
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    const first = await new Promise<FromStack>((resolve) => {
      child.once("message", (message) => resolve(message as FromStack));
      child.once("exit", (code, signal) =>
        resolve({ kind: "failed", message: `The stack's process ended with ${signal ?? code} before it was up.` }),
      );
    });
    if (first.kind === "ready") return new StackChild(child, ended, first.ready, first.now);
    await ended;
    throw new Error(first.kind === "failed" ? first.message : "The stack's process said something unexpected.");
  }

  /** The time on the process's clock when it last sent it, in milliseconds since the epoch. */
  get now(): number {
    return this.#now;
  }

  /**
   * Runs a command in the process, and returns its reply. Rejects with the refusal, and if the process is not running or ends before it has replied.
   */
  call(command: StackCommand): Promise<string | undefined> {
    if (this.#over) return Promise.reject(new Error("The stack is not running. Start it again with restart()."));
    const call = ++this.#lastCall;
    return new Promise<string | undefined>((resolve, reject) => {
      this.#calls.set(call, { resolve, reject });
      this.#process.send({ ...command, call } satisfies ToStack);
    }).finally(() => this.#calls.delete(call));
  }

  /** Ends the process by SIGKILL, without any cleanup. */
  async kill(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#ended;
  }

  /** Lets the process stop its services and end. */
  async close(): Promise<void> {
    if (!this.#over) await this.call({ kind: "close" });
    await this.#ended;
  }

  #hear(message: FromStack): void {
    if (message.kind !== "done" && message.kind !== "refused") return;
    this.#now = message.now;
    const waiting = this.#calls.get(message.call);
    if (message.kind === "done") waiting?.resolve(message.value);
    else waiting?.reject(new Error(message.message));
  }
}
