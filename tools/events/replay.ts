import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import { quotable } from "../../contracts/bounded.ts";
import type { CremaEvent } from "../../contracts/events.ts";
import { decimalNumber, UsageError } from "../say-usage.ts";
import { eventsOf, isWanted } from "./archive.ts";
import { type Command, type Io, reachOptions, reachUsage, readArgs } from "./command.ts";
import { eventsIn } from "./event-file.ts";
import { periodOf, periodOptions, periodUsage } from "./moments.ts";
import { pace } from "./pace.ts";
import { reach } from "./reach.ts";
import { type Run, readRun, saveRun } from "./run-file.ts";
import type { Stand } from "./stand.ts";
import { checkThere, hears, type Target, targetsNamed } from "./targets.ts";
import { tellAgain } from "./tell-again.ts";
import { shortType } from "./which.ts";

export const replay: Command = {
  summary: "replays a period, to the subscriptions that you name only",
  usage: `npm run events -- replay --to NAME --since MOMENT [options]
npm run events -- replay --resume RUN
  --to NAME          a subscription that gets the events; may be given several times. Nobody else gets them: no workflow, no screen
${periodUsage}
                     (default: now)
  --file FILE        replays the lines of a file that \`export\` wrote, not the archive; without a period all of them
  --speed N          N times as fast as it happened (1: as fast as it happened; default: as fast as possible)
  --dry-run          counts the events, and replays nothing
  --resume RUN       continues a run that was stopped, after the last event that it sent
${reachUsage}

Ctrl-C stops it after the batch that is being sent. Events keep their ids, so a consumer counts each once.`,
  async run(args, io) {
    const { values } = readArgs(args, {
      ...reachOptions,
      ...periodOptions,
      to: { type: "string", multiple: true },
      file: { type: "string" },
      speed: { type: "string" },
      "dry-run": { type: "boolean" },
      resume: { type: "string" },
    });
    const speed = values.speed === undefined ? undefined : decimalNumber("--speed", values.speed, speeds);
    const resumed = values.resume === undefined ? undefined : readRun(io.runs, values.resume);
    if (resumed) {
      const other = (["to", "since", "until", "file", "dry-run", "store"] as const).find(
        (name) => values[name] !== undefined,
      );
      if (other) throw new UsageError(`--resume continues a run as it was begun: leave out --${other}.`);
      if (resumed.done) throw new UsageError(`The run ${resumed.run} is complete.`);
    } else if (values.since === undefined && values.file === undefined) {
      throw new UsageError("Give a beginning with --since, or a file with --file.");
    }
    const targets = targetsNamed(resumed?.to ?? values.to ?? []);
    const stand = await reach(resumed ? { ...values, store: resumed.storeId } : values);
    try {
      if (resumed && resumed.stand !== stand.name) {
        throw new UsageError(`The run ${resumed.run} is one of ${resumed.stand}; this is ${stand.name}.`);
      }
      await checkThere(stand, targets);
      const now = await stand.now();
      const run: Run = resumed
        ? { ...resumed, ...(speed !== undefined && { speed }) }
        : {
            run: runId(targets, now),
            stand: stand.name,
            storeId: stand.storeId,
            // A file may come from a stand whose clock is ahead of this one's.
            ...(values.file === undefined && { until: new Date(now).toISOString() }),
            ...periodOf(values, now),
            ...(values.file !== undefined && { file: resolve(values.file) }),
            to: targets.map(({ name }) => name),
            ...(speed !== undefined && { speed }),
            told: 0,
            done: false,
          };
      return values["dry-run"] ? await count(stand, run, targets, io) : await tell(stand, run, targets, io);
    } finally {
      stand.close();
    }
  },
};

/** The sensible range of speeds: nobody waits for years, and without a speed all events are sent at once. */
const speeds = { least: 0.001, most: 1_000_000, example: ", such as 60 for an hour a minute" };

/** For example `insights-20260615T100530-3f2a`. */
function runId(targets: readonly Target[], now: number): string {
  const at = new Date(now).toISOString().replace(/[-:]|\..*/g, "");
  return `${targets.map(({ name }) => name).join("-")}-${at}-${randomBytes(2).toString("hex")}`;
}

/** The remaining events of a run that any target receives. */
async function* eventsOfRun(stand: Stand, run: Run, targets: readonly Target[]): AsyncGenerator<CremaEvent> {
  const { last } = run;
  const heard = targets.some(({ types }) => types === undefined)
    ? undefined
    : targets.flatMap(({ types = [] }) => types);
  const wanted = { until: run.until, since: last?.time ?? run.since, types: heard };
  const source = run.file === undefined ? eventsOf(stand, wanted) : ofStore(run.storeId, eventsIn(run.file), run.file);
  for await (const event of source) {
    if (isWanted(event, wanted) && !(event.time === last?.time && last.ids.includes(event.id))) yield event;
  }
}

/** @throws Error for an event of another store: subscribers would store data of a store that does not exist */
async function* ofStore(storeId: string, events: AsyncIterable<CremaEvent>, file: string): AsyncGenerator<CremaEvent> {
  for await (const event of events) {
    const store = event.subject.split("/")[1];
    if (store !== storeId) {
      throw new Error(
        `${file} has events of the store ${quotable(String(store), 60)}, and the replay is for ${storeId}; choose the store with --store.`,
      );
    }
    yield event;
  }
}

async function count(stand: Stand, run: Run, targets: readonly Target[], io: Io): Promise<number> {
  const counts = new Map<string, number>();
  let [first, last, events] = ["", "", 0];
  for await (const { type, time } of eventsOfRun(stand, run, targets)) {
    if (io.stopped.aborted) return 130;
    counts.set(type, (counts.get(type) ?? 0) + 1);
    events++;
    first ||= time;
    last = time;
  }
  for (const target of targets) {
    const told = [...counts].filter(([type]) => hears(target, type));
    const sum = told.reduce((all, [, each]) => all + each, 0);
    io.out(`${target.name} would get ${sum} events${sum === 0 ? "." : ":"}`);
    for (const [type, each] of told.sort()) io.out(`  ${String(each).padStart(7)}  ${shortType(type)}`);
  }
  if (events > 0) {
    const seconds = run.speed === undefined ? undefined : (Date.parse(last) - Date.parse(first)) / 1000 / run.speed;
    io.out(
      `They are from ${first} to ${last}${seconds === undefined ? "" : `, and would take ${Math.ceil(seconds)} s`}. Nothing was sent.`,
    );
  }
  return 0;
}

async function tell(stand: Stand, run: Run, targets: readonly Target[], io: Io): Promise<number> {
  saveRun(io.runs, run);
  io.err(`Run ${run.run}, to ${run.to.join(" and ")} of ${stand.name}.`);
  const onwards = `To go on: npm run events -- replay --resume ${run.run}`;
  const ended = await tellAgain(stand, run, eventsOfRun(stand, run, targets), {
    targets,
    due: pace(run.speed),
    io,
    save: () => saveRun(io.runs, run),
  }).catch((error: Error) => {
    io.err(`It failed ${come(run)}. ${onwards}`);
    throw error;
  });
  if (ended) {
    io.out(`Replayed ${run.told} events to ${run.to.join(" and ")}: run ${run.run}.`);
    return 0;
  }
  io.err(`Stopped ${come(run)}. ${onwards}`);
  return 130;
}

const come = ({ told, last }: Run) => `after ${told} events${last ? `, up to ${last.time}` : ""}`;
