import type { CremaEvent } from "../../contracts/events.ts";
import { UsageError, wholeNumber } from "../say-usage.ts";
import { eventsOf, isWanted, latestOf } from "./archive.ts";
import type { Io } from "./command.ts";
import { follow, openFeed } from "./follow.ts";
import type { Stand } from "./stand.ts";
import { type Given, wantedOf, whichOptions, whichUsage } from "./which.ts";

/** Options of the commands that list events. */
export const tellingOptions = {
  ...whichOptions,
  last: { type: "string" },
  follow: { type: "boolean" },
  json: { type: "boolean" },
} as const;

/** The help text for these options. @param usualLast the default number of events */
export const tellingUsage = (usualLast: number) => `${whichUsage}
  --last N           the latest N events, at most 1000 (default ${usualLast}; all with --since or --until)
  --follow           goes on with new events, until Ctrl-C
  --json             each event as a line of JSON`;

interface Telling extends Given {
  last?: string | undefined;
  follow?: boolean | undefined;
  json?: boolean | undefined;
}

/** Checks the options before any connection. @throws UsageError */
export function checkTelling({ last, follow, until }: Telling): void {
  if (follow && until !== undefined) throw new UsageError("--follow has no end: leave out --until.");
  // With --follow, --last 0 means no earlier events.
  if (last === "0" && !follow) throw new UsageError("--last 0 lists nothing: use it with --follow.");
  if (last !== undefined) wholeNumber("--last", last, follow ? 0 : 1, 1000);
}

/** Outputs the selected events, and then new ones. @returns the exit code */
export async function tellEvents(
  stand: Stand,
  values: Telling,
  io: Io,
  usualLast: number,
  tell: (event: CremaEvent) => Promise<void> | void,
): Promise<number> {
  const wanted = await wantedOf(stand, values, await stand.now());
  const feed = values.follow ? await openFeed(stand) : undefined;
  const told = new Set<string>();
  const once = async (event: CremaEvent) => {
    if (told.has(event.id) || !isWanted(event, wanted)) return;
    told.add(event.id);
    await tell(event);
  };
  const all = values.last === undefined && (wanted.since !== undefined || wanted.until !== undefined);
  const last = values.last === undefined ? usualLast : Number(values.last);
  const source = all ? eventsOf(stand, wanted) : last > 0 ? await latestOf(stand, wanted, last) : [];
  for await (const event of source) {
    // --follow has no other end.
    if (io.stopped.aborted) return feed ? 0 : 130;
    await once(event);
  }
  if (feed) await follow(feed, io, once);
  else if (told.size === 0) io.err(`No such event is in the archive of ${stand.name}.`);
  return 0;
}
