import { printable } from "./printable.ts";

export type LogLevel = "debug" | "info" | "warn" | "error";

export interface Log {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
  /** The same log, with the name of a part before each message. */
  named(part: string): Log;
}

export interface LogEntry {
  level: LogLevel;
  part: string;
  message: string;
  /** Shown beside the message; a `stack` is shown below it, one line for each frame. */
  fields: Record<string, unknown>;
}

const levels: LogLevel[] = ["debug", "info", "warn", "error"];

/** A log that passes each entry of at least `level` to `sink`. */
export function createLog(sink: (entry: LogEntry) => void, level: LogLevel = "info", part = ""): Log {
  const write =
    (at: LogLevel) =>
    (message: string, fields: Record<string, unknown> = {}) => {
      if (levels.indexOf(at) >= levels.indexOf(level)) sink({ level: at, part, message, fields });
    };
  return {
    debug: write("debug"),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    named: (name) => createLog(sink, level, part === "" ? name : `${part}/${name}`),
  };
}

/**
 * A log for people: one line for each entry, by default on standard error. Characters that a terminal would interpret or show as a new line are
 * escaped.
 */
export function consoleLog(
  level: LogLevel = "info",
  write: (text: string) => void = (text) => void process.stderr.write(`${text}\n`),
): Log {
  return createLog(({ level: at, part, message, fields }) => {
    const { stack, ...others } = fields;
    const extra = Object.keys(others).length === 0 ? "" : ` ${JSON.stringify(others)}`;
    const line = `${at === "info" ? "" : `${at}: `}${part === "" ? "" : `[${part}] `}${message}${extra}`;
    write([line, ...stackLines(stack)].map(printable).join("\n    "));
  }, level);
}

const stackLines = (stack: unknown) => (typeof stack === "string" ? stack.split("\n").map((line) => line.trim()) : []);

/** A log that discards everything. */
export const silentLog: Log = createLog(() => undefined, "error");
