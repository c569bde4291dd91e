import { optionsIn, UsageError } from "../say-usage.ts";
import { type EngineName, engines } from "./engines.ts";

/** How the command is used. */
export const usage = `npm run browsers -- [--browser NAME]

Plays the whole way of an order at a stand of its own, with a window each for the guest, the bar, the display and the admin, in browsers
that are installed on this machine: WebKit, which is Safari's, and Firefox. What a page shows is looked at in each state; screenshots are in
test-results/browsers.

  --browser NAME  in this one alone: ${Object.keys(engines).join(" or ")} (all that are installed)`;

/** The browsers that were asked for; without a name all, and those that are not installed are passed over. @throws UsageError */
export function browsersOptions(args: string[]): { names: EngineName[]; passOver: boolean } {
  const { browser } = optionsIn(usage, args, { browser: { type: "string" } });
  const all = Object.keys(engines) as EngineName[];
  if (browser === undefined) return { names: all, passOver: true };
  const names = all.filter((name) => name === browser);
  if (names.length === 0)
    throw new UsageError(`--browser must be ${all.join(" or ")}; it is "${browser}".\n\n${usage}`);
  return { names, passOver: false };
}
