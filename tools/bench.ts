import { type Bench, benchOptions, usage } from "./bench/options.ts";
import { exitCodeOf, sayUsage } from "./say-usage.ts";

/** The amounts for a comparison of a system with a feature and one without it. */
const beside = { openings: 2, pairs: 4, customers: 40, orders: 120 };

/** Loads each bench only when it runs, so that a wrong command line is reported at once. */
async function measure(bench: Bench): Promise<void> {
  if (bench.what === "peers") return (await import("./figures/peers.ts")).peers(bench);
  if (bench.what === "growth") return (await import("./figures/grow.ts")).grow(bench);
  const { recordingCost } = await import("../bench/recording.ts");
  if (bench.what === "days") {
    const { daysInARow } = await import("../bench/days.ts");
    await daysInARow({ days: 24, orders: 1000 });
  } else if (bench.what === "recording") {
    await recordingCost({ ...beside, openings: bench.rounds, pairs: 5 });
  } else {
    const { orderWay } = await import("../bench/order-way.ts");
    const { socketsCost } = await import("../bench/sockets.ts");
    const { firstVisit } = await import("../bench/first-visit.ts");
    const { startTimes } = await import("../bench/start.ts");
    const { durableEngine } = await import("../bench/durable.ts");
    await orderWay(bench);
    await recordingCost(beside);
    await socketsCost(beside);
    await firstVisit({ runs: 5 });
    await startTimes({ runs: 5 });
    await durableEngine();
  }
}

// Started processes have their own process group, which Ctrl-C does not reach. They are ended when this process exits, and without a handler a signal
// would prevent that.
for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)
  process.on(signal, () => process.exit(code));

try {
  sayUsage(usage, process.argv.slice(2));
  await measure(benchOptions(process.argv.slice(2)));
  process.exit(0);
} catch (error) {
  const code = exitCodeOf(error);
  // An internal error is for developers: it is printed with its stack.
  process.stderr.write(`${code === 2 ? (error as Error).message : ((error as Error).stack ?? String(error))}\n`);
  process.exit(code);
}
