import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { root } from "../stand-options.ts";
import type { Io } from "./command.ts";

/** The terminal that a command was typed into, or the pipes around it. */
export function terminal(): Io {
  const stopping = new AbortController();
  // The second time, whatever it is doing ends at once.
  process.once("SIGINT", () => stopping.abort());
  process.once("SIGTERM", () => stopping.abort());
  // Whoever reads has had enough: `… | head`.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
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
    pause: (ms) => setTimeout(ms, undefined, { signal: stopping.signal }).catch(() => undefined),
    elapsed: () => performance.now(),
    runs: join(root, ".replays"),
  };
}
