/** Prints how a command is used and ends it, where that is what was asked for. */
export function sayUsage(usage: string, args: readonly string[]): void {
  if (!args.includes("--help") && !args.includes("-h")) return;
  process.stdout.write(`${usage}\n`);
  process.exit(0);
}
