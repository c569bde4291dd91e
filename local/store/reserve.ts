import { closeSync, openSync, rmSync, writeSync } from "node:fs";

const block = Buffer.alloc(64 * 1024, 1);

/**
 * Room on the disk that is kept for what has been taken on already. When the disk is full it is given back, and what waits is written; from then on
 * nothing is taken on until the room is there again.
 */
export class Reserve {
  readonly #path: string;
  #bytes = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** How much is kept now. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Keeps at least `bytes`; false when the disk has not that much. */
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

  /** Gives all of it back. */
  release(): void {
    rmSync(this.#path, { force: true });
    this.#bytes = 0;
  }
}

/** Whether a disk, or a share of it, has no more room. */
export const isFull = (error: unknown): boolean =>
  ["ENOSPC", "EDQUOT"].includes((error as NodeJS.ErrnoException | undefined)?.code ?? "");
