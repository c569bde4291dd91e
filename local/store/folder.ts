import { open } from "node:fs/promises";

/** Makes a new or renamed file's name itself durable; not every system can sync a folder. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, "r");
    await handle.sync().finally(() => handle.close());
  } catch {
    // Windows cannot open a folder; there a rename is durable by itself.
  }
}
