import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { certificateFile } from "../local/index.ts";
import { lockFolder } from "../local/store/folder-lock.ts";
import { isLockFile, isStoreFile } from "../local/store/store-files.ts";

/** In the data folder: the site as it is served, stamped anew at each start. */
export const siteFolder = "site";

const isOurs = (name: string) =>
  isStoreFile(name) || isLockFile(name) || name === certificateFile || name === siteFolder;

/**
 * Whatever `--data` names, a start writes into it and takes things out of it again. So it has to be a stand's, empty, or not there yet.
 * @throws Error that says what it is instead
 */
export function checkDataFolder(folder: string): void {
  const names = namesIn(folder);
  // A folder called `site` may be anybody's, where there is no store beside it.
  if (names.some(isStoreFile) || names.every((name) => isOurs(name) && name !== siteFolder)) return;
  const some = names.filter((name) => !isOurs(name) || name === siteFolder).sort();
  const others = some.length > 3 ? ` and ${some.length - 3} more` : "";
  throw new Error(
    `--data names ${folder}, which is not the folder of a stand: ${some.slice(0, 3).join(", ")}${others} are in it, and no store. Nothing was changed. Name the folder of a stand, an empty one, or one that is not there yet.`,
  );
}

/** Takes all that a stand keeps out of its folder, and leaves what else somebody has put there. @throws Error when another stand runs on it */
export function emptyDataFolder(folder: string): void {
  checkDataFolder(folder);
  if (namesIn(folder).length === 0) return;
  const unlock = lockFolder(folder);
  for (const name of namesIn(folder))
    if (isOurs(name) && !isLockFile(name)) rmSync(join(folder, name), { recursive: true, force: true });
  unlock();
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return [];
    if (code === "ENOTDIR") throw new Error(`--data must name a folder; ${folder} is none.`);
    throw new Error(`--data names ${folder}, which cannot be read: ${message}.`);
  }
}
