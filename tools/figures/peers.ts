import { measurePeers } from "../../bench/peers/index.ts";
import { keepFigures } from "./keep.ts";
import { peersTables } from "./peers-tables.ts";

/** `npm run bench -- --peers`: prints the tables, and with `write` stores their figures for docs/figures.md. */
export async function peers({ rounds, write }: { rounds: number; write: boolean }): Promise<void> {
  const figures = await measurePeers({ rounds, cycles: 2000, events: 1000, atOnce: 50, starts: rounds });
  process.stdout.write(`\n${peersTables(figures)}\n`);
  if (write) keepFigures("peers", figures);
}
