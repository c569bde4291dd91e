import { cpus, loadavg, totalmem } from "node:os";

/** The machine and the day of a measurement. It has neither names nor paths, because the figures are public. */
export interface Machine {
  cores: number;
  model: string;
  memoryGiB: number;
  node: string;
  /** The day, such as 2026-11-28. */
  day: string;
  /** The load of the machine at the start: the mean of the minute before. */
  load: number;
}

/** This machine, now. */
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

/** The part of this machine's description that stands below the title of a bench. */
export const hardware = (): string =>
  `${cpus().length} cores, ${cpus()[0]?.model ?? "unknown"}, Node ${process.version}`;

/** The machine as text. */
export const inWords = ({ cores, model, memoryGiB, node, day, load }: Machine): string =>
  `${day}, ${cores} cores (${model}), ${memoryGiB} GiB, Node ${node}, load before ${load.toFixed(1)}`;
