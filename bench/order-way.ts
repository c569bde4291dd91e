import { cpus } from "node:os";
import { percentiles } from "./percentiles.ts";
import { BenchStand, spentBetween } from "./stand.ts";

/**
 * The whole way of an order, `atOnce` customers at a time: scan, submit, claim, ready, collect, with the customer's and the barista's screens
 * connected. Everything is on disk before it is acknowledged. The system runs in a process of its own; this one is the customers and the barista.
 */
export async function orderWay(options: { orders: number; atOnce: number }): Promise<void> {
  const stand = await BenchStand.open(options.atOnce);
  const before = await stand.used();
  const { took, times } = await stand.takeOrders(options.orders);
  const after = await stand.used();
  await stand.close();
  const each = (thread?: "application" | "services") =>
    (spentBetween(before, after, thread) / options.orders).toFixed(1);

  process.stdout.write(`The whole way of an order, ${options.orders} orders, ${options.atOnce} at a time, on disk
(${cpus().length} cores, ${cpus()[0]?.model ?? "unknown"}, Node ${process.version})

  start to ready                     ${stand.upAfter.toFixed(0)} ms
  orders                             ${((options.orders * 1000) / took).toFixed(1)} a second
  scan → "choose" on the phone       ${percentiles(times.admitted)}
  submit → number on the phone       ${percentiles(times.queued)}
  "ready" pressed → phone told       ${percentiles(times.told)}
  processor time of the system      ${each()} ms an order: application ${each("application")}, services and host ${each("services")}
  memory of the system after it      ${(after.memory / 2 ** 20).toFixed(0)} MB
`);
}
