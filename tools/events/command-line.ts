import { cosmosStatus } from "../../functions/platform/cosmos-status.ts";
import { UsageError } from "../say-usage.ts";
import type { Command, Io } from "./command.ts";
import { deadLetters } from "./dead-letters.ts";
import { exportEvents } from "./export.ts";
import { inject } from "./inject.ts";
import { list } from "./list.ts";
import { repair } from "./repair.ts";
import { replay } from "./replay.ts";
import { show } from "./show.ts";

export const commands: Record<string, Command> = {
  list,
  show,
  export: exportEvents,
  inject,
  replay,
  "dead-letters": deadLetters,
  repair,
};

const usage = `npm run events -- COMMAND [options]
${Object.entries(commands)
  .map(([name, { summary }]) => `  ${name.padEnd(13)} ${summary}`)
  .join("\n")}

npm run events -- COMMAND --help says more about each.`;

/** Runs one command. @returns the exit code: 0, 1 if it failed, 2 if the command line was wrong, 130 if it was stopped */
export async function commandLine([name, ...args]: string[], io: Io): Promise<number> {
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    io.out(usage);
    return name === undefined ? 2 : 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    io.err(`There is no command "${name}"; there are ${Object.keys(commands).join(", ")}.`);
    return 2;
  }
  if (args.includes("--help") || args.includes("-h")) {
    io.out(command.usage);
    return 0;
  }
  try {
    return await command.run(args, io);
  } catch (error) {
    if (error instanceof UsageError) {
      io.err(`${error.message} (npm run events -- ${name} --help)`);
      return 2;
    }
    io.err(whatWentWrong(error));
    if (process.env.DEBUG) io.err(String((error as Error).stack));
    return 1;
  }
}

/** Error messages of services have several lines; the first one suffices. */
function whatWentWrong(error: unknown): string {
  const text = (error as { message?: string }).message ?? String(error);
  const code = cosmosStatus(error);
  if (code === 403 || code === 401) {
    return `Cosmos DB answered ${code}: the right to read the archive is Cosmos DB Built-in Data Reader (docs/security.md). ${text.split("\n")[0]}`;
  }
  return error instanceof Error && error.name === "Error" ? text : (text.split("\n")[0] ?? text);
}
