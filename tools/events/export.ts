import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { anonymously } from "./anonymous.ts";
import { eventsOf } from "./archive.ts";
import { type Command, reachOptions, reachUsage, readArgs, UsageError } from "./command.ts";
import { reach } from "./reach.ts";
import { wantedOf, whichOptions, whichUsage } from "./which.ts";

export const exportEvents: Command = {
  summary: "a period as lines of CloudEvents, without anything personal",
  usage: `npm run events -- export [options]
${whichUsage}
                     (the last day, where neither --since nor --until is given)
  --out FILE         into a file, not to standard output
${reachUsage}

Customers become customer-00000001 …, baristas Barista 1 …, and orders get other ids: the same within one export. Notes, traces and all that
nobody has thought of yet are left out.`,
  async run(args, io) {
    const { values } = readArgs(args, { ...reachOptions, ...whichOptions, out: { type: "string" } });
    if (values.out === "") throw new UsageError("--out names a file.");
    const stand = await reach(values);
    const file = values.out === undefined ? undefined : createWriteStream(values.out);
    const failed =
      file &&
      once(file, "error").then(([error]) => {
        throw new Error(`${values.out || "The file"} cannot be written: ${error.message}.`);
      });
    failed?.catch(() => undefined);
    const write = async (line: string) => {
      if (file === undefined) io.out(line);
      else if (!file.write(`${line}\n`)) await Promise.race([once(file, "drain"), failed]);
    };
    try {
      const now = await stand.now();
      const given = values.since === undefined && values.until === undefined ? { ...values, since: "1d" } : values;
      const anonymous = anonymously();
      let count = 0;
      for await (const event of eventsOf(stand, await wantedOf(stand, given, now))) {
        if (io.stopped.aborted) {
          io.err(`Stopped after ${count} events${values.out === undefined ? "" : `: ${values.out} ends there`}.`);
          return 130;
        }
        await write(JSON.stringify(anonymous(event)));
        io.progress(`${++count} events, up to ${event.time}`);
      }
      if (file) {
        file.end();
        await Promise.race([once(file, "finish"), failed]);
      }
      io.err(`${count} events of ${stand.name}${values.out === undefined ? "" : ` are in ${values.out}`}.`);
      return 0;
    } finally {
      file?.destroy();
      stand.close();
    }
  },
};
