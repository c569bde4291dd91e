import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../../tools/stand-options.ts";

const execute = promisify(execFile);
export const windows = process.platform === "win32";

/** npm as a person has it, told nothing by the run of the tests; resolves with what it printed. */
export async function npm(args: string[], cwd: string): Promise<string> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(?!config_)|^NODE_OPTIONS$|^VITEST|^NODE_ENV$/i.test(name)),
  );
  const quiet = ["--no-audit", "--no-fund", "--loglevel=error", "--prefer-offline"];
  const { stdout } = await execute("npm", [...args, ...quiet], { cwd, env, shell: windows });
  return stdout;
}

/**
 * The path of a file of a package that only some tests need, fetched once with npm into `.cache/KEPT`. It is no package of the root's, whose install it
 * would make longer for everybody.
 */
export async function fetched(name: string, version: string, file: string, kept = name): Promise<string> {
  const cache = join(root, ".cache", kept);
  const folder = join(cache, version);
  const path = join(folder, "node_modules", name, file);
  if (existsSync(path)) return path;
  mkdirSync(cache, { recursive: true });
  // In a folder of its own, that is given its name when it is whole.
  const half = mkdtempSync(join(cache, "half-"));
  try {
    writeFileSync(join(half, "package.json"), '{ "private": true }');
    await npm(["install", "--ignore-scripts", `${name}@${version}`], half);
    renameSync(half, folder);
  } catch (failure) {
    // Another run was faster.
    if (!existsSync(path)) throw failure;
  } finally {
    rmSync(half, { recursive: true, force: true });
  }
  return path;
}
