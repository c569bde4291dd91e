import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import chromium from "@sparticuz/chromium";

/**
 * Unpacks the browser before any test: two test files that did it at once would find each other's half. A half that an earlier run left behind, having
 * been ended in the middle, is unpacked again.
 * @throws Error when it does not run
 */
export default async function unpackBrowser(): Promise<void> {
  const path = await chromium.executablePath();
  if (runs(path) === "") return;
  rmSync(path, { force: true });
  const problem = runs(await chromium.executablePath());
  if (problem !== "") throw new Error(`The browser for the journeys, ${path}, does not run: ${problem}`);
}

/** What keeps it from running; empty when nothing does. */
function runs(path: string): string {
  const { status, error, stderr, signal } = spawnSync(path, ["--version"], { encoding: "utf8" });
  return status === 0 ? "" : (error?.message ?? `${stderr} (${signal ?? status})`);
}
