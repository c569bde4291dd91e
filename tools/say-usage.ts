import { type ParseArgsConfig, parseArgs } from "node:util";

/** An invalid command line. The message says what is wrong, and how to correct it. */
export class UsageError extends Error {
  override name = "UsageError";
}

/** The exit code of every command: 2 for an invalid command line, 1 for a valid command that failed. */
export const exitCodeOf = (error: unknown): 1 | 2 => (error instanceof UsageError ? 2 : 1);

/** Prints the usage of a command and exits, if the arguments ask for it. */
export function sayUsage(usage: string, args: readonly string[]): void {
  if (!args.includes("--help") && !args.includes("-h")) return;
  process.stdout.write(`${usage}\n`);
  process.exit(0);
}

/** The given options of a command. @throws UsageError */
export function optionsIn<const O extends NonNullable<ParseArgsConfig["options"]>>(
  usage: string,
  args: string[],
  options: O,
) {
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new UsageError(`${whatWasWrong(error)}\n\n${usage}`);
  }
}

/** The message of `parseArgs` without the advice that follows it, about values and positionals that look like options. */
export const whatWasWrong = (error: unknown): string => (error as Error).message.split(/(?<=\.) |\n/)[0] ?? "";

/** The options of a command that needs no cleanup, read like `askedOf` does. */
export const optionsOf = <const O extends NonNullable<ParseArgsConfig["options"]>>(usage: string, options: O) =>
  askedOf(usage, (args) => optionsIn(usage, args, options));

/** The parsed command line of a command that needs no cleanup. With `--help`, or if it is invalid, prints the usage and exits. */
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
 * The whole number given for an option, in digits only.
 * @param option as it is typed, such as `--days`
 * @throws UsageError that states the allowed range, followed by the usage if it is given
 */
export function wholeNumber(option: string, text: string, least: number, most = 999_999_999, usage = ""): number {
  if (/^\d{1,10}$/.test(text) && Number(text) >= least && Number(text) <= most) return Number(text);
  throw new UsageError(
    `${option} must be a whole number from ${least} to ${most}; it is "${text}".${usage && `\n\n${usage}`}`,
  );
}

/**
 * The number given for an option, in digits with or without a decimal point.
 * @param option as it is typed, such as `--speed`
 * @param example what stands behind the range, such as ", such as 60 for an hour a minute"
 * @throws UsageError that states the allowed range, followed by the usage if it is given
 */
export function decimalNumber(
  option: string,
  text: string,
  range: { least: number; most: number; example?: string },
  usage = "",
): number {
  const { least, most, example = "" } = range;
  if (/^\d{1,10}(\.\d{1,10})?$/.test(text) && Number(text) >= least && Number(text) <= most) return Number(text);
  throw new UsageError(
    `${option} must be a number from ${least} to ${most}${example}; it is "${text}".${usage && `\n\n${usage}`}`,
  );
}
