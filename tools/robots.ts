import { startCrowd } from "./robots/crowd.ts";
import { findStand, speedOf } from "./robots/find-stand.ts";
import { localInbox } from "./robots/inbox.ts";
import { robotsOptions, usage } from "./robots/options.ts";
import { counted, tableOf } from "./robots/table.ts";
import { MachineTime } from "./robots/time.ts";
import { exitCodeOf, sayUsage } from "./say-usage.ts";

/** Runs simulated users against a running stand, and reports the results. Exit code 1 if there were errors, 2 if the command line was wrong. */
async function main(): Promise<number> {
  const args = process.argv.slice(2);
  sayUsage(usage, args);
  const options = robotsOptions(args);
  const { customers, anHour, baristas, seed } = options;
  const found = await findStand(options);
  const { speed, restore } = await speedOf(found.control, options.speed);
  process.stdout.write(
    `${counted(customers, "customer")}, ${counted(anHour, "visit")} an hour, ${counted(baristas, "barista")} at ${options.url.origin}; seed ${seed}${speed === 1 ? "" : `; ${speed} times as fast as real time`}\nCtrl-C ends it early.\n`,
  );
  const stop = new AbortController();
  process.on("SIGINT", () => stop.abort());
  process.on("SIGTERM", () => stop.abort());
  try {
    const time = new MachineTime(speed);
    const crowd = startCrowd(options, {
      address: found.address,
      people: found.people,
      inbox: localInbox(found.inbox),
      time,
      stop: stop.signal,
    });
    const telling = setInterval(() => tellProgress(crowd.ledger), 10_000);
    const outcome = await crowd.ended.finally(() => clearInterval(telling));
    process.stdout.write(`\n${tableOf(outcome)}\n`);
    return outcome.ledger.errorCount === 0 ? 0 : 1;
  } finally {
    await restore();
  }
}

function tellProgress({
  visits,
  orders,
  errorCount,
}: {
  visits: number;
  orders: Map<string, unknown>;
  errorCount: number;
}) {
  const errors = errorCount === 0 ? "no errors" : counted(errorCount, "error");
  process.stdout.write(`  ${counted(visits, "visit")}, ${counted(orders.size, "order")}, ${errors} …\n`);
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  if (process.env.DEBUG) process.stderr.write(`${(error as Error).stack}\n`);
  process.exitCode = exitCodeOf(error);
}
