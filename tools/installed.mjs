import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Whether `node_modules` matches the lock file, regardless of who installed it: npm records the installed packages once it is done.
 * @throws if the lock file is missing or cannot be read
 */
export function isInstalled(root) {
  const written = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(written)) return false;
  const packagesOf = (path) => JSON.parse(readFileSync(path, "utf8")).packages;
  const there = packagesOf(written);
  return Object.entries(packagesOf(join(root, "package-lock.json"))).every(([path, wanted]) => {
    if (path === "") return true;
    // npm leaves out packages for other systems.
    if (there[path] === undefined) return wanted.optional === true;
    return there[path].version === wanted.version && there[path].integrity === wanted.integrity;
  });
}
