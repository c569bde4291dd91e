import { mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

/**
 * Makes a folder, and those that it is in, unless it is there. Not by Node's own `recursive`: where the system says of a folder that is there that it
 * is not (`/proc`), that tries for ever.
 * @throws Error that says which folder cannot be made, and why
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
    // What is below a file is looked at when the file is.
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new Error(`${path} cannot be the data folder: ${message}.`, { cause: error });
  }
}
