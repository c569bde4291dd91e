import { type ChildProcess, spawn } from "node:child_process";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Account } from "./point-reads.ts";
import { rawRequests } from "./raw.ts";

export interface Memory {
  heapUsed: number;
  rss: number;
  events: number;
}

/** What the process prints: that it is ready, that the activity `mark` has run, or the answer to a command. */
type Line = { ready?: number; create: string; cosmos: Account; marked?: string; at: number } & Memory;

/** The process that is measured, and the HTTP calls to it. Times are milliseconds. */
export class Measured {
  /** From the start of the process to its first answer, and what the local Azure alone took of that. */
  readonly ready: { process: number; localAzure: number };
  readonly cosmos: Account;
  readonly #process: ChildProcess;
  readonly #create: URL;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 50 });
  readonly #answers: ((memory: Memory) => void)[];
  readonly #marks: Map<string, (at: number) => void>;

  private constructor(
    child: ChildProcess,
    create: URL,
    cosmos: Account,
    ready: Measured["ready"],
    answers: ((memory: Memory) => void)[],
    marks: Map<string, (at: number) => void>,
  ) {
    this.#process = child;
    this.#create = create;
    this.cosmos = cosmos;
    this.ready = ready;
    this.#answers = answers;
    this.#marks = marks;
  }

  static async start(): Promise<Measured> {
    const began = performance.now();
    const child = spawn(process.execPath, ["--expose-gc", join(import.meta.dirname, "durable-process.ts")], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
    const answers: ((memory: Memory) => void)[] = [];
    const marks = new Map<string, (at: number) => void>();
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
          measured = new Measured(child, create, line.cosmos, ready, answers, marks);
          resolve(measured);
        } else if (line.marked !== undefined) {
          marks.get(line.marked)?.(line.at);
        } else {
          answers.shift()?.(line);
        }
      });
    });
  }

  /** Gives a command and waits for its answer. */
  command(command: string): Promise<Memory> {
    return new Promise((resolve) => {
      this.#answers.push(resolve);
      this.#process.stdin?.write(`${command}\n`);
    });
  }

  /** Starts an instance; with `wait` the answer comes when it has ended. */
  startInstance(name: string, options: { id?: string; input?: unknown; wait?: boolean } = {}): Promise<void> {
    const url = new URL(this.#create);
    url.pathname = url.pathname.replace("NAME", options.id === undefined ? name : `${name}/${options.id}`);
    if (options.wait) url.searchParams.set("timeout", "60");
    return this.#post(url, options.input ?? null, options.wait ? 200 : 202);
  }

  /** How many instances are started a second over 64 connections, each with the first turn of its orchestrator under way when the next one comes. */
  creates(name: string, count: number, prefix: string): Promise<number> {
    const { port, pathname, search } = this.#create;
    const path = (n: number) => `${pathname.replace("NAME", `${name}/${prefix}${n}`)}${search}`;
    return rawRequests(Number(port), {
      ...{ count, atOnce: 64, wanted: 202 },
      request: (n) => ({ method: "POST", path: path(n), body: '{"order":1}' }),
    });
  }

  /** Raises `wake` and gives the ms until the activity that follows began. */
  async wake(id: string): Promise<number> {
    const url = new URL(this.#create);
    url.pathname = url.pathname.replace("orchestrators/NAME", `instances/${id}/raiseEvent/wake`);
    const marked = new Promise<number>((resolve) => this.#marks.set(id, resolve));
    const from = Number(process.hrtime.bigint()) / 1e6;
    await this.#post(url, { from }, 202);
    const at = await marked;
    this.#marks.delete(id);
    return at - from;
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#process.stdin?.end();
    this.#agent.destroy();
    await ended;
  }

  #post(url: URL, body: unknown, wanted: number): Promise<void> {
    const text = JSON.stringify(body);
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(text) };
    return new Promise((resolve, reject) => {
      const call = request(url, { method: "POST", agent: this.#agent, headers }, (response) => {
        response.resume();
        response.on("end", () => {
          if (response.statusCode === wanted) resolve();
          else reject(new Error(`POST ${url.pathname} was answered with ${response.statusCode}.`));
        });
      });
      call.on("error", reject);
      call.end(text);
    });
  }
}
