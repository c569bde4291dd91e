import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** This many ports of this machine that are free now. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
          const server = createServer().once("error", reject);
          server.listen(0, "127.0.0.1", () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  return ports;
}

/** A child process of the bench, with a new data folder. Both are removed when it is closed, or when the bench ends. */
export class Started {
  readonly data: string;
  readonly #process: ChildProcess;
  readonly #ended: Promise<number | null>;

  constructor(command: string, args: (data: string) => string[], options: SpawnOptions = {}) {
    this.data = mkdtempSync(join(tmpdir(), "peers-bench-"));
    // A process group of its own: npm and servers start further processes, and all of them must end.
    const detached = process.platform !== "win32";
    this.#process = spawn(command, args(this.data), { stdio: ["pipe", "pipe", "ignore"], detached, ...options });
    this.#ended = new Promise((resolve, reject) => {
      this.#process.once("exit", resolve);
      this.#process.once("error", reject);
    });
    this.#ended.catch(() => undefined);
    process.once("exit", this.#leave);
  }

  /** Calls `hear` with each of its lines of JSON. */
  onLine(hear: (line: never) => void): void {
    const lines = createInterface({ input: this.#process.stdout as NodeJS.ReadableStream });
    lines.on("line", (text) => {
      if (text.startsWith("{")) hear(JSON.parse(text) as never);
    });
  }

  /** Resolves when the process has written `text` to its standard error, which must be a pipe. */
  complains(text: string): Promise<void> {
    const lines = createInterface({ input: this.#process.stderr as NodeJS.ReadableStream });
    return this.while(
      new Promise((resolve) => {
        lines.on("line", (line) => {
          if (line.includes(text)) resolve();
        });
      }),
    );
  }

  /** Resolves with the part of its output that matches. */
  prints(pattern: RegExp): Promise<RegExpExecArray> {
    let printed = "";
    return this.while(
      new Promise((resolve) => {
        this.#process.stdout?.setEncoding("utf8").on("data", (text: string) => {
          printed += text;
          const found = pattern.exec(printed);
          if (found !== null) resolve(found);
        });
      }),
    );
  }

  /** Writes a line to its standard input. */
  say(line: string): void {
    this.#process.stdin?.write(`${line}\n`);
  }

  /** Waits for `done`. @throws Error if the process ends by itself before */
  async while<T>(done: Promise<T>): Promise<T> {
    const early = this.#ended.then((code) => {
      throw new Error(`${this.#process.spawnfile} ended by itself with code ${code}.`);
    });
    return Promise.race([done, early]);
  }

  /** Resolves with the ms until `url` responded with any status that `good` accepts. */
  async answers(url: string, began = performance.now(), good: (status: number) => boolean = () => true) {
    let over = false;
    const asked = (async () => {
      while (!over) {
        // No browser headers, which some servers refuse.
        const status = await fetch(url, { redirect: "manual" }).then(
          (reply) => reply.arrayBuffer().then(() => reply.status),
          () => 0,
        );
        if (status !== 0 && good(status)) break;
        await new Promise((later) => setTimeout(later, 5));
      }
      return performance.now() - began;
    })();
    const late = AbortSignal.timeout(60_000);
    const tooLate = new Promise<never>((_, reject) =>
      late.addEventListener("abort", () => reject(new Error(`${url} gave no answer within a minute.`))),
    );
    try {
      return await this.while(Promise.race([asked, tooLate]));
    } finally {
      over = true;
    }
  }

  /** Ends the process and those that it started: first with SIGTERM, after five seconds by force. */
  async close(): Promise<void> {
    this.#send("SIGTERM");
    const patience = setTimeout(this.#kill, 5000);
    await this.#ended.catch(() => undefined);
    clearTimeout(patience);
    // Processes that it started and left running.
    this.#kill();
    process.off("exit", this.#leave);
    rmSync(this.data, { recursive: true, force: true, maxRetries: 20 });
  }

  /** Runs if the bench ends while the process is running. */
  readonly #leave = () => {
    this.#kill();
    try {
      rmSync(this.data, { recursive: true, force: true, maxRetries: 20, retryDelay: 10 });
    } catch {
      // The process was still writing there.
    }
  };

  readonly #kill = () => this.#send("SIGKILL");

  #send(signal: NodeJS.Signals): void {
    const { pid } = this.#process;
    try {
      if (pid !== undefined && process.platform !== "win32") process.kill(-pid, signal);
      else this.#process.kill(signal);
    } catch {
      // It has already ended.
    }
  }
}
