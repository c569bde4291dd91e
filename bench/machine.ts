import { cpus, loadavg, totalmem } from "node:os";
import { type Speed, speed, speedInWords } from "./speed.ts";

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
  /** Missing in results from before it was measured. */
  speed?: Speed;
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
    speed: speed(),
  };
}

/** The part of this machine's description that stands below the title of a bench. */
export const hardware = (): string =>
  `${cpus().length} cores, ${cpus()[0]?.model ?? "unknown"}, ${speedInWords(speed())}, Node ${process.version}`;

/** The machine as text. */
export const inWords = ({ cores, model, memoryGiB, node, day, load, speed }: Machine): string => {
  const cpu = speed ? `${model}, ${speedInWords(speed)}` : model;
  return `${day}, ${cores} cores (${cpu}), ${memoryGiB} GiB, Node ${node}, load before ${load.toFixed(1)}`;
};
