import { format } from "node:util";
import type { LogLevelName } from "../protocol.ts";

/** How Node writes a warning of its own, as of what is deprecated, with `console.error`. Azure logs what has the word in it as a warning (`WorkerProcess` of the host). */
const nodesWarning = /^\(node:\d+\) /;

/** Sends what the application writes with `console` to `write`, so that it stands in one log with the rest, with level and function. */
export function installConsole(write: (level: LogLevelName, message: string) => void): void {
  const at =
    (level: LogLevelName) =>
    (...args: unknown[]) =>
      write(level, format(...args));
  Object.assign(console, {
    log: at("information"),
    info: at("information"),
    debug: at("debug"),
    warn: at("warning"),
    error: (...args: unknown[]) => {
      const message = format(...args);
      write(nodesWarning.test(message) ? "warning" : "error", message);
    },
    trace: (...args: unknown[]) => {
      const trace = { name: "Trace", message: format(...args), stack: "" };
      Error.captureStackTrace(trace, console.trace);
      write("debug", trace.stack);
    },
  });
}
