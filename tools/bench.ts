import { parseArgs } from "node:util";
import { sayUsage } from "./say-usage.ts";

const usage = `npm run bench -- [options]
  --orders N    how many orders go their whole way (default 500)
  --at-once N   how many of them at a time (default 50)
  --growth      only this: start, memory, disk and queries after 1,000, 10,000 and 50,000 orders
  --days        only this: 24 days of 1,000 orders in a row on one stand, each day's speed, memory and disk (with 50 at a time it takes a quarter of an hour)
  --peers       only this: durable cycles and starts beside Restate, DBOS, Miniflare and Azurite, which are installed into .cache/peers
  --recording   only this: what recording costs
  --rounds N    with --peers: rounds, and starts of each (default 7); with --recording: how often both systems are opened in either order (default 7)
  --write       with --growth or --peers: keep the figures in docs/figures, and write docs/figures.md from them`;

const options = {
  orders: { type: "string", default: "500" },
  "at-once": { type: "string", default: "50" },
  growth: { type: "boolean", default: false },
  days: { type: "boolean", default: false },
  peers: { type: "boolean", default: false },
  recording: { type: "boolean", default: false },
  rounds: { type: "string", default: "7" },
  write: { type: "boolean", default: false },
} as const;
/** For what is compared with a system that has it not. */
const beside = { openings: 2, pairs: 4, customers: 40, orders: 120 };
sayUsage(usage, process.argv.slice(2));
const values = read();
if (values.peers) {
  const { peers } = await import("./figures/peers.ts");
  await peers({ rounds: number("rounds"), write: values.write });
} else if (values.days) {
  const { daysInARow } = await import("../bench/days.ts");
  await daysInARow({ days: 24, orders: 1000 });
} else if (values.growth) {
  const { grow } = await import("./figures/grow.ts");
  await grow({ write: values.write });
} else if (values.recording) {
  const { recordingCost } = await import("../bench/recording.ts");
  await recordingCost({ ...beside, openings: number("rounds"), pairs: 5 });
} else {
  const { orderWay } = await import("../bench/order-way.ts");
  const { recordingCost } = await import("../bench/recording.ts");
  const { socketsCost } = await import("../bench/sockets.ts");
  const { firstVisit } = await import("../bench/first-visit.ts");
  const { startTimes } = await import("../bench/start.ts");
  await orderWay({ orders: number("orders"), atOnce: number("at-once") });
  await recordingCost(beside);
  await socketsCost(beside);
  await firstVisit({ runs: 5 });
  await startTimes({ runs: 5 });
  await import("../bench/durable.ts");
}
process.exit(0);

function read() {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    return refuse((error as Error).message);
  }
}

function number(name: "orders" | "at-once" | "rounds"): number {
  const value = Number(values[name]);
  return Number.isInteger(value) && value > 0 ? value : refuse(`--${name} takes a whole number above 0.`);
}

function refuse(why: string): never {
  process.stderr.write(`${why}\n\n${usage}\n`);
  process.exit(2);
}
