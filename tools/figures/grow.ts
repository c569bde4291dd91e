import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type GrownTo, growth } from "../../bench/growth.ts";
import { type Machine, machine } from "../../bench/machine.ts";
import { root } from "../stand-options.ts";
import type { GrowthFigures } from "./growth.ts";
import { keepFigures } from "./keep.ts";

/** `npm run bench -- --growth`: prints the figures, and with `write` keeps them for docs/figures.md. */
export async function grow({ write }: { write: boolean }): Promise<void> {
  const on = machine();
  const measured = await growth({ orders: [1000, 10_000, 50_000] });
  if (write) keepGrowth(on, measured);
}

/** Keeps them; what was before stays. @param docs the folder of the page */
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
