import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { root } from "../stand-options.ts";
import type { Io } from "./command.ts";

/** The terminal of a command, or its pipes. */
export function terminal(): Io {
  const stopping = new AbortController();
  // A second signal ends the process at once.
  process.once("SIGINT", () => stopping.abort());
  process.once("SIGTERM", () => stopping.abort());
  // The reader has closed the pipe: `…
  // head`.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
  // If only the reader of stderr is gone, the command continues.
  process.stderr.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  let begun = false;
  const clear = () => {
    if (begun) process.stderr.write("\r\u001b[K");
    begun = false;
  };
  return {
    out(line) {
      clear();
      process.stdout.write(`${line}\n`);
    },
    err(line) {
      clear();
      process.stderr.write(`${line}\n`);
    },
    progress(line) {
      if (!process.stderr.isTTY) return;
      process.stderr.write(`\r\u001b[K${line}`);
      begun = true;
    },
    stopped: stopping.signal,
    pause: (ms) => pauseFor(ms, stopping.signal),
    elapsed: () => performance.now(),
    runs: join(root, ".replays"),
  };
}

/** Node's longest timer, in ms; it treats longer ones as 1 ms. */
const longest = 2 ** 31 - 1;

/** Resolves after any number of ms, or when the command has to stop. */
export async function pauseFor(ms: number, stopped: AbortSignal): Promise<void> {
  for (let left = ms; left > 0 && !stopped.aborted; left -= longest) {
    await setTimeout(Math.min(left, longest), undefined, { signal: stopped }).catch(() => undefined);
  }
}
