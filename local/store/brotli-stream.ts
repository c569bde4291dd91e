import {
  type BrotliCompress,
  type BrotliDecompress,
  constants,
  createBrotliCompress,
  createBrotliDecompress,
} from "node:zlib";

/** Matches are searched in the last megabyte. A higher quality takes a third more CPU time for a tenth fewer bytes. */
const params = { [constants.BROTLI_PARAM_QUALITY]: 2, [constants.BROTLI_PARAM_LGWIN]: 20 };

/** A Brotli stream that is fed in pieces: the output of a piece is complete before the next one is accepted, and may refer to all earlier pieces. */
export class BrotliStream {
  readonly #stream: BrotliCompress | BrotliDecompress;
  #parts: Buffer[] = [];
  #reject: ((error: Error) => void) | undefined;

  private constructor(stream: BrotliCompress | BrotliDecompress) {
    this.#stream = stream;
    stream.on("data", (part: Buffer) => this.#parts.push(part));
    // The callback is not called for a piece that cannot be decompressed.
    stream.on("error", (error) => this.#reject?.(error));
  }

  /** A compressing stream. */
  static compressing(): BrotliStream {
    return new BrotliStream(createBrotliCompress({ params, flush: constants.BROTLI_OPERATION_FLUSH }));
  }

  /** A decompressing stream; pieces must be given in the order in which they were compressed. */
  static decompressing(): BrotliStream {
    return new BrotliStream(createBrotliDecompress({ chunkSize: 256 * 1024 }));
  }

  /** The output for a piece. @throws Error if it cannot be decompressed */
  put(piece: Buffer): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.#reject = reject;
      this.#stream.write(piece, () => {
        while (this.#stream.readableLength > 0) this.#stream.read();
        const parts = this.#parts;
        this.#parts = [];
        resolve(parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts));
      });
    });
  }

  /** Frees the memory; a piece that is in progress is lost. */
  close(): void {
    this.#stream.destroy();
  }
}
