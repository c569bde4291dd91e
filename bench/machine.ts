import { cpus, loadavg, totalmem } from "node:os";

/** On what something was measured, and when. Neither names nor paths: the figures are for everybody. */
export interface Machine {
  cores: number;
  model: string;
  memoryGiB: number;
  node: string;
  /** The day, as 2026-11-28. */
  day: string;
  /** How much else wanted the cores when it began: the mean of the minute before. */
  load: number;
}

/** This one, now. */
export function machine(): Machine {
  const [load = 0] = loadavg();
  return {
    cores: cpus().length,
    model: cpus()[0]?.model ?? "unknown",
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    day: new Date().toISOString().slice(0, 10),
    load: Math.round(load * 10) / 10,
  };
}

/** What of this one stands below the title of a bench. */
export const hardware = (): string =>
  `${cpus().length} cores, ${cpus()[0]?.model ?? "unknown"}, Node ${process.version}`;

/** It in words. */
export const inWords = ({ cores, model, memoryGiB, node, day, load }: Machine): string =>
  `${day}, ${cores} cores (${model}), ${memoryGiB} GiB, Node ${node}, load before ${load.toFixed(1)}`;
