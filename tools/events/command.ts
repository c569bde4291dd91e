import { type ParseArgsConfig, parseArgs } from "node:util";
import { UsageError } from "../say-usage.ts";

/** What a command writes to, and how it learns that it is to stop. */
export interface Io {
  /** One line of what was asked for. */
  out(line: string): void;
  /** What else there is to say: it never mixes with what is piped on. */
  err(line: string): void;
  /** A line that the next one takes the place of; nothing where nobody looks. */
  progress(line: string): void;
  /** Aborted by Ctrl-C. */
  stopped: AbortSignal;
  /** Resolves after so many ms, or when it is to stop. */
  pause(ms: number): Promise<void>;
  /** ms since some moment; grows as time passes. */
  elapsed(): number;
  /** Folder in which replays note how far they have come. */
  runs: string;
}

export interface Command {
  /** What it does, in a few words. */
  summary: string;
  usage: string;
  /** @returns the exit code @throws UsageError, and Error with what went wrong */
  run(args: string[], io: Io): Promise<number>;
}

/** Options by which every command finds the stand. */
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

/** Reads options and words. @throws UsageError */
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
    // Node goes on about how positionals that look like options are written.
    throw new UsageError(`${(error as Error).message.split(/(?<=\.) |\n/)[0]}`);
  }
}
