import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { extensionsFolder, extensionsIn } from "../infra/extensions.ts";
import { filesOf } from "./new-extension/files.ts";
import { exitCodeOf, sayUsage, UsageError } from "./say-usage.ts";
import { root } from "./stand-options.ts";

/** `npm run new-extension -- NAME`: writes a working extension with a test, see docs/extensions.md. */

const usage = `npm run new-extension -- NAME
  NAME  3 to 24 lower-case letters and digits, with single hyphens between them: the name of the folder, and the prefix of all its names`;

/** @throws UsageError for an invalid name, Error if something was already wrong before; in both cases nothing is written */
function write(name: string): string {
  const folder = `${extensionsFolder}/${name}`;
  if (existsSync(join(root, folder))) throw new UsageError(`${folder} is there already.`);
  // Checks the existing extensions first, so that their errors are not mistaken for those of the new one.
  extensionsIn();
  const files = filesOf(name);
  mkdirSync(join(root, folder));
  try {
    for (const [file, text] of files) writeFileSync(join(root, folder, file), text);
    checkName();
  } catch (error) {
    rmSync(join(root, folder), { recursive: true });
    throw error;
  }
  return folder;
}

/** The existing extensions are valid, so any error now comes from the new name. @throws UsageError */
function checkName(): void {
  try {
    extensionsIn();
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

const told = (commands: [string, string][]) => {
  const width = Math.max(...commands.map(([command]) => command.length));
  return commands.map(([command, what]) => `  ${command.padEnd(width)}  ${what}`).join("\n");
};

const [name, ...more] = process.argv.slice(2);
sayUsage(usage, process.argv.slice(2));
try {
  if (name === undefined || more.length > 0 || !/^(?=.{3,24}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
    throw new UsageError(usage);
  const folder = write(name);
  process.stdout.write(`${folder} counts the orders that were handed over: change it into what you want.

${told([
  ["npm run generate", "writes what follows from its declaration"],
  [`npm start -- --extensions ${name}`, "runs it"],
  [`npm test -- ${folder}`, "tests it"],
])}
`);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(exitCodeOf(error));
}
