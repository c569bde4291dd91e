import { format } from "node:util";
import type { LogLevelName } from "../protocol.ts";

/**
 * The beginning of Node's own warnings, such as deprecations, which it writes with `console.error`. Azure logs lines that contain the word as
 * warnings (`WorkerProcess` of the host).
 */
const nodesWarning = /^\(node:\d+\) /;

/** Sends the application's `console` output to `write`, so that it is in the same log as the rest, with level and function. */
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
