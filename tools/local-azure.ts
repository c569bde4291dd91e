import { runCommand } from "../local/cli/index.ts";
import { began } from "./began.ts";
import { buildConsole } from "./build-console.ts";

/** The local Azure's own command, from the sources; see docs/local-azure.md. */

await runCommand(process.argv.slice(2), {
  name: "npm run local --",
  began,
  // In parallel with the running services; until it is built, the address shows a plain page.
  started: () => void buildConsole().catch((error: Error) => process.stderr.write(`${error.message}\n`)),
});
