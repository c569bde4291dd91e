import { type ParseArgsConfig, parseArgs } from "node:util";
import { UsageError, whatWasWrong } from "../say-usage.ts";

/** A command's output, and its signal to stop. */
export interface Io {
  /** One line of the requested output. */
  out(line: string): void;
  /** Any other message: it never mixes with piped output. */
  err(line: string): void;
  /** A line that the next one replaces; nothing without a terminal. */
  progress(line: string): void;
  /** Aborted by Ctrl-C. */
  stopped: AbortSignal;
  /** Resolves after this many ms, or when the command has to stop. */
  pause(ms: number): Promise<void>;
  /** ms on a monotonic clock. */
  elapsed(): number;
  /** The folder in which replays store their progress. */
  runs: string;
}

export interface Command {
  /** What it does, in a few words. */
  summary: string;
  usage: string;
  /** @returns the exit code @throws UsageError, or Error with what went wrong */
  run(args: string[], io: Io): Promise<number>;
}

/** Options with which every command finds the stand. */
export const reachOptions = {
  port: { type: "string" },
  at: { type: "string" },
  azure: { type: "boolean" },
  environment: { type: "string", short: "e" },
  store: { type: "string" },
} as const;

export const reachUsage = `  --port N           port of the local stand's web apps (default 4280)
  --at URL           or the address of its page "Local Azure" (default http://localhost:4284/)
  --azure            the stand on Azure, of azd's environment, as whom you are signed in to azd or az
  --environment, -e  another environment of azd than the chosen one
  --store ID         the store (default main)`;

/** Parses options and words. @throws UsageError */
export function readArgs<const O extends NonNullable<ParseArgsConfig["options"]>>(
  args: string[],
  options: O,
  words: { most: number; what: string } = { most: 0, what: "" },
) {
  const { values, positionals } = parsed(args, options);
  const extra = positionals[words.most];
  if (extra !== undefined) {
    throw new UsageError(
      words.most === 0 ? `"${extra}" is one word too many.` : `"${extra}" is too much: ${words.what}.`,
    );
  }
  return { values, positionals };
}

function parsed<const O extends NonNullable<ParseArgsConfig["options"]>>(args: string[], options: O) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(whatWasWrong(error));
  }
}
