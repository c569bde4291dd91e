import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

interface LockedPackage {
  resolved?: string;
  optionalDependencies?: Record<string, string>;
}

const lock = JSON.parse(readFileSync(join(import.meta.dirname, "../../package-lock.json"), "utf8")) as {
  packages: Record<string, LockedPackage>;
};
const locked = Object.entries(lock.packages);

// npm drops what the machine at hand does not need when it rewrites a lock file beside a full `node_modules`; `npm ci` then refuses it.
// `npm install --package-lock-only` in a copy without `node_modules` writes it whole.
test("the lock file names every optional dependency, those of other platforms too", () => {
  const missing = locked.flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !isLocked(name, path)),
  );
  expect(missing).toEqual([]);
});

test("the lock file holds no address of a registry", () => {
  expect(locked.filter(([, { resolved }]) => /^https?:/.test(resolved ?? "")).map(([path]) => path)).toEqual([]);
});

/** Whether a package stands where Node would look for it from `path`: beside it or further up. */
function isLocked(name: string, path: string): boolean {
  for (let folder = path; ; ) {
    if (`${folder === "" ? "" : `${folder}/`}node_modules/${name}` in lock.packages) return true;
    if (folder === "") return false;
    const up = folder.lastIndexOf("/node_modules/");
    folder = up === -1 ? "" : folder.slice(0, up);
  }
}
