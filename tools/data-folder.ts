import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { certificateFile } from "../local/index.ts";
import { lockFolder } from "../local/store/folder-lock.ts";
import { isLockFile, isStoreFile } from "../local/store/store-files.ts";

/** In the data folder: the served site, stamped anew at each start. */
export const siteFolder = "site";

const isOurs = (name: string) =>
  isStoreFile(name) || isLockFile(name) || name === certificateFile || name === siteFolder;

/**
 * A start writes into the folder that `--data` names, and deletes from it. So it must belong to a stand, be empty, or not exist yet.
 * @throws Error that says what it contains instead
 */
export function checkDataFolder(folder: string): void {
  const names = namesIn(folder);
  // A folder called `site` may belong to anybody if there is no store beside it.
  if (names.some(isStoreFile) || names.every((name) => isOurs(name) && name !== siteFolder)) return;
  const some = names.filter((name) => !isOurs(name) || name === siteFolder).sort();
  const others = some.length > 3 ? ` and ${some.length - 3} more` : "";
  throw new Error(
    `--data names ${folder}, which is not the folder of a stand: ${some.slice(0, 3).join(", ")}${others} are in it, and no store. Nothing was changed. Name the folder of a stand, an empty one, or one that is not there yet.`,
  );
}

/** Deletes all files of a stand from its folder, and keeps any others. @throws Error if another stand uses it */
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
