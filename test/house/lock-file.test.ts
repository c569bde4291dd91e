import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

interface LockedPackage {
  resolved?: string;
  optionalDependencies?: Record<string, string>;
}

describe.each(["package-lock.json", "tools/azurite/package-lock.json"])("%s", (file) => {
  const { packages } = JSON.parse(readFileSync(join(import.meta.dirname, "../..", file), "utf8")) as {
    packages: Record<string, LockedPackage>;
  };
  const locked = Object.entries(packages);

  // npm drops what the machine at hand does not need when it rewrites a lock file beside a full `node_modules`; `npm ci` then refuses it.
  // `npm install --package-lock-only` in a copy without `node_modules` writes it whole.
  test("names every optional dependency, those of other platforms too", () => {
    const missing = locked.flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter((name) => !isLocked(packages, name, path)),
    );
    expect(missing).toEqual([]);
  });

  test("holds no address of a registry", () => {
    expect(locked.filter(([, { resolved }]) => /^https?:/.test(resolved ?? "")).map(([path]) => path)).toEqual([]);
  });
});

/** Whether a package stands where Node would look for it from `path`: beside it or further up. */
function isLocked(packages: Record<string, LockedPackage>, name: string, path: string): boolean {
  for (let folder = path; ; ) {
    if (`${folder === "" ? "" : `${folder}/`}node_modules/${name}` in packages) return true;
    if (folder === "") return false;
    const up = folder.lastIndexOf("/node_modules/");
    folder = up === -1 ? "" : folder.slice(0, up);
  }
}
