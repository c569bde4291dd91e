import { format } from "node:util";
import type { LogLevelName } from "../protocol.ts";

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
    error: at("error"),
    trace: (...args: unknown[]) => {
      const trace = { name: "Trace", message: format(...args), stack: "" };
      Error.captureStackTrace(trace, console.trace);
      write("debug", trace.stack);
    },
  });
}
