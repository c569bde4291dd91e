import { commandLine } from "./events/command-line.ts";
import { terminal } from "./events/terminal.ts";

/** `npm run events -- COMMAND`: shows, exports and replays the events of a stand, here or on Azure. See docs/events.md. */
process.exitCode = await commandLine(process.argv.slice(2), terminal());
