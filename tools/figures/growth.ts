import { inWords, type Machine } from "../../bench/machine.ts";

/** The start of a stand that has taken this many orders. */
export interface Grown {
  orders: number;
  /** From the command to ready. */
  startSeconds: number;
  /** Of the process after the start. */
  memoryMB: number;
  /** Of the data folder. */
  diskMB?: number;
}

/** The content of docs/figures/growth.json. */
export interface GrowthFigures {
  /** The machine of `now`; missing if nothing has been measured yet. */
  machine?: Machine;
  now: Grown[];
  /** Figures from commit 6091da8, which kept all data ever stored in memory and read it at each start. If a range was measured, its middle. */
  before: Grown[];
}

/** The table under the chart, in Markdown. */
export function growthTable({ machine, now, before }: GrowthFigures): string {
  const orders = [...new Set([...before, ...now].map((each) => each.orders))].sort((a, b) => a - b);
  const cell = (of: Grown[], count: number, show: (grown: Grown) => string) => {
    const grown = of.find((each) => each.orders === count);
    return grown === undefined ? "–" : show(grown);
  };
  const start = ({ startSeconds }: Grown) => `${startSeconds.toFixed(1)} s`;
  const memory = ({ memoryMB }: Grown) => `${memoryMB.toLocaleString("en")} MB`;
  const disk = ({ diskMB }: Grown) => (diskMB === undefined ? "–" : `${diskMB.toLocaleString("en")} MB`);
  const rows = orders.map((count) =>
    [
      count.toLocaleString("en"),
      cell(before, count, start),
      cell(now, count, start),
      cell(before, count, memory),
      cell(now, count, memory),
      cell(before, count, disk),
      cell(now, count, disk),
    ].join(" | "),
  );
  return [
    machine === undefined ? "_Now_ is not measured yet." : `_Now_ was measured ${inWords(machine)}.`,
    [
      "| orders taken | start, before | now | memory, before | now | on disk, before | now |",
      "| ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
      ...rows.map((row) => `| ${row} |`),
    ].join("\n"),
  ].join("\n\n");
}
