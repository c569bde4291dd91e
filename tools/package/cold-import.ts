import { spawnSync } from "node:child_process";
import { join } from "node:path";

export interface ColdImport {
  milliseconds: number;
  /** The memory that the process gained. */
  megabytes: number;
  /** How many functions the bundle registers. */
  functions: number;
  registered: { name: string; trigger: string }[];
  /** Its own output, such as a message about an extension that could not be loaded. */
  said: string;
}

/**
 * The load time of a bundle, and the functions that it registers: the median of five runs, each in a fresh process of this Node.
 * @throws if the bundle does not load
 */
export function coldImport(bundle: string): ColdImport {
  const runs = Array.from({ length: 5 }, () => importOnce(bundle)).sort((a, b) => a.milliseconds - b.milliseconds);
  const [, , middle] = runs;
  if (middle === undefined) throw new Error("No run was measured.");
  return middle;
}

/** Loads a bundle in a fresh process without any settings, because loading must need none. @throws with the process's output */
export function importOnce(bundle: string): ColdImport {
  const { status, stdout, stderr, error } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, "import-once.cjs"), bundle],
    { encoding: "utf8", env: {}, timeout: 60_000 },
  );
  if (status !== 0) throw new Error(`${bundle} does not load:\n${error?.message ?? stderr}`);
  return { ...JSON.parse(stdout), said: stderr } as ColdImport;
}
