import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { UsageError } from "../say-usage.ts";

/** How far a replay has come, kept so that it can be taken up again. */
const runSchema = z.object({
  run: z.string(),
  stand: z.string(),
  storeId: z.string(),
  since: z.string().optional(),
  until: z.string().optional(),
  /** A file of lines; the archive where there is none. */
  file: z.string().optional(),
  to: z.array(z.string()),
  speed: z.number().optional(),
  told: z.number(),
  /** The time of the last event told, and the ids of all of that time. */
  last: z.object({ time: z.string(), ids: z.array(z.string()) }).optional(),
  done: z.boolean(),
});
export type Run = z.infer<typeof runSchema>;

const fileOf = (folder: string, run: string) => join(folder, `${run}.json`);

/** Writes it whole or not at all. */
export function saveRun(folder: string, run: Run): void {
  mkdirSync(folder, { recursive: true });
  const file = fileOf(folder, run.run);
  writeFileSync(`${file}.new`, `${JSON.stringify(run, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

/** @throws UsageError when there is no such run */
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
