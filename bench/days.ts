import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { readEnd } from "../local/store/log-end.ts";
import { endPath, generationOf } from "../local/store/log-file.ts";
import { hardware } from "./machine.ts";
import { BenchStand, spentBetween } from "./stand.ts";
import { print, type Tell } from "./tell.ts";

/** The results of a day; in bytes, and in ms of processor time. */
export interface Day {
  day: number;
  ordersASecond: number;
  /** Of the system per order, without the time between the days. */
  spent: number;
  /** Of the process, at the end of the day. */
  memory: number;
  /** Live objects in V8, in both threads together, and buffers of the services' thread. */
  heap: number;
  buffers: number;
  /** Of the data folder. */
  disk: number;
  /** Bytes that an order added to the log, unless a new log was begun meanwhile. */
  log: number | undefined;
  /** Processor time from a day's last order to the first one of the next day: the cost of advancing the clock. */
  spentOvernight: number;
}

/** How many orders of each customer fall into one minute of the stand's clock. */
const eachAMinute = 2;

export interface DaysAmount {
  days: number;
  orders: number;
  customers?: number;
  /** Minutes from a day's last order to the first one of the next day. */
  night?: number;
}

/** Runs `days` with this many orders each on one stand, without a restart: shows whether anything grows with the days. */
export async function daysInARow(
  { days, orders, customers = 50, night = 24 * 60 }: DaysAmount,
  tell: Tell = print,
): Promise<Day[]> {
  tell(`${days} days of ${orders.toLocaleString("en")} orders in a row, ${customers} at a time, on disk
(${hardware()})

  day   orders/s   ms/order   memory     heap  buffers     disk   log/order   overnight`);
  const told: Day[] = [];
  const stand = await BenchStand.open(customers);
  const folder = stand.data;
  try {
    for (let day = 1; day <= days; day++) {
      let [took, spent, logged, loggedOrders] = [0, 0, 0, 0];
      for (let left = orders; left > 0; left -= customers * eachAMinute) {
        const now = Math.min(left, customers * eachAMinute);
        const [before, log] = [await stand.used(), logOf(folder)];
        const done = await stand.takeOrders(now);
        spent += spentBetween(before, await stand.used());
        took += done.took;
        const after = logOf(folder);
        if (after.generation === log.generation) {
          logged += after.bytes - log.bytes;
          loggedOrders += now;
        }
        await stand.minuteLater();
      }
      const evening = await stand.used();
      await stand.nightLater(night);
      const { memory, heap, buffers } = await stand.collected();
      const spentOvernight = spentBetween(evening, await stand.used());
      told.push({
        day,
        ordersASecond: (orders * 1000) / took,
        spent: spent / orders,
        memory,
        heap,
        buffers,
        disk: readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0),
        log: loggedOrders === 0 ? undefined : logged / loggedOrders,
        spentOvernight,
      });
      tell(lineOf(told.at(-1) as Day));
    }
  } finally {
    await stand.close();
  }
  return told;
}

/** The log that is currently written, and its length. */
function logOf(folder: string): { generation: number; bytes: number } {
  const generations = readdirSync(folder).map((name) => generationOf(name) ?? -1);
  // A prepared log is still empty.
  const ends = generations.map((generation) => ({
    generation,
    bytes: readEnd(endPath(folder, generation))?.bytes ?? 0,
  }));
  return (
    ends.filter(({ bytes }) => bytes > 0).sort((a, b) => b.generation - a.generation)[0] ?? { generation: -1, bytes: 0 }
  );
}

function lineOf({ day, ordersASecond, spent, memory, heap, buffers, disk, log, spentOvernight }: Day): string {
  const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MB`;
  return [
    String(day).padStart(5),
    ordersASecond.toFixed(1).padStart(11),
    spent.toFixed(1).padStart(11),
    ...[memory, heap, buffers, disk].map((bytes) => megabytes(bytes).padStart(9)),
    (log === undefined ? "–" : `${(log / 1024).toFixed(1)} KB`).padStart(12),
    `${(spentOvernight / 1000).toFixed(1)} s`.padStart(12),
  ].join("");
}
