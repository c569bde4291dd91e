import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { exitCodeOf, optionsIn, sayUsage, wholeNumber } from "./say-usage.ts";
import { writeApplications } from "./simulate/applications.ts";
import { type How, nthFair, usualStands } from "./simulate/days.ts";
import type { Fair } from "./simulate/fair.ts";
import { find } from "./simulate/find-mistakes.ts";
import { mistakes } from "./simulate/mistakes.ts";
import { asTest } from "./simulate/paste.ts";
import type { Days, Told } from "./simulate/plays.ts";
import { shrink } from "./simulate/shrink.ts";
import { sideBySide } from "./simulate/side-by-side.ts";
import { type Outcome, simulateFair } from "./simulate/simulate-fair.ts";

const usage = `npm run simulate -- [--days N] [--seed S] [--from N] [--stands N] [--workers N] [--mistakes]

Simulates days at stands with everything going wrong that can, and checks whether anything was lost, doubled or stuck.
Ctrl+C finishes the current fairs and prints how to continue; a second one stops at once.

  --days N      number of days, each at one stand (20)
  --seed S      another seed makes other days (1)
  --from N      begins with the N-th day of the seed (0)
  --stands N    N stands work at the same hours, on one clock (${usualStands}); another number makes other days
  --workers N   parallel processes (one for each core)
  --mistakes    plants one mistake after the other in a copy of the application and prints on which of
                at most N days it is found`;

/** Each stand's staff need a hundred fictional numbers of an area code. */
const mostStands = 12;
/** Progress is reported for this many days at a time. */
const tellEvery = 10;

/** Each worker is a process that plays a whole stand. */
const mostWorkers = 256;

async function main(): Promise<number> {
  sayUsage(usage, process.argv.slice(2));
  const values = optionsIn(usage, process.argv.slice(2), {
    days: { type: "string", default: "20" },
    seed: { type: "string", default: "1" },
    from: { type: "string", default: "0" },
    stands: { type: "string", default: String(usualStands) },
    workers: { type: "string", default: String(availableParallelism()) },
    mistakes: { type: "boolean", default: false },
  });
  const days = wholeNumber("--days", values.days, 1, undefined, usage);
  const seed = wholeNumber("--seed", values.seed, 0, undefined, usage);
  const from = wholeNumber("--from", values.from, 0, undefined, usage);
  const stands = wholeNumber("--stands", values.stands, 1, mostStands, usage);
  if (values.mistakes) return await findMistakes(seed, from, days, { stands });
  const workers = wholeNumber("--workers", values.workers, 1, mostWorkers, usage);
  const folder = mkdtempSync(join(tmpdir(), "crema-simulate-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  // The deployed form: after a kill, a package is loaded again sooner than its sources.
  await writeApplications(folder);
  return await together({ seed, from, days, stands, application: folder }, workers);
}

/** Exit code 1 if a mistake is not found. */
async function findMistakes(seed: number, from: number, days: number, how: How): Promise<number> {
  let missed = 0;
  for (const mistake of mistakes) {
    const { on } = await find(mistake, seed, from, days, how);
    if (on === undefined) missed++;
    const where = on ? `day ${on.day}, by ${on.check}: ${on.says.slice(0, 140)}` : `not in ${days} days`;
    process.stdout.write(`${mistake.name}\n    ${where}\n`);
  }
  process.stdout.write(`\n${mistakes.length - missed} of ${mistakes.length} mistakes were found.\n`);
  return missed === 0 ? 0 : 1;
}

/** Distributes the days among processes, and reports what they found. */
async function together(what: Days, workers: number): Promise<number> {
  const { seed, from, days, stands, application } = what;
  const began = performance.now();
  const failed: (Told["days"][number] & { fair: number })[] = [];
  const sum = { days: 0, orders: 0, events: 0, troubles: 0 };
  let told = 0;
  const take = ({ days: played, troubles }: Told) => {
    sum.troubles += troubles;
    for (const day of played) {
      sum.days++;
      sum.orders += day.orders;
      sum.events += day.events;
      if (day.wrong.length === 0) continue;
      failed.push({ ...day, fair: Math.floor(day.n / stands) });
      const words = day.wrong.slice(0, 8).map(({ check, says }) => `  ${check}: ${says}\n`);
      process.stdout.write(`day ${day.n}:\n${words.join("")}`);
    }
    if (sum.days < told + tellEvery && sum.days < days) return;
    told = sum.days;
    process.stdout.write(`${toldOf(sum)}: ${failed.length} days with something wrong …\n`);
  };
  const ends = brokenOff();
  const whole = (await sideBySide(what, workers, take, ends)) && (ends.aborted || sum.days === days);
  const seconds = (performance.now() - began) / 1000;
  process.stdout.write(
    `\nOf seed ${seed} from ${from} on ${toldOf(sum)}, in ${seconds.toFixed(0)} s (${(seconds / sum.days).toFixed(2)} s a day)\n`,
  );
  for (const [n, some] of [...Map.groupBy(failed, ({ fair }) => fair)].slice(0, 3)) {
    const wrong = some.flatMap((day) => day.wrong);
    await tellSmallest(nthFair(seed, n, { stands }), some.map((day) => day.n).join(", "), wrong, application);
  }
  if (ends.aborted && sum.days < days) process.stdout.write(`Broken off: go on with --from ${from + sum.days}.\n`);
  if (!whole) process.stdout.write(`${days - sum.days} days were not simulated: a process ended early.\n`);
  process.stdout.write(
    failed.length === 0 && whole
      ? "Nothing was lost, doubled or stuck.\n"
      : `${failed.length} days had something wrong.\n`,
  );
  if (failed.length > 0 || !whole) return 1;
  return sum.days < days ? 130 : 0;
}

const toldOf = (sum: { days: number; orders: number; events: number; troubles: number }) =>
  `${sum.days} days, ${sum.orders} orders, ${sum.events} events, ${sum.troubles} things that went wrong`;

/** Aborted by the first signal, to end after the current days; a second signal ends at once. */
function brokenOff(): AbortSignal {
  const ends = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"])
    process.on(signal, () => {
      if (ends.signal.aborted) process.exit(130);
      process.stdout.write("It ends when what is being played has come to its end …\n");
      ends.abort();
    });
  return ends.signal;
}

/** Reports the smallest fair with the same failure, as a test to paste. */
async function tellSmallest(fair: Fair, which: string, wrong: Outcome["wrong"], application: string): Promise<void> {
  const checks = new Set(wrong.map(({ check }) => check));
  const fails = async (fair: Fair) => {
    const { days } = await simulateFair(fair, application);
    return days.some(({ wrong }) => wrong.some(({ check }) => checks.has(check)));
  };
  if (!(await fails(fair))) {
    process.stdout.write(`Played again, day ${which} shows nothing of it: that is a mistake of the simulation.\n`);
    return;
  }
  const smallest = await shrink(fair, fails);
  process.stdout.write(`\nThe smallest that shows it:\n\n${asTest(smallest, [...checks])}\n\n`);
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  if (process.env.DEBUG) process.stderr.write(`${(error as Error).stack}\n`);
  process.exitCode = exitCodeOf(error);
}
