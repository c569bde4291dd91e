import { BrotliStream } from "./brotli-stream.ts";
import { decodeCommit, type LogLine } from "./log-line.ts";
import type { Change } from "./store.ts";

/** How many bytes of a log are decompressed at once. */
const bytesAtOnce = 64 * 1024;
const feed = 10;

/** Data with a valid checksum that this version cannot read. */
export class Unreadable extends Error {
  /** The first unreadable line. */
  readonly line: number;

  constructor(line: number, words: string) {
    super(words);
    this.line = line;
  }
}

/** Takes the lines of a log in order, and applies their commits in order. */
export class LogTexts {
  readonly #apply: (changes: readonly Change[]) => void;
  #stream: BrotliStream | undefined;
  /** Consecutive lines that are waiting to be decompressed. */
  #waiting: LogLine[] = [];
  #bytes = 0;
  /** The number of the first of these lines. */
  #first = 0;
  /** The length of the decompressed text. */
  length = 0;

  constructor(apply: (changes: readonly Change[]) => void) {
    this.#apply = apply;
  }

  /** @throws Unreadable */
  async take(line: LogLine, number: number): Promise<void> {
    if (line.form === undefined) throw new Unreadable(number, "only a later version can read it");
    if (line.form === "plain" && this.#bytes === 0) {
      this.#read(line.bytes);
      return;
    }
    if (line.form === "begins") {
      await this.end();
      this.#stream = BrotliStream.decompressing();
    }
    if (this.#bytes === 0) this.#first = number;
    this.#waiting.push(line);
    this.#bytes += line.bytes.length;
    if (this.#bytes >= bytesAtOnce) await this.#decompress();
  }

  /** Applies the remaining lines. @throws Unreadable */
  async end(): Promise<void> {
    if (this.#bytes > 0) await this.#decompress();
    this.close();
  }

  /** Closes the stream; lines that wait for `end` are lost. */
  close(): void {
    this.#stream?.close();
    this.#stream = undefined;
  }

  async #decompress(): Promise<void> {
    const lines = this.#waiting;
    this.#waiting = [];
    this.#bytes = 0;
    const pieces = lines.filter(({ form }) => form !== "plain").map(({ bytes }) => bytes);
    const text = await this.#stream?.put(Buffer.concat(pieces)).catch(() => undefined);
    let start = 0;
    for (const { form, bytes } of lines) {
      if (form === "plain") this.#read(bytes);
      else start = this.#readPiece(text, start);
    }
  }

  /** Reads the commits of a line, up to an empty one. Returns where those of the next line start. */
  #readPiece(text: Buffer | undefined, from: number): number {
    for (let start = from; ; ) {
      const end = text?.indexOf(feed, start) ?? -1;
      if (text === undefined || end === -1) throw new Unreadable(this.#first, "it cannot be decompressed");
      if (end === start) return end + 1;
      this.#read(text.subarray(start, end));
      start = end + 1;
    }
  }

  #read(text: Buffer): void {
    this.length += text.length + 1;
    this.#apply(decodeCommit(text.toString()));
  }
}
