import { spawnSync } from "node:child_process";

/** Stores a value in the azd environment, for parameters and later hooks. @throws Error if azd refuses it */
export function setEnvironment(name: string, value: string): void {
  const { status, error } = spawnSync("azd", ["env", "set", name, value], { stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) throw new Error(`\`azd env set ${name}\` failed${error ? `: ${error.message}` : ""}.`);
}

/** A value of the azd environment. @throws Error that names the step which sets it */
export function fromEnvironment(env: NodeJS.ProcessEnv, name: string, givenBy: string): string {
  const value = env[name];
  if (!value) throw new Error(`${name} is not in the azd environment; ${givenBy} gives it.`);
  return value;
}

/** Runs a hook. Prints the message of an error without its stack, and stops azd. */
export async function runHook(hook: () => Promise<void>): Promise<void> {
  try {
    await hook();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
