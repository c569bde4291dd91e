import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Folders that this process has locked itself: after a crash in a container the next process may well get the same id. */
const own = new Set<string>();

/**
 * Claims `folder` for this process and returns the function that lets go of it. A lock left by a process that is gone is taken over.
 * @throws when a living process has it.
 */
export function lockFolder(folder: string): () => void {
  const path = join(folder, "lock");
  for (;;) {
    try {
      writeFileSync(path, String(process.pid), { flag: "wx" });
      own.add(path);
      return () => {
        own.delete(path);
        rmSync(path, { force: true });
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const owner = Number(readFileSync(path, "utf8"));
    if (owner === process.pid ? own.has(path) : isAlive(owner)) {
      throw new Error(`${folder} is in use by process ${owner}. Stop that one first, or choose another folder.`);
    }
    rmSync(path, { force: true });
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
