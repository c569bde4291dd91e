import { type FSWatcher, readdirSync, statSync, watch } from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";

const code = /\.([cm]?[jt]s|json)$/;

/**
 * Watches the files an application was loaded from, and the folders they lie in for new ones. A file that was only touched by its editor's second
 * write counts once: what matters is the time and size that it has.
 */
export class Watcher {
  readonly #root: string;
  readonly #changed: (file: string) => void;
  /** The watched folders; a folder that is removed and made anew is another one, by its inode. */
  readonly #folders = new Map<string, { watcher: FSWatcher; inode: number }>();
  readonly #seen = new Map<string, string>();

  /** `changed` is called with the path of each file that is not what it was. */
  constructor(root: string, changed: (file: string) => void) {
    this.#root = root;
    this.#changed = changed;
    this.add(["package.json", "host.json"].map((name) => join(root, name)));
  }

  /** From now on these are watched too; one that has changed since it was last looked at counts as changed at once. */
  add(files: Iterable<string>): void {
    for (const file of files) {
      this.#watch(dirname(file));
      if (this.#seen.has(file)) this.#look(file);
      else this.#remember(file);
    }
  }

  close(): void {
    for (const { watcher } of this.#folders.values()) watcher.close();
    this.#folders.clear();
  }

  #watch(folder: string): void {
    if (this.#folders.has(folder)) return;
    try {
      const inode = statSync(folder).ino;
      const watcher = watch(folder, (_, name) => name !== null && this.#look(join(folder, name), true));
      watcher.on("error", () => this.#unwatch(folder));
      watcher.unref();
      this.#folders.set(folder, { watcher, inode });
      // Whatever lies there now is no news later on.
      for (const name of readdirSync(folder)) if (this.#matters(join(folder, name))) this.#remember(join(folder, name));
    } catch {
      // The folder is gone already; the one above tells when it comes back.
    }
  }

  #unwatch(folder: string): void {
    this.#folders.get(folder)?.watcher.close();
    this.#folders.delete(folder);
  }

  /** `news` about a folder is one that was made just now: what is put into it counts. */
  #look(path: string, news = false): void {
    if (news && isFolder(path)) {
      this.#lookInto(path);
      return;
    }
    if (!this.#matters(path)) return;
    const before = this.#seen.get(path);
    const now = this.#remember(path);
    if (before === undefined ? news : before !== now) this.#changed(path);
  }

  /** A folder that is new, or removed and made anew as a build does it: what lies in it counts, in its folders too. */
  #lookInto(folder: string): void {
    if (/^\.|^node_modules$/.test(basename(folder))) return;
    const known = this.#folders.get(folder);
    if (known !== undefined && known.inode === inodeOf(folder)) return;
    this.#unwatch(folder);
    this.#watch(folder);
    for (const name of namesIn(folder)) {
      const path = join(folder, name);
      if (isFolder(path)) this.#lookInto(path);
      else if (this.#matters(path)) this.#changed(path);
    }
  }

  /** In the root lies much that is none of the application's code; there, only what was loaded matters. */
  #matters(path: string): boolean {
    if (this.#seen.has(path)) return true;
    const inRoot = relative(this.#root, path);
    if (inRoot === "package.json" || inRoot === "host.json") return true;
    return code.test(path) && inRoot.includes(sep);
  }

  #remember(path: string): string {
    const now = signature(path);
    this.#seen.set(path, now);
    return now;
  }
}

function signature(path: string): string {
  try {
    const { mtimeMs, size } = statSync(path);
    return `${mtimeMs}/${size}`;
  } catch {
    return "gone";
  }
}

function inodeOf(path: string): number | undefined {
  try {
    return statSync(path).ino;
  } catch {
    return undefined;
  }
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
