import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Locks of this process: after a crash in a container the next process may well get the same id. */
const own = new Set<string>();
let made = 0;

/**
 * Locks `folder` for this process and returns the function that releases it. A lock of a process that no longer exists is taken over.
 * A lock is written to another file and hard-linked to its name, so it appears atomically. To take over a lock, a process first links its own to a
 * name derived
 * from the old lock's text, which only one process can do. Then it renames its own over the old one. If it dies in between, the next process does the
 * same with *its*
 * text. So two processes never hold the lock.
 * @throws if a living process holds it.
 */
export function lockFolder(folder: string): () => void {
  const path = join(folder, "lock");
  const text = `${process.pid} ${startOf(process.pid) ?? "-"} ${Math.round(performance.timeOrigin)}-${made++}`;
  const aside = `${path}.${nameOf(text)}`;
  try {
    writeFileSync(aside, text);
  } catch (error) {
    throw new Error(
      `${folder} cannot be the data folder, because nothing can be written to it: ${(error as Error).message}.`,
    );
  }
  own.add(text);
  try {
    while (!linked(aside, path)) {
      const holder = read(path);
      if (holder === undefined) continue;
      refuseIfAlive(folder, path, holder);
      takeOver(folder, path, aside, holder);
      if (read(path) === text) break;
    }
  } catch (error) {
    own.delete(text);
    throw error;
  } finally {
    rmSync(aside, { force: true });
  }
  return () => {
    own.delete(text);
    rmSync(path, { force: true });
  };
}

/** Replaces the lock `stale` with ours, unless it no longer exists. @throws if another process is doing that right now. */
function takeOver(folder: string, path: string, aside: string, stale: string): void {
  const claims: string[] = [];
  for (let gone = stale; ; ) {
    const claim = `${path}.over.${nameOf(gone)}`;
    if (linked(aside, claim)) {
      claims.push(claim);
      break;
    }
    const other = read(claim);
    if (other === undefined) return;
    refuseIfAlive(folder, path, other);
    claims.push(claim);
    gone = other;
  }
  if (read(path) === stale) {
    // The rename needs its own file: `aside` is linked to the claim.
    renameSync(copied(aside), path);
    for (const claim of claims) rmSync(claim, { force: true });
  } else {
    // Another process has already completed the takeover.
    rmSync(claims.at(-1) ?? "", { force: true });
  }
}

function copied(aside: string): string {
  const copy = `${aside}.new`;
  writeFileSync(copy, readFileSync(aside));
  return copy;
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

const nameOf = (text: string) => text.replace(/[^\w-]/g, "_");

function refuseIfAlive(folder: string, path: string, text: string): void {
  const [pid = "", start = "-"] = text.split(" ");
  const owner = Number(pid);
  if (owner === process.pid ? !own.has(text) : !isAlive(owner, start)) return;
  const doubt =
    start === "-"
      ? ` If process ${owner} is another program, which got the number after a crash, remove ${path}.`
      : ` Its lock is ${path}.`;
  throw new Error(`${folder} is in use by process ${owner}. Stop that one first, or choose another folder.${doubt}`);
}

/** @param start the start time of the lock's process, from `startOf`: another value means another process with the same id. */
function isAlive(pid: number, start: string): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  const now = startOf(pid);
  return start === "-" || now === undefined || now === start;
}

/** The start time of a process, in ticks since boot; only available on Linux. */
function startOf(pid: number): string | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    // The name, in parentheses, may contain spaces; the 20th field after it is the start time.
    return readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ")[19];
  } catch {
    return undefined;
  }
}
