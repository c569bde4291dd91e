import { closeSync, fsyncSync, openSync } from "node:fs";

/** Makes a new or renamed file's name itself durable; not every system can sync a folder. */
export function syncFolder(folder: string): void {
  try {
    const handle = openSync(folder, "r");
    fsyncSync(handle);
    closeSync(handle);
  } catch {
    // Windows cannot open a folder; there a rename is durable by itself.
  }
}
