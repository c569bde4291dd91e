import { type ParseArgsConfig, parseArgs } from "node:util";

/** The command line was wrong; the message says how, and how it would be right. */
export class UsageError extends Error {
  override name = "UsageError";
}

/** Of every command: what was asked for was no command line of it (2), or it was, and did not succeed (1). */
export const exitCodeOf = (error: unknown): 1 | 2 => (error instanceof UsageError ? 2 : 1);

/** Prints how a command is used and ends it, where that is what was asked for. */
export function sayUsage(usage: string, args: readonly string[]): void {
  if (!args.includes("--help") && !args.includes("-h")) return;
  process.stdout.write(`${usage}\n`);
  process.exit(0);
}

/** The options that a command was given. @throws UsageError */
export function optionsIn<const O extends NonNullable<ParseArgsConfig["options"]>>(
  usage: string,
  args: string[],
  options: O,
) {
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${usage}`);
  }
}

/** The options of a command that has nothing to be undone, read as `askedOf` does. */
export const optionsOf = <const O extends NonNullable<ParseArgsConfig["options"]>>(usage: string, options: O) =>
  askedOf(usage, (args) => optionsIn(usage, args, options));

/** What a command that has nothing to be undone was asked for: with `--help` it is told how it is used, with a wrong command line too, and ended. */
export function askedOf<T>(usage: string, read: (args: string[]) => T): T {
  const args = process.argv.slice(2);
  sayUsage(usage, args);
  try {
    return read(args);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exit(exitCodeOf(error));
  }
}

/**
 * The whole number that an option was given, in digits alone.
 * @param option as it is typed, such as `--days`
 * @throws UsageError with what it may be, before the usage where that is given
 */
export function wholeNumber(option: string, text: string, least: number, most = 999_999_999, usage = ""): number {
  if (/^\d{1,10}$/.test(text) && Number(text) >= least && Number(text) <= most) return Number(text);
  throw new UsageError(
    `${option} must be a whole number from ${least} to ${most}; it is "${text}".${usage && `\n\n${usage}`}`,
  );
}
