import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { writePackage } from "./package/index.ts";
import type { Day } from "./simulate/day.ts";
import { alone, nthDay, type Simulated, simulate } from "./simulate/days.ts";
import { find } from "./simulate/find-mistakes.ts";
import { mistakes } from "./simulate/mistakes.ts";
import { asTest } from "./simulate/paste.ts";
import { shrink } from "./simulate/shrink.ts";

const usage = `npm run simulate -- [--days N] [--seed S] [--from N] [--workers N] [--mistakes]

Simulates days of a stand with everything going wrong that can, and looks whether anything was lost, doubled or stuck.

  --days N      how many (20)
  --seed S      another seed is other days (1)
  --from N      begins with the N-th day of the seed (0)
  --workers N   processes side by side (one for each core)
  --mistakes    plants one mistake after the other in a copy of the application and tells on which of
                at most so many days it is found`;

/** What a process tells of a day. */
type Told = Pick<Simulated, "wrong" | "orders" | "events" | "took"> & { n: number; troubles: number };

const number = (text: string, name: string, least: number): number => {
  if (/^\d{1,9}$/.test(text) && Number(text) >= least) return Number(text);
  throw new RangeError(`--${name} must be a whole number from ${least} on, and is ${text}.`);
};

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      days: { type: "string", default: "20" },
      seed: { type: "string", default: "1" },
      from: { type: "string", default: "0" },
      workers: { type: "string", default: String(availableParallelism()) },
      help: { type: "boolean", short: "h", default: false },
      mistakes: { type: "boolean", default: false },
      // Of a process that simulates a share of the days: the folder of the application.
      share: { type: "string" },
    },
  });
  if (values.help) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  const days = number(values.days, "days", 1);
  const seed = number(values.seed, "seed", 0);
  const from = number(values.from, "from", 0);
  if (values.mistakes) return await findMistakes(seed, from, days);
  if (values.share !== undefined) {
    // Nobody is there any more to be told.
    process.once("disconnect", () => process.exit());
    for await (const { n, wrong, orders, events, took, day } of simulate(seed, from, days, {
      application: values.share,
    })) {
      const told: Told = { n, wrong, orders, events, took, troubles: day.troubles.length };
      process.send?.(told);
    }
    process.disconnect?.();
    return 0;
  }
  const workers = Math.min(days, number(values.workers, "workers", 1));
  const folder = mkdtempSync(join(tmpdir(), "crema-simulate-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  // Who breaks it off has what was told so far.
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));
  // As it is deployed: a package is there sooner than its sources when it is killed.
  await writePackage(folder, "storage");
  return await together({ seed, from, days, workers, application: folder });
}

interface Task {
  seed: number;
  from: number;
  days: number;
  workers: number;
  application: string;
}

/** Exit code 1 when one is not found. */
async function findMistakes(seed: number, from: number, days: number): Promise<number> {
  let missed = 0;
  for (const mistake of mistakes) {
    const { on } = await find(mistake, seed, from, days);
    if (on === undefined) missed++;
    const where = on ? `day ${on.day}, by ${on.check}: ${on.says.slice(0, 140)}` : `not in ${days} days`;
    process.stdout.write(`${mistake.name}\n    ${where}\n`);
  }
  process.stdout.write(`\n${mistakes.length - missed} of ${mistakes.length} mistakes were found.\n`);
  return missed === 0 ? 0 : 1;
}

/** Shares the days among processes, and tells what they found. */
async function together({ seed, from, days, workers, application }: Task): Promise<number> {
  const began = performance.now();
  const failed: Told[] = [];
  const sum = { days: 0, orders: 0, events: 0, troubles: 0 };
  const share = Math.ceil(days / workers);
  const take = (told: Told) => {
    sum.days++;
    sum.orders += told.orders;
    sum.events += told.events;
    sum.troubles += told.troubles;
    if (told.wrong.length > 0) {
      failed.push(told);
      process.stdout.write(
        `day ${told.n}:\n${told.wrong
          .slice(0, 8)
          .map(({ check, says }) => `  ${check}: ${says}\n`)
          .join("")}`,
      );
    }
    if (sum.days % 10 === 0 || sum.days === days)
      process.stdout.write(`${toldOf(sum)}: ${failed.length} days with something wrong …\n`);
  };
  const ends = Array.from({ length: workers }, (_, worker) => {
    const first = from + worker * share;
    const many = Math.min(share, from + days - first);
    if (many <= 0) return Promise.resolve(0);
    const args = ["--share", application, "--seed", String(seed), "--from", String(first), "--days", String(many)];
    const child = fork(import.meta.filename, args);
    child.on("message", (told) => take(told as Told));
    return new Promise<number>((done) => child.on("exit", (code) => done(code ?? 1)));
  });
  const codes = await Promise.all(ends);
  const seconds = (performance.now() - began) / 1000;
  process.stdout.write(
    `\nOf seed ${seed} from ${from} on ${toldOf(sum)}, in ${seconds.toFixed(0)} s (${(seconds / sum.days).toFixed(2)} s a day)\n`,
  );
  for (const { n, wrong } of failed.slice(0, 3)) await tellSmallest(nthDay(seed, n), n, wrong, application);
  const whole = codes.every((code) => code === 0) && sum.days === days;
  if (!whole) process.stdout.write(`${days - sum.days} days were not simulated: a process ended early.\n`);
  process.stdout.write(
    failed.length === 0 && whole
      ? "Nothing was lost, doubled or stuck.\n"
      : `${failed.length} days had something wrong.\n`,
  );
  return failed.length === 0 && whole ? 0 : 1;
}

const toldOf = (sum: { days: number; orders: number; events: number; troubles: number }) =>
  `${sum.days} days, ${sum.orders} orders, ${sum.events} events, ${sum.troubles} things that went wrong`;

/** The smallest day that shows the same, as a test to paste. */
async function tellSmallest(day: Day, n: number, wrong: Told["wrong"], application: string): Promise<void> {
  const checks = new Set(wrong.map(({ check }) => check));
  const fails = async (day: Day) => (await alone(day, application)).wrong.some(({ check }) => checks.has(check));
  if (!(await fails(day))) {
    process.stdout.write(`Alone, day ${n} shows nothing of it: it takes what came before.\n`);
    return;
  }
  const smallest = await shrink(day, fails);
  process.stdout.write(`\nThe smallest that shows it:\n\n${asTest(smallest, [...checks])}\n\n`);
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  if (process.env.DEBUG) process.stderr.write(`${(error as Error).stack}\n`);
  process.exitCode = 2;
}
