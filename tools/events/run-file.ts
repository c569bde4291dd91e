import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { UsageError } from "../say-usage.ts";

/** The progress of a replay, stored so that it can be resumed. */
const runSchema = z.object({
  run: z.string(),
  stand: z.string(),
  storeId: z.string(),
  since: z.string().optional(),
  until: z.string().optional(),
  /** A file of lines; if missing, the archive. */
  file: z.string().optional(),
  to: z.array(z.string()),
  speed: z.number().optional(),
  told: z.number(),
  /** The time of the last sent event, and the ids of all events at that time. */
  last: z.object({ time: z.string(), ids: z.array(z.string()) }).optional(),
  done: z.boolean(),
});
export type Run = z.infer<typeof runSchema>;

const fileOf = (folder: string, run: string) => join(folder, `${run}.json`);

/** Writes it completely or not at all. */
export function saveRun(folder: string, run: Run): void {
  mkdirSync(folder, { recursive: true });
  const file = fileOf(folder, run.run);
  writeFileSync(`${file}.new`, `${JSON.stringify(run, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

/** @throws UsageError if there is no such run */
export function readRun(folder: string, run: string): Run {
  if (!/^[\w.-]+$/.test(run))
    throw new UsageError(`"${run}" is not the id of a run, such as insights-20260615T100530.`);
  let text: string;
  try {
    text = readFileSync(fileOf(folder, run), "utf8");
  } catch {
    throw new UsageError(`There is no run ${run}; runs are kept in ${folder}.`);
  }
  try {
    return runSchema.parse(JSON.parse(text));
  } catch {
    throw new UsageError(
      `${fileOf(folder, run)} is damaged, so that nobody knows how far the run came; begin another.`,
    );
  }
}
