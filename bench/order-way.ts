import { cpus } from "node:os";
import { percentiles } from "./percentiles.ts";
import { BenchStand, spentBetween, type Times } from "./stand.ts";

/** So many orders of each customer at a time, about: of the ten scans that somebody has in a minute a fast one takes more. */
const eachAMinute = 8;
/** And so many of all of them: the code of the hour has twice as many scans. */
const most = 500;

/**
 * The whole way of an order, `atOnce` customers at a time: scan, submit, claim, ready, collect, with the customer's and the barista's screens
 * connected. Everything is on disk before it is acknowledged. The system runs in a process of its own; this one is the customers and the barista.
 * Where they are more than may be scanned for in a minute, the stand's clock is moved on in between, which is not counted.
 */
export async function orderWay(options: { orders: number; atOnce: number }): Promise<void> {
  const stand = await BenchStand.open(options.atOnce);
  const times: Times = { admitted: [], queued: [], told: [] };
  const spent = { all: 0, application: 0, services: 0 };
  let took = 0;
  for (let left = options.orders; left > 0; ) {
    const now = Math.min(left, options.atOnce * eachAMinute, most);
    const before = await stand.used();
    const round = await stand.takeOrders(now);
    const after = await stand.used();
    took += round.took;
    for (const name of ["admitted", "queued", "told"] as const) times[name].push(...round.times[name]);
    spent.all += spentBetween(before, after);
    for (const thread of ["application", "services"] as const) spent[thread] += spentBetween(before, after, thread);
    left -= now;
    if (left > 0) await stand.minuteLater();
  }
  const { memory } = await stand.used();
  await stand.close();
  const each = (what: keyof typeof spent) => (spent[what] / options.orders).toFixed(1);

  process.stdout.write(`The whole way of an order, ${options.orders} orders, ${options.atOnce} at a time, on disk
(${cpus().length} cores, ${cpus()[0]?.model ?? "unknown"}, Node ${process.version})

  start to ready                     ${stand.upAfter.toFixed(0)} ms
  orders                             ${((options.orders * 1000) / took).toFixed(1)} a second
  scan → "choose" on the phone       ${percentiles(times.admitted)}
  submit → number on the phone       ${percentiles(times.queued)}
  "ready" pressed → phone told       ${percentiles(times.told)}
  processor time of the system      ${each("all")} ms an order: application ${each("application")}, services and host ${each("services")}
  memory of the system after it      ${(memory / 2 ** 20).toFixed(0)} MB
`);
}
