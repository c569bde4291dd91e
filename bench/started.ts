import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** So many ports of this machine that are free now. */
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

/** A process of the bench's, with a new folder for its data; both are gone when it is closed, or when the bench ends. */
export class Started {
  readonly data: string;
  readonly #process: ChildProcess;
  readonly #ended: Promise<number | null>;

  constructor(command: string, args: (data: string) => string[], options: SpawnOptions = {}) {
    this.data = mkdtempSync(join(tmpdir(), "peers-bench-"));
    // A group of its own: npm and servers start others, and none of them may stay.
    const detached = process.platform !== "win32";
    this.#process = spawn(command, args(this.data), { stdio: ["pipe", "pipe", "ignore"], detached, ...options });
    this.#ended = new Promise((resolve, reject) => {
      this.#process.once("exit", resolve);
      this.#process.once("error", reject);
    });
    this.#ended.catch(() => undefined);
    process.once("exit", this.#leave);
  }

  /** Its lines of JSON. */
  onLine(hear: (line: never) => void): void {
    const lines = createInterface({ input: this.#process.stdout as NodeJS.ReadableStream });
    lines.on("line", (text) => {
      if (text.startsWith("{")) hear(JSON.parse(text) as never);
    });
  }

  /** Resolves when it has written `text` to its error output, which has to be a pipe. */
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

  /** Resolves with what of its output matches. */
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

  /** Says a line to it. */
  say(line: string): void {
    this.#process.stdin?.write(`${line}\n`);
  }

  /** `done`, unless it ends before. @throws Error when it ended by itself */
  async while<T>(done: Promise<T>): Promise<T> {
    const early = this.#ended.then((code) => {
      throw new Error(`${this.#process.spawnfile} ended by itself with code ${code}.`);
    });
    return Promise.race([done, early]);
  }

  /** Resolves with the ms that went by until `url` gave an answer, whatever it was. */
  async answers(url: string, began = performance.now(), good: (status: number) => boolean = () => true) {
    let over = false;
    const asked = (async () => {
      while (!over) {
        // No header of browsers', which some servers refuse.
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

  /** Ends it, and what it started: it is asked, and after five seconds not asked any more. */
  async close(): Promise<void> {
    this.#send("SIGTERM");
    const patience = setTimeout(this.#kill, 5000);
    await this.#ended.catch(() => undefined);
    clearTimeout(patience);
    // What it started and left behind.
    this.#kill();
    process.off("exit", this.#leave);
    rmSync(this.data, { recursive: true, force: true, maxRetries: 20 });
  }

  /** The bench ends while it runs. */
  readonly #leave = () => {
    this.#kill();
    try {
      rmSync(this.data, { recursive: true, force: true, maxRetries: 20, retryDelay: 10 });
    } catch {
      // It was writing there until now.
    }
  };

  readonly #kill = () => this.#send("SIGKILL");

  #send(signal: NodeJS.Signals): void {
    const { pid } = this.#process;
    try {
      if (pid !== undefined && process.platform !== "win32") process.kill(-pid, signal);
      else this.#process.kill(signal);
    } catch {
      // It has ended.
    }
  }
}
