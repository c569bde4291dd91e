import { globSync, readFileSync } from "node:fs";
import { createRequire, registerHooks } from "node:module";
import { extname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/**
 * Loads every file that `main` of the application's package.json names (a glob relative to `root`, braces included), in the order of their names.
 * @throws with the file's name and the stack when one fails to load, and when there is nothing to load.
 */
export async function loadApp(root: string): Promise<void> {
  const manifest = readManifest(root);
  if (typeof manifest.main !== "string" || manifest.main === "") {
    throw new Error(
      `${join(root, "package.json")} has no "main": it names the file, or the glob of files, that registers the functions.`,
    );
  }
  const files = globSync(manifest.main, { cwd: root, exclude: ["**/node_modules/**"] })
    .filter((file) => /\.[cm]?[jt]s$/.test(file) && !/\.d\.[cm]?ts$/.test(file))
    .sort();
  if (files.length === 0) {
    throw new Error(`No file in ${root} matches "main": ${JSON.stringify(manifest.main)} of its package.json.`);
  }
  const require = createRequire(join(root, "package.json"));
  for (const file of files) {
    const path = join(root, file);
    try {
      if (isModule(file, manifest.type)) await import(pathToFileURL(path).href);
      else require(path);
    } catch (error) {
      throw loadError(file, error, await whereSyntaxFails(root, path, error));
    }
  }
}

function readManifest(root: string): { main?: unknown; type?: unknown } {
  const path = join(root, "package.json");
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new Error(`The application's ${path} cannot be read: ${(error as Error).message}`);
  }
}

function isModule(file: string, type: unknown): boolean {
  const extension = extname(file);
  if (extension === ".mjs" || extension === ".mts") return true;
  return type === "module" && extension !== ".cjs" && extension !== ".cts";
}

function loadError(file: string, thrown: unknown, place: string): Error {
  const cause = thrown instanceof Error ? thrown : new Error(String(thrown));
  const error = new Error(`${file} could not be loaded: ${cause.message}${place}`, { cause: thrown });
  error.stack = `${file} could not be loaded${place}: ${cause.stack ?? cause.message}`;
  return error;
}

/**
 * Node tells the file of a JavaScript syntax error in an imported module only when it prints the error itself. Linking the entry once more, which
 * runs no code, shows which file was looked up last before it failed.
 */
async function whereSyntaxFails(root: string, path: string, error: unknown): Promise<string> {
  if (!(error instanceof SyntaxError) || error.stack?.includes(root)) return "";
  let last = pathToFileURL(path).href;
  const hooks = registerHooks({
    resolve: (specifier, context, next) => {
      const found = next(specifier, context);
      last = found.url;
      return found;
    },
  });
  await import(`${last}?link`).catch(() => undefined);
  hooks.deregister();
  return ` (in ${relative(root, fileURLToPath(last))})`;
}
