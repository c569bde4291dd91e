import { mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

/**
 * Creates a folder and its parents if they do not exist. Node's own `recursive` is not used: it never ends if the system reports an existing folder
 * as missing (`/proc`).
 * @throws Error that says which folder cannot be created, and why
 */
export function makeFolder(folder: string): void {
  const path = resolve(folder);
  const missing: string[] = [];
  for (let at = path; ; at = dirname(at)) {
    const found = look(at, path);
    if (found === "folder") break;
    if (found === "other") throw new Error(`${path} cannot be the data folder: ${at} is not a folder.`);
    missing.unshift(at);
  }
  for (const each of missing) {
    try {
      mkdirSync(each);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      // Another process was faster.
      if (code === "EEXIST" && look(each, path) === "folder") continue;
      throw new Error(`The data folder ${path} cannot be created: ${message}.`, { cause: error });
    }
  }
}

function look(at: string, path: string): "folder" | "other" | undefined {
  try {
    return statSync(at).isDirectory() ? "folder" : "other";
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // A path below a file is reported when the file itself is checked.
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new Error(`${path} cannot be the data folder: ${message}.`, { cause: error });
  }
}
