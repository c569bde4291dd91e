import { spawnSync } from "node:child_process";
import { join } from "node:path";

export interface ColdImport {
  milliseconds: number;
  /** Memory that the process has more of afterwards. */
  megabytes: number;
  /** How many functions the bundle registers. */
  functions: number;
  registered: { name: string; trigger: string }[];
  /** What it wrote about itself, such as an extension that could not be loaded. */
  said: string;
}

/**
 * How long a bundle takes to load, and what it registers: the run of middle length among five, each in a fresh process of this Node.
 * @throws when it does not load
 */
export function coldImport(bundle: string): ColdImport {
  const runs = Array.from({ length: 5 }, () => importOnce(bundle)).sort((a, b) => a.milliseconds - b.milliseconds);
  const [, , middle] = runs;
  if (middle === undefined) throw new Error("No run was measured.");
  return middle;
}

/** Loads a bundle in a fresh process, without any setting, as nothing may need one for that. @throws with what the process said */
export function importOnce(bundle: string): ColdImport {
  const { status, stdout, stderr, error } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, "import-once.cjs"), bundle],
    { encoding: "utf8", env: {}, timeout: 60_000 },
  );
  if (status !== 0) throw new Error(`${bundle} does not load:\n${error?.message ?? stderr}`);
  return { ...JSON.parse(stdout), said: stderr } as ColdImport;
}
