import { type Command, reachOptions, reachUsage, readArgs } from "./command.ts";
import { heading, lineOf } from "./lines.ts";
import { reach } from "./reach.ts";
import { checkTelling, tellEvents, tellingOptions, tellingUsage } from "./telling.ts";

const usualLast = 50;

export const list: Command = {
  summary: "lists events, one a line; --follow goes on with new ones",
  usage: `npm run events -- list [options]
${tellingUsage(usualLast)}
${reachUsage}`,
  async run(args, io) {
    const { values } = readArgs(args, { ...reachOptions, ...tellingOptions });
    checkTelling(values);
    const stand = await reach(values);
    // With --follow, the heading shows at once that it is running; without results there is no heading.
    let headed = values.json === true;
    const head = () => {
      if (!headed) io.out(heading);
      headed = true;
    };
    try {
      if (values.follow) head();
      return await tellEvents(stand, values, io, usualLast, (event) => {
        head();
        io.out(values.json ? JSON.stringify(event) : lineOf(event));
      });
    } finally {
      stand.close();
    }
  },
};
