import { relative } from "node:path";
import type { Parts } from "../kernel/parts.ts";
import { Watcher } from "./watcher.ts";

export interface WatchOptions {
  /** Called after each reload with the changed files, relative to the root, and with the error if the application does not load. */
  reloaded?(outcome: { files: string[]; error?: Error }): void;
}

/** Reloads an application when a file of its code has changed. Changes during a reload cause another one after it. */
export class ReloadOnChange {
  readonly #parts: Parts;
  readonly #root: string;
  readonly #options: WatchOptions;
  readonly #reload: () => Promise<void>;
  readonly #changed = new Set<string>();
  readonly #watcher: Watcher;
  #running = false;
  #closed = false;

  constructor(parts: Parts, root: string, options: WatchOptions, reload: () => Promise<void>) {
    this.#parts = parts;
    this.#root = root;
    this.#options = options;
    this.#reload = reload;
    this.#watcher = new Watcher(root, (file) => this.#change(file));
  }

  /** The files that the application was loaded from, or failed to load from. */
  loadedFrom(files: readonly string[]): void {
    if (!this.#closed) this.#watcher.add(files);
  }

  /** Stops watching; a reload in progress completes. */
  close(): void {
    this.#closed = true;
    this.#watcher.close();
  }

  #change(file: string): void {
    this.#changed.add(relative(this.#root, file));
    if (this.#running || this.#closed) return;
    this.#running = true;
    const end = this.#parts.work.begin("reload");
    // One save often causes several events.
    setImmediate(() => void this.#run().finally(end));
  }

  async #run(): Promise<void> {
    while (this.#changed.size > 0 && !this.#closed) {
      const files = [...this.#changed].sort();
      this.#changed.clear();
      const began = performance.now();
      try {
        await this.#reload();
        const took = Math.round(performance.now() - began);
        this.#parts.log.info(`Reloaded in ${took} ms after a change of ${files.join(", ")}.`);
        this.#options.reloaded?.({ files });
      } catch (error) {
        if (this.#closed) break;
        this.#parts.log.error(
          `After a change of ${files.join(", ")} the application does not load; its functions answer 503 until it does. ${(error as Error).stack}`,
        );
        this.#options.reloaded?.({ files, error: error as Error });
      }
    }
    this.#running = false;
  }
}
