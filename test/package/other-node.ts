import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../../tools/stand-options.ts";

const cache = join(root, ".cache", "node");
const execute = promisify(execFile);
const windows = process.platform === "win32";

/**
 * The program of another major version of Node: the newest there is, fetched once with npm into `.cache/node`. It is no package of the root's, whose
 * install it would double.
 */
export async function otherNode(major: number): Promise<string> {
  const name = `node-${windows ? "win" : process.platform}-${process.arch}`;
  const folder = join(cache, String(major));
  const path = join(folder, "node_modules", name, "bin", windows ? "node.exe" : "node");
  if (existsSync(path)) return path;
  mkdirSync(cache, { recursive: true });
  // In a folder of its own, that is given its name when it is whole.
  const half = mkdtempSync(join(cache, "half-"));
  try {
    writeFileSync(join(half, "package.json"), '{ "private": true }');
    await npm(["install", "--ignore-scripts", `${name}@${major}`], half);
    renameSync(half, folder);
  } catch (failure) {
    // Another run was faster.
    if (!existsSync(path)) throw failure;
  } finally {
    rmSync(half, { recursive: true, force: true });
  }
  return path;
}

/** npm as a person has it, told nothing by the run of the tests; resolves with what it printed. */
export async function npm(args: string[], cwd: string): Promise<string> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(?!config_)|^NODE_OPTIONS$|^VITEST|^NODE_ENV$/i.test(name)),
  );
  const quiet = ["--no-audit", "--no-fund", "--loglevel=error", "--prefer-offline"];
  const { stdout } = await execute("npm", [...args, ...quiet], { cwd, env, shell: windows });
  return stdout;
}
