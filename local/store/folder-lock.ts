import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Locks that this process has made itself: after a crash in a container the next process may well get the same id. */
const own = new Set<string>();
let made = 0;

/**
 * Claims `folder` for this process and returns the function that lets go of it. A lock left by a process that is gone is taken over.
 *
 * A lock is written aside and linked to its name, so it is there whole or not at all. To take one over, a process first links its own to a name made
 * of the old one's text, which one process only can do; then it renames its own over it. If it dies in between, the next does the same with *its*
 * text. So at no moment two have the folder.
 * @throws when a living process has it.
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

/** Puts our lock in the place of `stale`, unless it is not there any more. @throws when another process is just doing so. */
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
    // Its own name for the rename: `aside` is what the claim is linked to.
    renameSync(copied(aside), path);
    for (const claim of claims) rmSync(claim, { force: true });
  } else {
    // Somebody was faster, and through by the time we came.
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

/** @param start when the process of the lock began, as `startOf` gives it: another number belongs to another process. */
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

/** When a process began, in ticks since the machine was started; only Linux tells. */
function startOf(pid: number): string | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    // The name, in parentheses, may have spaces; the 20th field after it is the start.
    return readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ")[19];
  } catch {
    return undefined;
  }
}
