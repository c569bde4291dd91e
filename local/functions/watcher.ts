import { type FSWatcher, readdirSync, statSync, watch } from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";

const code = /\.([cm]?[jt]s|[jt]sx|json)$/;

/**
 * Watches the files that an application was loaded from, their folders for new files, and the folders above, which a build may remove, rename or link
 * again. An editor's second write of the same file does not count again: a change is a change of the file's identity, time or size.
 */
export class Watcher {
  readonly #root: string;
  readonly #changed: (file: string) => void;
  readonly #folders = new Map<string, FSWatcher>();
  /** The folders in which new files count; above them, only folders do. */
  readonly #ofCode = new Set<string>();
  readonly #seen = new Map<string, string>();

  /** `changed` is called with the path of each file that has changed. */
  constructor(root: string, changed: (file: string) => void) {
    this.#root = root;
    this.#changed = changed;
    this.add(["package.json", "host.json"].map((name) => join(root, name)));
    // A build may recreate the whole application.
    this.#watch(dirname(root));
  }

  /** Watches these files, too; one that has changed since it was last checked is reported at once. */
  add(files: Iterable<string>): void {
    for (const file of files) {
      this.#watchAround(dirname(file));
      if (this.#seen.has(file)) this.#look(file);
      else this.#remember(file);
    }
  }

  /** Stops watching. */
  close(): void {
    for (const watcher of this.#folders.values()) watcher.close();
    this.#folders.clear();
  }

  /** Watches a folder of code, whose present files are not new, and the folders above it. */
  #watchAround(folder: string): void {
    this.#watch(folder);
    if (!this.#ofCode.has(folder)) {
      this.#ofCode.add(folder);
      for (const name of namesIn(folder)) if (this.#matters(join(folder, name))) this.#remember(join(folder, name));
    }
    for (let above = folder; !isWithin(this.#root, above); above = dirname(above)) this.#watch(dirname(above));
  }

  #watch(folder: string): void {
    if (this.#folders.has(folder)) return;
    try {
      const watcher = watch(folder, (event, name) => name !== null && this.#heard(event, join(folder, name)));
      watcher.on("error", () => this.#unwatch(folder));
      watcher.unref();
      this.#folders.set(folder, watcher);
    } catch {
      // It is already gone; the folder above reports when it returns.
    }
  }

  /** Stops watching the folder and all folders below it. */
  #unwatch(folder: string): void {
    for (const [path, watcher] of this.#folders) {
      if (!isWithin(path, folder)) continue;
      watcher.close();
      this.#folders.delete(path);
    }
  }

  #heard(event: "rename" | "change", path: string): void {
    const there = isFolder(path);
    if (!there && !this.#folders.has(path)) this.#look(path);
    // A folder reports its own changes. One that is renamed or removed may return as a different folder, even with the same name and inode.
    else if (event === "rename") this.#moved(path, there);
  }

  #moved(folder: string, there: boolean): void {
    this.#unwatch(folder);
    if (there) this.#lookInto(folder);
    for (const path of [...this.#seen.keys()]) if (isWithin(path, folder)) this.#look(path);
  }

  /** Everything in a new folder and its subfolders counts as changed, unless it is the same as before. */
  #lookInto(folder: string): void {
    if (!this.#mayHoldCode(folder)) return;
    this.#watch(folder);
    this.#ofCode.add(folder);
    for (const name of namesIn(folder)) {
      const path = join(folder, name);
      if (isFolder(path)) this.#lookInto(path);
      else this.#look(path);
    }
  }

  /** Any folder of the application except packages and hidden ones; elsewhere, a folder that code was loaded from. */
  #mayHoldCode(folder: string): boolean {
    if (isWithin(folder, this.#root) && !/^\.|^node_modules$/.test(basename(folder))) return true;
    for (const path of this.#seen.keys()) if (isWithin(path, folder)) return true;
    return false;
  }

  #look(path: string): void {
    if (!this.#matters(path)) return;
    const before = this.#seen.get(path) ?? gone;
    if (this.#remember(path) !== before) this.#changed(path);
  }

  /** The root contains much that is not the application's code. There, only loaded files matter. */
  #matters(path: string): boolean {
    const folder = dirname(path);
    return this.#seen.has(path) || (code.test(path) && folder !== this.#root && this.#ofCode.has(folder));
  }

  #remember(path: string): string {
    const now = signature(path);
    this.#seen.set(path, now);
    return now;
  }
}

const gone = "gone";

/** Files of two builds may have the same time and the same size. */
function signature(path: string): string {
  try {
    const { mtimeMs, size, ino } = statSync(path);
    return `${mtimeMs}/${size}/${ino}`;
  } catch {
    return gone;
  }
}

/** Whether a path is the folder or lies below it. */
function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith(`..${sep}`);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
