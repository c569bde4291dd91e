import { type ChildProcess, spawn } from "node:child_process";
import { Agent } from "node:http";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Account } from "./point-reads.ts";
import { post } from "./post.ts";
import { rawRequests } from "./raw.ts";

export interface Memory {
  heapUsed: number;
  rss: number;
  events: number;
}

/** A line that the process prints: that it is ready, that the activity `mark` has run or a `cycle` has ended, or the answer to a command. */
type Line = { ready?: number; create: string; cosmos: Account; marked?: string; at: number; ended?: string } & Memory;

/** The measured process, and the HTTP calls to it. Times are in milliseconds. */
export class Measured {
  /** From the start of the process to its first answer, and the part of the local Azure alone. */
  readonly ready: { process: number; localAzure: number };
  readonly cosmos: Account;
  readonly #process: ChildProcess;
  readonly #ended: Promise<unknown>;
  readonly #create: URL;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 50 });
  readonly #answers: ((memory: Memory) => void)[];
  readonly #marks: Map<string, (at: number) => void>;
  readonly #ends: Map<string, () => void>;

  private constructor(
    child: ChildProcess,
    ended: Promise<unknown>,
    create: URL,
    cosmos: Account,
    ready: Measured["ready"],
    answers: ((memory: Memory) => void)[],
    marks: Map<string, (at: number) => void>,
    ends: Map<string, () => void>,
  ) {
    this.#process = child;
    this.#ended = ended;
    this.#create = create;
    this.cosmos = cosmos;
    this.ready = ready;
    this.#answers = answers;
    this.#marks = marks;
    this.#ends = ends;
  }

  /**
   * Starts the process, and resolves once instances can be started there. Rejects if the process ends before; if it fails later, the benchmark ends.
   */
  static async start(): Promise<Measured> {
    const began = performance.now();
    const child = spawn(process.execPath, ["--expose-gc", join(import.meta.dirname, "durable-process.ts")], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    // Listens now, because the process may end by itself.
    const ended = new Promise((resolve) => child.once("exit", resolve));
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
    const answers: ((memory: Memory) => void)[] = [];
    const marks = new Map<string, (at: number) => void>();
    const ends = new Map<string, () => void>();
    let measured: Measured | undefined;
    return new Promise((resolve, reject) => {
      child.once("exit", (code) => {
        const error = new Error(`The measured process ended with code ${code}.`);
        reject(error);
        if (measured !== undefined && code !== 0) throw error;
      });
      lines.on("line", (text) => {
        const line = JSON.parse(text) as Line;
        if (line.ready !== undefined) {
          const create = new URL(line.create.replace("{functionName}[/{instanceId}]", "NAME"));
          const ready = { process: performance.now() - began, localAzure: line.ready };
          measured = new Measured(child, ended, create, line.cosmos, ready, answers, marks, ends);
          resolve(measured);
        } else if (line.marked !== undefined) {
          marks.get(line.marked)?.(line.at);
        } else if (line.ended !== undefined) {
          ends.get(line.ended)?.();
        } else {
          answers.shift()?.(line);
        }
      });
    });
  }

  /** Sends a command and waits for its answer. */
  command(command: string): Promise<Memory> {
    return new Promise((resolve) => {
      this.#answers.push(resolve);
      this.#process.stdin?.write(`${command}\n`);
    });
  }

  /** Starts an instance; with `wait` the answer arrives after the instance has ended. */
  startInstance(name: string, options: { id?: string; input?: unknown; wait?: boolean } = {}): Promise<void> {
    const url = new URL(this.#create);
    url.pathname = url.pathname.replace("NAME", options.id === undefined ? name : `${name}/${options.id}`);
    // As in the Durable extension, a start with only one of the two does not wait.
    if (options.wait) {
      url.searchParams.set("timeout", "60");
      url.searchParams.set("pollingInterval", "1");
    }
    return post(url, this.#agent, options.input ?? null, options.wait ? 200 : 202);
  }

  /** How many instances per second are started over 64 connections. The first turn of each orchestrator is under way when the next start arrives. */
  creates(name: string, count: number, prefix: string): Promise<number> {
    const { port, pathname, search } = this.#create;
    const path = (n: number) => `${pathname.replace("NAME", `${name}/${prefix}${n}`)}${search}`;
    return rawRequests(Number(port), {
      ...{ count, atOnce: 64, wanted: 202 },
      request: (n) => ({ method: "POST", path: path(n), body: '{"order":1}' }),
    });
  }

  /** Raises `wake` and returns the ms until the next activity began. */
  async wake(id: string): Promise<number> {
    const url = new URL(this.#create);
    url.pathname = url.pathname.replace("orchestrators/NAME", `instances/${id}/raiseEvent/wake`);
    const marked = new Promise<number>((resolve) => this.#marks.set(id, resolve));
    const from = Number(process.hrtime.bigint()) / 1e6;
    await post(url, this.#agent, { from }, 202);
    const at = await marked;
    this.#marks.delete(id);
    return at - from;
  }

  /** Resolves when the instance of `cycle` is past its step. Call it before the event is raised. */
  async ended(id: string): Promise<void> {
    await new Promise<void>((resolve) => this.#ends.set(id, resolve));
    this.#ends.delete(id);
  }

  /** Ends the process by closing its standard input; resolves when the process is gone. */
  async stop(): Promise<void> {
    this.#process.stdin?.end();
    this.#agent.destroy();
    await this.#ended;
  }
}
