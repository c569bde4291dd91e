import type { CremaEvent } from "../../contracts/events.ts";
import { eventsOf, isWanted, latestOf } from "./archive.ts";
import { type Command, reachOptions, reachUsage, readArgs, UsageError, wholeNumber } from "./command.ts";
import { follow, openFeed } from "./follow.ts";
import { heading, lineOf } from "./lines.ts";
import { reach } from "./reach.ts";
import { wantedOf, whichOptions, whichUsage } from "./which.ts";

const usualLast = 50;

export const list: Command = {
  summary: "what happened, one line an event; --follow goes on with what happens",
  usage: `npm run events -- list [options]
${whichUsage}
  --last N           the latest N of them (default ${usualLast}, or all where --since or --until is given)
  --follow           goes on with what happens from now on, until Ctrl-C
  --json             each event whole, as a line of JSON
${reachUsage}`,
  async run(args, io) {
    const { values } = readArgs(args, {
      ...reachOptions,
      ...whichOptions,
      last: { type: "string" },
      follow: { type: "boolean" },
      json: { type: "boolean" },
    });
    if (values.follow && values.until !== undefined)
      throw new UsageError("--follow has no end: it goes without --until.");
    const asked = values.last === undefined ? undefined : wholeNumber("--last", values.last, 0, 1000);
    const stand = await reach(values);
    try {
      const wanted = await wantedOf(stand, values, await stand.now());
      const feed = values.follow ? await openFeed(stand) : undefined;
      const told = new Set<string>();
      const tell = (event: CremaEvent) => {
        if (told.has(event.id) || !isWanted(event, wanted)) return;
        if (told.size === 0 && !values.json && !feed) io.out(heading);
        told.add(event.id);
        io.out(values.json ? JSON.stringify(event) : lineOf(event));
      };
      if (feed && !values.json) io.out(heading);
      const last = asked ?? (wanted.since === undefined && wanted.until === undefined ? usualLast : undefined);
      if (last === undefined) {
        for await (const event of eventsOf(stand, wanted)) {
          if (io.stopped.aborted) return 130;
          tell(event);
        }
      } else if (last > 0) for (const event of await latestOf(stand, wanted, last)) tell(event);
      if (feed) await follow(feed, io, tell);
      else if (told.size === 0) io.err(`No such event is in the archive of ${stand.name}.`);
      return 0;
    } finally {
      stand.close();
    }
  },
};
