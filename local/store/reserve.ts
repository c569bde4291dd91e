import { closeSync, openSync, rmSync, writeSync } from "node:fs";

const block = Buffer.alloc(64 * 1024, 1);

/**
 * Reserved disk space for changes that were already accepted. If the disk is full it is freed, and pending changes are written. From then on
 * nothing is accepted until the space is available again.
 */
export class Reserve {
  readonly #path: string;
  #bytes = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** How much is reserved now. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Reserves at least `bytes`; false if the disk has not enough space. */
  keep(bytes: number): boolean {
    if (bytes <= this.#bytes) return true;
    const wanted = Math.ceil(bytes / block.length) * block.length;
    let file: number | undefined;
    try {
      file = openSync(this.#path, this.#bytes === 0 ? "w" : "a");
      for (
        let written = this.#bytes;
        written < wanted;
        written += writeSync(file, block, 0, Math.min(block.length, wanted - written))
      );
      this.#bytes = wanted;
      return true;
    } catch (error) {
      if (!isFull(error)) throw error;
      if (this.#bytes === 0) rmSync(this.#path, { force: true });
      return false;
    } finally {
      if (file !== undefined) closeSync(file);
    }
  }

  /** Frees the reserve. */
  release(): void {
    rmSync(this.#path, { force: true });
    this.#bytes = 0;
  }
}

/** Whether an error means that the disk or its quota is full. */
export const isFull = (error: unknown): boolean =>
  ["ENOSPC", "EDQUOT"].includes((error as NodeJS.ErrnoException | undefined)?.code ?? "");
