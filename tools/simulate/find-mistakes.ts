import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type How, simulate } from "./days.ts";
import { buildWith, type Mistake } from "./mistakes.ts";

export interface Found {
  mistake: string;
  /** The day, from 1, and the check that found it; missing if no day did. */
  on?: { day: number; check: string; says: string };
}

/** Simulates days of the application with a mistake until a check finds it, or the maximum number of days is reached. */
export async function find(mistake: Mistake, seed: number, from: number, most: number, how: How = {}): Promise<Found> {
  const folder = mkdtempSync(join(tmpdir(), "crema-mistake-"));
  try {
    await buildWith([mistake], folder);
    for await (const { days } of simulate(seed, from, most, { application: folder, ...how })) {
      for (const { n, wrong } of days)
        if (wrong[0]) return { mistake: mistake.name, on: { day: n - from + 1, ...wrong[0] } };
    }
    return { mistake: mistake.name };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
