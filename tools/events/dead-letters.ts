import { quotable } from "../../contracts/bounded.ts";
import type { CremaEvent } from "../../contracts/events.ts";
import { extensionsIn } from "../../infra/extensions.ts";
import { type Command, reachOptions, reachUsage, readArgs, UsageError } from "./command.ts";
import type { Letter } from "./letters.ts";
import { publish } from "./publish.ts";
import { reach } from "./reach.ts";
import { subscriptionsWith } from "./targets.ts";
import { shortType } from "./which.ts";

export const deadLetters: Command = {
  summary: "events that a subscription was given up for; sends one or all of them again",
  usage: `npm run events -- dead-letters [options]
npm run events -- dead-letters redrive LETTER [options]
npm run events -- dead-letters redrive --all [options]
  LETTER             as the list names it, or the id of its event
  --all              all that are listed
  --subscription NAME  those of one subscription only
  --json             as lines of JSON
${reachUsage}

Sent again is the event, to the topic: whoever has heard of it passes over it. Once Event Grid has taken it, the dead letter is removed.`,
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
      throw new UsageError("All are listed without --all; to send them again: dead-letters redrive --all.");
    const stand = await reach(values);
    try {
      const letters = ofSubscription(await stand.deadLetters.list(), values.subscription);
      if (!verb) {
        if (letters.length === 0) io.err(`There are no dead letters at ${stand.name}.`);
        else if (!values.json) io.out(heading);
        for (const letter of letters) io.out(values.json ? JSON.stringify(letter) : lineOf(letter));
        return 0;
      }
      const chosen = named === undefined ? letters : [letterNamed(letters, named)];
      const sent: Letter[] = [];
      for (const letter of chosen) {
        if (io.stopped.aborted) break;
        try {
          await publish(stand, [letter.event as unknown as CremaEvent]);
          sent.push(letter);
        } catch (error) {
          // The others have their turn; this one stays where it is.
          io.err(`${nameOf(letter)}: ${(error as Error).message}`);
        }
      }
      // One blob may hold several: they are removed together.
      await stand.deadLetters.remove(sent);
      io.out(`Sent again: ${sent.length} ${sent.length === 1 ? "event" : "events"}.`);
      if (io.stopped.aborted) return 130;
      return sent.length === chosen.length ? 0 : 1;
    } finally {
      stand.close();
    }
  },
};

/** Those of one subscription, or all. @throws UsageError when there is no such subscription; one that is gone may have left some */
function ofSubscription(letters: Letter[], name: string | undefined): Letter[] {
  const found = letters.filter(({ subscription }) => name === undefined || subscription === name);
  const names = subscriptionsWith(extensionsIn()).map((each) => each.name);
  if (name === undefined || found.length > 0 || names.includes(name)) return found;
  throw new UsageError(`There is no subscription "${name}"; there are ${names.join(", ")}.`);
}

/** The name of a letter on the command line: on Azure, where it lies is a long path. */
export function nameOf({ id }: Letter): string {
  return id.split("/").at(-1)?.replace(".json", "") ?? id;
}

/** @throws Error when there is none of that name, or several */
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
