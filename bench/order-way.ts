import { hardware } from "./machine.ts";
import { percentiles } from "./percentiles.ts";
import { BenchStand, spentBetween, type Times } from "./stand.ts";
import { print, type Tell } from "./tell.ts";

/**
 * About how many orders of each customer fall into a round. A person may scan ten times a minute, and a fast customer takes more than the average.
 */
const eachAMinute = 8;
/** The limit for all customers together: the code of the hour allows twice as many scans. */
const most = 500;

/** The results of the orders. Times in ms; `spent` is processor time. */
export interface OrderWay extends Times {
  upAfter: number;
  /** The total time, without advancing the clock. */
  took: number;
  spent: Record<"all" | "application" | "services", number>;
  memory: number;
}

/**
 * The whole way of an order, `atOnce` customers at a time: scan, submit, claim, ready, collect, with the customer's and the barista's screens
 * connected. Everything is on disk before it is acknowledged. The system runs in a process of its own; this process is the customers and the barista.
 * If the orders exceed the scans allowed in a minute, the stand's clock is advanced in between. That time is not counted.
 */
export async function orderWay(options: { orders: number; atOnce: number }, tell: Tell = print): Promise<OrderWay> {
  const { orders } = options;
  // More customers than orders would be idle.
  const atOnce = Math.min(options.atOnce, orders);
  const stand = await BenchStand.open(atOnce);
  const way: OrderWay = {
    ...{ admitted: [], queued: [], told: [] },
    ...{ upAfter: stand.upAfter, took: 0, memory: 0 },
    spent: { all: 0, application: 0, services: 0 },
  };
  const { spent } = way;
  try {
    for (let left = orders; left > 0; ) {
      const now = Math.min(left, atOnce * eachAMinute, most);
      const before = await stand.used();
      const round = await stand.takeOrders(now);
      const after = await stand.used();
      way.took += round.took;
      for (const name of ["admitted", "queued", "told"] as const) way[name].push(...round.times[name]);
      spent.all += spentBetween(before, after);
      for (const thread of ["application", "services"] as const) spent[thread] += spentBetween(before, after, thread);
      left -= now;
      if (left > 0) await stand.minuteLater();
    }
    way.memory = (await stand.used()).memory;
  } finally {
    await stand.close();
  }
  const each = (what: keyof typeof spent) => (spent[what] / orders).toFixed(1);
  tell(`The whole way of an order, ${orders} ${orders === 1 ? "order" : "orders"}, ${atOnce} at a time, on disk
(${hardware()})

  start to ready                     ${way.upAfter.toFixed(0)} ms
  orders                             ${((orders * 1000) / way.took).toFixed(1)} a second
  scan → "choose" on the phone       ${percentiles(way.admitted)}
  submit → number on the phone       ${percentiles(way.queued)}
  "ready" pressed → phone told       ${percentiles(way.told)}
  processor time of the system       ${each("all")} ms an order: application ${each("application")}, services and host ${each("services")}
  memory of the system after it      ${(way.memory / 2 ** 20).toFixed(0)} MB
`);
  return way;
}
