import { commandLine } from "./events/command-line.ts";
import { terminal } from "./events/terminal.ts";

/** `npm run events -- COMMAND`: what happened at a stand, here or on Azure, told, kept and told again. See docs/events.md. */
process.exitCode = await commandLine(process.argv.slice(2), terminal());
