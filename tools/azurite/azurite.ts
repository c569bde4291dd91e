import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

const project = import.meta.dirname;
const cache = join(project, "..", "..", ".cache", "azurite");

/** The path of Azurite's program, to be run with Node, or why there is none. */
export type Azurite = { path: string } | { missing: string };

/**
 * Finds Azurite, which emulates a storage account: the version that this folder's `package.json` pins, restored with npm into `.cache/azurite` (kept
 * between runs). It is no dependency of the root, because it is larger than all packages that the tests need together.
 */
export function findAzurite(): Azurite {
  const folder = join(cache, pinnedVersion());
  const path = join(folder, "node_modules", "azurite", "dist", "src", "azurite.js");
  const reason = existsSync(path) ? undefined : restore(folder, path);
  return reason === undefined ? { path } : { missing: `No Azurite: ${reason}` };
}

/** @returns why it failed, or nothing if Azurite is there now */
function restore(folder: string, path: string): string | undefined {
  process.stderr.write("Fetching Azurite for the tests of Storage (about a minute, once) …\n");
  mkdirSync(cache, { recursive: true });
  // Installs into a temporary folder, which is renamed when it is complete: parallel runs do not see each other's incomplete folders.
  const half = mkdtempSync(join(cache, "half-"));
  try {
    for (const file of ["package.json", "package-lock.json"]) copyFileSync(join(project, file), join(half, file));
    const { status, stderr, error } = spawnSync(
      "npm",
      [
        "ci",
        "--ignore-scripts",
        "--prefer-offline",
        "--fetch-retries=1",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
      ],
      { cwd: half, encoding: "utf8", shell: process.platform === "win32" },
    );
    if (error !== undefined) return `npm could not be run: ${error.message}`;
    if (status !== 0) return `\`npm ci\` in a copy of ${project} failed:\n${stderr}`;
    try {
      renameSync(half, folder);
    } catch (failure) {
      // Another run was faster.
      if (!existsSync(path)) throw failure;
    }
    return existsSync(path) ? undefined : `\`npm ci\` did not bring ${path}`;
  } finally {
    rmSync(half, { recursive: true, force: true });
  }
}

function pinnedVersion(): string {
  const { dependencies } = JSON.parse(readFileSync(join(project, "package.json"), "utf8")) as {
    dependencies: { azurite: string };
  };
  return dependencies.azurite;
}
