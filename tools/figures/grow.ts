import { readFileSync } from "node:fs";
import { join } from "node:path";
import { tellClients } from "../../bench/clients.ts";
import { type GrownTo, growth } from "../../bench/growth.ts";
import { type Machine, machine } from "../../bench/machine.ts";
import { whyNoSockets } from "../../bench/open-files.ts";
import { queries } from "../../bench/queries.ts";
import { print } from "../../bench/tell.ts";
import { root } from "../stand-options.ts";
import type { GrowthFigures } from "./growth.ts";
import { keepFigures } from "./keep.ts";

/** The number of orders that make a million documents. */
const ofAMillion = 143_000;
const clients = 9500;

/**
 * `npm run bench -- --growth`: prints the figures, and with `write` stores those of the stands in the table for docs/figures.md. The parts that take
 * minutes come last: a million documents, queries, many clients. If one process cannot have that many sockets, it says so first.
 */
export async function grow({ write }: { write: boolean }): Promise<void> {
  const why = whyNoSockets(clients);
  if (why !== undefined) print(`The last part, the clients, will not be run: ${why}.\n`);
  const on = machine();
  const measured = await growth({ orders: [1000, 10_000, 50_000] });
  if (write) keepGrowth(on, measured);
  await growth({ orders: [ofAMillion] });
  await queries({ documents: 100_000, runs: 100 });
  await tellClients({ clients, openings: 3, messages: 6 });
}

/** Stores the new figures, and leaves the earlier ones as they are. @param docs the folder of the page */
export function keepGrowth(on: Machine, measured: readonly GrownTo[], docs = join(root, "docs")): void {
  const { before } = JSON.parse(readFileSync(join(docs, "figures", "growth.json"), "utf8")) as GrowthFigures;
  const now = measured.map(({ orders, upAfter, memory, bytes }) => ({
    orders,
    startSeconds: Math.round(upAfter / 10) / 100,
    memoryMB: Math.round(memory / 2 ** 20),
    diskMB: Math.round(bytes / 2 ** 20),
  }));
  keepFigures("growth", { machine: on, now, before } satisfies GrowthFigures, docs);
}
