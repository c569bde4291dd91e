import { optionsIn, UsageError } from "../say-usage.ts";

export const usage = `node tools/run.mjs costs [--write | --list]
  measures and prints what it costs
  --write  writes docs/costs.md, and its figures into docs/deploy.md, docs/figures.md and README.md, as npm run generate -- --costs does
  --list   prints each request of an order and the function that sends it, one order at a time and fifty at a time`;

/** Parses the command line. @throws UsageError */
export function costsOptions(args: string[]): "print" | "write" | "list" {
  const { write, list } = optionsIn(usage, args, { write: { type: "boolean" }, list: { type: "boolean" } });
  if (write && list) throw new UsageError(`--list only prints: leave out --write.\n\n${usage}`);
  return write ? "write" : list ? "list" : "print";
}
