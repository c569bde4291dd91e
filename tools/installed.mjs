import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Whether `node_modules` holds what the lock file names, whoever installed it: npm writes down what it has installed once it is done.
 * @throws when the lock file is missing or cannot be read
 */
export function isInstalled(root) {
  const written = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(written)) return false;
  const packagesOf = (path) => JSON.parse(readFileSync(path, "utf8")).packages;
  const there = packagesOf(written);
  return Object.entries(packagesOf(join(root, "package-lock.json"))).every(([path, wanted]) => {
    if (path === "") return true;
    // What is for other systems npm leaves out.
    if (there[path] === undefined) return wanted.optional === true;
    return there[path].version === wanted.version && there[path].integrity === wanted.integrity;
  });
}
