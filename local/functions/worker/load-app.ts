import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { globSync } from "tinyglobby";
import { readJsonFile } from "../../kernel/json-file.ts";
import { stripsTypes } from "./hooks.ts";
import { thrown } from "./invoke.ts";
import { formatOf, isProgram, isSource } from "./module-format.ts";

/** The application's TypeScript needs a transpiler: it has to be loaded again, in a new thread, with one. */
export class NeedsTranspiler extends Error {}

/**
 * Loads all files that `main` names (a glob relative to `root`, which may have braces; default: that of the application's package.json), in the order
 * of their names.
 * TypeScript runs as Node runs it, which is fastest, unless it has to become CommonJS or `transpile` says that this was tried in vain. The names of
 * these files are added to `loaded`, which also has the files that they import.
 * @throws Error with the file's name, the place and the stack if a file fails to load, or if there is nothing to load; NeedsTranspiler.
 */
export async function loadApp(root: string, transpile: boolean, loaded?: Set<string>, main?: string): Promise<void> {
  const manifest = { ...readManifest(root), ...(main === undefined ? {} : { main }) };
  if (typeof manifest.main !== "string" || manifest.main === "") {
    throw new Error(
      `${join(root, "package.json")} has no "main": it names the file, or the glob of files, that registers the functions.`,
    );
  }
  const named = globSync(manifest.main, {
    cwd: root,
    ignore: "**/node_modules/**",
    // A folder that is named is reported.
    onlyFiles: false,
    expandDirectories: false,
  });
  const files = named.filter(isProgram).sort();
  if (files.length === 0) throw new Error(nothingToLoad(root, manifest.main, manifest.scripts, named));
  const sources = files.filter(isSource);
  const toCommonJs = sources.some((file) => formatOf(file, manifest.type) === "commonjs");
  // Hooks slow down the start of an application with many packages considerably, so they are installed only if needed.
  const asBuilt =
    transpile || toCommonJs || (sources.length > 0 && !stripsTypes) || sources.some((file) => file.endsWith("x"));
  const transpiled = asBuilt && (await takeAsBuilt(root, manifest.type));
  if (!stripsTypes && sources.length > 0 && !transpiled) throw new Error(noTranspiler(root));
  const require = createRequire(join(root, "package.json"));
  // By default fewer frames are kept than the loader's own, and the application's come after them.
  const frames = Error.stackTraceLimit;
  Error.stackTraceLimit = 100;
  for (const file of files) {
    const path = join(root, file);
    loaded?.add(path);
    try {
      if (isModule(file, manifest.type)) await import(pathToFileURL(path).href);
      else require(path);
    } catch (error) {
      const beyond = sources.length > 0 && !transpiled && isBeyondStripping(error);
      if (!asBuilt && (beyond || (sources.length > 0 && isMissing(error)))) throw new NeedsTranspiler();
      if (beyond && !isMistake(error)) throw new Error(noTranspiler(root), { cause: error });
      throw await loadError(root, file, error, isModule(file, manifest.type) ? [] : (loaded ?? []));
    }
  }
  Error.stackTraceLimit = frames;
}

/** An error of a start hook, with the place that failed. */
export async function hookError(root: string, hook: string, thrown: unknown): Promise<Error> {
  return describe(root, `A hook of ${hook} failed: `, "", thrown, []);
}

/** Imported dynamically, since only some applications need it. */
async function takeAsBuilt(root: string, type: unknown): Promise<boolean> {
  const { resolveTypeScript } = await import("./resolve-typescript.ts");
  resolveTypeScript();
  const { installTranspiler } = await import("./transpile.ts");
  return installTranspiler(root, type);
}

/** An import by a name that only the built file would have. */
const isMissing = (error: unknown) => (error as { code?: string }).code === "ERR_MODULE_NOT_FOUND";

/** Invalid syntax that no transpiler accepts either, as far as Node can tell. */
const isMistake = (error: unknown) => (error as { code?: string }).code === "ERR_INVALID_TYPESCRIPT_SYNTAX";

/** Syntax beyond types, or an import of a type, which has no value. */
function isBeyondStripping(error: unknown): boolean {
  const { code, message } = error as { code?: string; message?: string };
  // JSX is an extension of JavaScript, too.
  if (code === "ERR_UNKNOWN_FILE_EXTENSION") return /"\.[jt]sx"/.test(message ?? "");
  if (code === "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX" || code === "ERR_INVALID_TYPESCRIPT_SYNTAX") return true;
  return (
    error instanceof SyntaxError && /does not provide an export named|Invalid or unexpected token/.test(message ?? "")
  );
}

const noTranspiler = (root: string) =>
  `The TypeScript of ${root} is more than Node ${process.versions.node} can run${stripsTypes ? ' by stripping types (a type that is imported without "type", an enum, a decorator, JSX …)' : ""}, and the project has no transpiler. TypeScript 7 and later cannot be used as one. Install one there (npm install --save-dev esbuild), or build the application and let "main" of its package.json name the built files.`;

function nothingToLoad(root: string, main: string, scripts: unknown, named: readonly string[]): string {
  const [other] = named;
  if (other !== undefined) {
    return `"main" of the package.json in ${root} names ${other}, which cannot register functions: it must name .js or .ts files.`;
  }
  const built = /^(?:\.\/)?\{?(?:dist|build|out|lib)\//.test(main);
  const build = (scripts as { build?: unknown } | undefined)?.build !== undefined ? "npm run build" : "its build";
  const hint =
    built && !existsSync(join(root, main.split(/[/*{]/)[0] ?? ""))
      ? ` Has it been built? ${build} creates these files.`
      : "";
  return `No file in ${root} matches "main": ${JSON.stringify(main)} of its package.json.${hint}`;
}

function readManifest(root: string): { main?: unknown; type?: unknown; scripts?: unknown } {
  const path = join(root, "package.json");
  if (!existsSync(path)) throw new Error(`The application has no ${path}.`);
  return readJsonFile(path).value as object;
}

function isModule(file: string, type: unknown): boolean {
  if (/\.m[jt]s$/.test(file)) return true;
  return type === "module" && !/\.c[jt]s$/.test(file);
}

async function loadError(root: string, file: string, thrown: unknown, loaded: Iterable<string>): Promise<Error> {
  return describe(root, `${file} could not be loaded: `, join(root, file), thrown, loaded);
}

async function describe(
  root: string,
  what: string,
  path: string,
  error: unknown,
  loaded: Iterable<string>,
): Promise<Error> {
  const { unfinished, whereItFails, wordsFor } = await import("./load-failure.ts");
  const place = (await whereItFails(root, path, error)) || unfinished(root, loaded);
  const { message, stack } = thrown(error);
  const words = error instanceof Error ? message.split("\n")[0] : `${message} was thrown, which is not an Error`;
  const more = error instanceof Error ? wordsFor(root, error) : "";
  const told = new Error(`${what}${words}${place === "" ? "" : ` (at ${place})`}${more}`, { cause: error });
  told.stack = `${told.message}\n${stack ?? message}`;
  return told;
}
