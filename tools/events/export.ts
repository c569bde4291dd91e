import { once } from "node:events";
import { createWriteStream, type WriteStream } from "node:fs";
import { UsageError } from "../say-usage.ts";
import { anonymously } from "./anonymous.ts";
import { eventsOf } from "./archive.ts";
import { type Command, reachOptions, reachUsage, readArgs } from "./command.ts";
import { reach } from "./reach.ts";
import { wantedOf, whichOptions, whichUsage } from "./which.ts";

export const exportEvents: Command = {
  summary: "writes a period as lines of CloudEvents, without personal data",
  usage: `npm run events -- export [options]
${whichUsage}
                     (default: the last day)
  --out FILE         writes to a file, not to standard output
${reachUsage}

Customers become customer-00000001 …, baristas Barista 1 …, and orders get other ids: the same within one export. Notes, traces and unknown
fields are left out.`,
  async run(args, io) {
    const { values } = readArgs(args, { ...reachOptions, ...whichOptions, out: { type: "string" } });
    if (values.out === "") throw new UsageError("--out names a file.");
    const stand = await reach(values);
    const file = values.out === undefined ? undefined : new LinesFile(values.out);
    let count = 0;
    /** After an interruption, says that the file has only part of the period, which is complete up to there. */
    const endsThere = async () => {
      if (file === undefined || count === 0) return "";
      await file.end();
      return `: ${values.out} ends there`;
    };
    try {
      const now = await stand.now();
      const given = values.since === undefined && values.until === undefined ? { ...values, since: "1d" } : values;
      const anonymous = anonymously();
      for await (const event of eventsOf(stand, await wantedOf(stand, given, now))) {
        if (io.stopped.aborted) {
          io.err(`Stopped after ${count} events${await endsThere()}.`);
          return 130;
        }
        const line = JSON.stringify(anonymous(event));
        if (file === undefined) io.out(line);
        else await file.write(line);
        io.progress(`${++count} events, up to ${event.time}`);
      }
      await file?.end();
      io.err(`${count} events of ${stand.name}${values.out === undefined ? "" : ` are in ${values.out}`}.`);
      return 0;
    } finally {
      file?.close();
      stand.close();
    }
  },
};

/** A file of lines. It is opened with the first one, so that an export that is refused, or finds nothing, does not overwrite it. */
class LinesFile {
  readonly #path: string;
  #open: { stream: WriteStream; failed: Promise<never> } | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** @throws Error that names the file */
  async write(line: string): Promise<void> {
    const { stream, failed } = this.#opened();
    if (!stream.write(`${line}\n`)) await Promise.race([failed, once(stream, "drain")]);
  }

  /** Resolves once everything is written. @throws Error that names the file */
  async end(): Promise<void> {
    const { stream, failed } = this.#opened();
    stream.end();
    await Promise.race([failed, once(stream, "finish")]);
  }

  close(): void {
    this.#open?.stream.destroy();
  }

  #opened() {
    if (this.#open !== undefined) return this.#open;
    const stream = createWriteStream(this.#path);
    // The first error listener: `once` would reject with the original error.
    const failed = new Promise<never>((_, reject) => {
      stream.once("error", ({ message }) => reject(new Error(`${this.#path} cannot be written: ${message}.`)));
    });
    failed.catch(() => undefined);
    this.#open = { stream, failed };
    return this.#open;
  }
}
