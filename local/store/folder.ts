import { open } from "node:fs/promises";

/** Syncs a folder, so that the name of a new or renamed file is on disk. Not every system can do this. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, "r");
    await handle.sync().finally(() => handle.close());
  } catch {
    // Windows cannot open a folder; a rename is durable there anyway.
  }
}
