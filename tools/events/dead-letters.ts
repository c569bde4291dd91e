import { quotable } from "../../contracts/bounded.ts";
import type { CremaEvent } from "../../contracts/events.ts";
import { extensionsIn } from "../../infra/extensions.ts";
import { UsageError } from "../say-usage.ts";
import { type Command, type Io, reachOptions, reachUsage, readArgs } from "./command.ts";
import type { Letter } from "./letters.ts";
import { publish } from "./publish.ts";
import { reach } from "./reach.ts";
import type { Stand } from "./stand.ts";
import { subscriptionsWith } from "./targets.ts";
import { shortType } from "./which.ts";

export const deadLetters: Command = {
  summary: "lists dead letters; resends one or all of them",
  usage: `npm run events -- dead-letters [options]
npm run events -- dead-letters redrive LETTER [options]
npm run events -- dead-letters redrive --all [options]
  LETTER             the name in the list, or the id of its event
  --all              all in the list
  --subscription NAME  only those of one subscription
  --json             as lines of JSON
${reachUsage}

The event is sent to the topic again, once for all its dead letters. All its subscriptions get it; those that had it before ignore it. Its dead letters are removed
as soon as Event Grid has accepted it, one event after the other. So if the command is stopped, run it again: it continues with those that are left.`,
  async run(args, io) {
    const options = {
      ...reachOptions,
      all: { type: "boolean" },
      subscription: { type: "string" },
      json: { type: "boolean" },
    } as const;
    const { values, positionals } = readArgs(args, options, { most: 2, what: "one letter is named at a time" });
    const [verb, named] = positionals;
    if (verb !== undefined && verb !== "redrive")
      throw new UsageError(`There is no "dead-letters ${verb}"; there is redrive.`);
    if (verb && (named === undefined) !== (values.all === true))
      throw new UsageError("Name one letter, or give --all.");
    if (!verb && values.all)
      throw new UsageError("To list all, leave out --all. To send all again: dead-letters redrive --all.");
    const stand = await reach(values);
    try {
      const letters = ofSubscription(await stand.deadLetters.list(), values.subscription);
      if (!verb) {
        if (letters.length === 0) io.err(`There are no dead letters at ${stand.name}.`);
        else if (!values.json) io.out(heading);
        for (const letter of letters) io.out(values.json ? JSON.stringify(letter) : lineOf(letter));
        return 0;
      }
      return await redrive(stand, named === undefined ? letters : [letterNamed(letters, named)], io);
    } finally {
      stand.close();
    }
  },
};

/**
 * Resends events one after the other, and removes the letters of each: after a failure or a stop, only the unsent ones are left.
 * @returns the exit code
 */
async function redrive(stand: Stand, letters: readonly Letter[], io: Io): Promise<number> {
  const events = eventsOf(letters);
  let [sent, gone] = [0, 0];
  for (const { event, letters: same } of events) {
    if (io.stopped.aborted) break;
    // Continue with the others; this one stays where it is.
    const failed = (what: string) => (error: Error) =>
      io.err(`${same.map(nameOf).join(", ")}: ${what}${error.message}`);
    try {
      await publish(stand, [event]);
    } catch (error) {
      failed("")(error as Error);
      continue;
    }
    sent++;
    try {
      await stand.deadLetters.remove(same);
      gone++;
    } catch (error) {
      failed("was sent again, but its dead letter could not be removed. To send it once more does no harm. ")(
        error as Error,
      );
    }
  }
  const left = events.length - gone;
  io.out(
    `Sent again: ${sent} ${sent === 1 ? "event" : "events"}.${left === 0 ? "" : ` Left: ${left}; run the same command again to continue.`}`,
  );
  if (io.stopped.aborted && left > 0) return 130;
  return left === 0 ? 0 : 1;
}

/** The events in letters, each once: several subscriptions may have failed for one. Pure. */
export function eventsOf(letters: readonly Letter[]): { event: CremaEvent; letters: Letter[] }[] {
  // A redelivery to one subscription has the same id but another subject: it counts as another event.
  const same = Map.groupBy(letters, ({ event: { source, id, subject } }) => JSON.stringify([source, id, subject]));
  return [...same.values()].map((letters) => ({ event: letters[0]?.event as unknown as CremaEvent, letters }));
}

/** The letters of one subscription, or all. @throws UsageError if there is no such subscription; a removed one may have left some */
function ofSubscription(letters: Letter[], name: string | undefined): Letter[] {
  const found = letters.filter(({ subscription }) => name === undefined || subscription === name);
  const names = subscriptionsWith(extensionsIn()).map((each) => each.name);
  if (name === undefined || found.length > 0 || names.includes(name)) return found;
  throw new UsageError(`There is no subscription "${name}"; there are ${names.join(", ")}.`);
}

/** A letter's name on the command line: on Azure its id is a long path. */
export function nameOf({ id }: Letter): string {
  return id.split("/").at(-1)?.replace(".json", "") ?? id;
}

/** @throws Error if there is none of that name, or several */
export function letterNamed(letters: readonly Letter[], named: string): Letter {
  const fitting = letters.filter(
    (letter) => letter.id === named || letter.event.id === named || nameOf(letter).startsWith(named),
  );
  const exact = fitting.filter((letter) => letter.id === named || nameOf(letter) === named);
  const [found, another] = exact.length > 0 ? exact : fitting;
  if (found === undefined) throw new Error(`There is no dead letter ${named}.`);
  if (another !== undefined) {
    throw new Error(`There are several dead letters ${named}: ${fitting.map(nameOf).join(", ")}.`);
  }
  return found;
}

const widths = [36, 18, 17, 40];
const columns = (cells: string[]) =>
  cells
    .map((cell, at) => cell.padEnd(widths[at] ?? 0))
    .join("  ")
    .trimEnd();
const heading = columns(["LETTER", "SUBSCRIPTION", "TYPE", "EVENT", "WHY"]);

function lineOf(letter: Letter): string {
  const { event, reason, attempts, outcome, status, lastAttemptAt, publishedAt } = letter;
  const answer = status === undefined || outcome.includes(String(status)) ? outcome : `${outcome} (${status})`;
  const tries = `${attempts} ${attempts === 1 ? "attempt" : "attempts"}`;
  const why = `${reason}: ${tries}, the last answered ${answer} at ${lastAttemptAt ?? publishedAt ?? "some time"}`;
  const words = [nameOf(letter), letter.subscription, shortType(String(event.type)), String(event.id), why];
  return columns(words.map((word) => quotable(word, 200)));
}
