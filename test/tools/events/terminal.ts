import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandLine } from "../../../tools/events/command-line.ts";

/** What a command said, and how it ended. */
export interface Said {
  code: number;
  out: string[];
  err: string[];
}

/** All that comes, as a list. */
export async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const each of stream) found.push(each);
  return found;
}

/** A terminal without a clock: pauses are over at once, and count. */
export class Terminal {
  readonly runs = mkdtempSync(join(tmpdir(), "crema-replays-"));
  readonly #stopping = new AbortController();
  /** What a pause waits for; by default nothing. */
  pause: (ms: number) => Promise<void> = () => Promise.resolve();
  heard: (line: string) => void = () => undefined;
  progressed: (line: string) => void = () => undefined;
  paused = 0;

  stop(): void {
    this.#stopping.abort();
  }

  close(): void {
    rmSync(this.runs, { recursive: true, force: true });
  }

  async run(...args: string[]): Promise<Said> {
    const said: Said = { code: 0, out: [], err: [] };
    said.code = await commandLine(args, {
      out: (line) => {
        said.out.push(line);
        this.heard(line);
      },
      err: (line) => void said.err.push(line),
      progress: (line) => this.progressed(line),
      stopped: this.#stopping.signal,
      pause: async (ms) => {
        this.paused += ms;
        await this.pause(ms);
      },
      elapsed: () => this.paused,
      runs: this.runs,
    });
    return said;
  }
}
