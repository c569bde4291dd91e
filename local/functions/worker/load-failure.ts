import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { readJsonFile } from "../../kernel/json-file.ts";
import { registerHooks } from "./hooks.ts";

/** Where in the application's own code loading failed, as `src/a.js:3:7`; empty if unknown. `path` is the path of the loaded file. */
export async function whereItFails(root: string, path: string, error: unknown): Promise<string> {
  if (!(error instanceof Error)) return "";
  const stack = String(error.stack ?? "");
  // The frames of an import that could not be compiled show which file imports it.
  const [before = stack] = error instanceof SyntaxError ? stack.split(/^\s+at .*node:internal\/modules\//m, 1) : [];
  const known = placeIn(root, before);
  if (known !== undefined) return known;
  const linking = /^ERR_(?:IMPORT|UNKNOWN|UNSUPPORTED|PACKAGE)_/.test((error as { code?: string }).code ?? "");
  if (!(error instanceof SyntaxError) && !linking) return "";
  const { file, importer } = await lastLinked(path);
  if (linking) return relative(root, importer);
  return placeOfSyntax(root, file) ?? relative(root, file);
}

/**
 * The CommonJS file whose own code threw something without a place: the last one that was looked up (`loaded` has them in order) and did not
 * complete, since complete ones are cached.
 */
export function unfinished(root: string, loaded: Iterable<string>): string {
  const { cache } = createRequire(join(root, "package.json"));
  const last = [...loaded].findLast(
    (file) => /\.(c?[jt]s|[jt]sx)$/.test(file) && existsSync(file) && cache[file] === undefined,
  );
  return last === undefined ? "" : relative(root, last);
}

/** The first place in a stack that is in the application and not in its packages. */
function placeIn(root: string, stack: string): string | undefined {
  for (const line of stack.split("\n")) {
    const [, frame] = /^\s+at (?:async )?(.*)$/.exec(line) ?? [];
    const place = frame === undefined ? line : (/^.*? \((.*)\)$/.exec(frame)?.[1] ?? frame);
    const [, file = "", at] = /^((?:file:\/\/)?\/.*?)((?::\d+){1,2})$/.exec(place) ?? [];
    if (at === undefined) continue;
    const path = relative(root, file.startsWith("file:") ? fileURLToPath(file) : file);
    if (!path.startsWith("..") && !path.includes("node_modules")) return path + at;
  }
  return undefined;
}

/**
 * Node names the file of a JavaScript syntax error in an imported module only when it prints the error itself. Linking the entry again, without
 * running code, shows the file that was looked up last before it failed, and its importer.
 */
async function lastLinked(path: string): Promise<{ file: string; importer: string }> {
  const entry = pathToFileURL(path).href;
  let last = { file: entry, importer: entry };
  const hooks = registerHooks?.({
    resolve: (specifier, context, next) => {
      const importer = specifier.startsWith(entry) ? entry : (context.parentURL ?? entry);
      // An import that cannot be found is reported with its importer, too.
      if (importer.startsWith("file:") && !importer.includes("/node_modules/")) last = { ...last, importer };
      const found = next(specifier, context);
      if (found.url.startsWith("file:") && !found.url.includes("/node_modules/")) last = { file: found.url, importer };
      return found;
    },
  });
  await import(`${entry}?link`).catch(() => undefined);
  hooks?.deregister();
  return { file: fileURLToPath(last.file), importer: fileURLToPath(last.importer) };
}

/** Lets Node check the file: the output begins with the place. */
function placeOfSyntax(root: string, file: string): string | undefined {
  const { stderr } = spawnSync(process.execPath, ["--check", file], { encoding: "utf8", timeout: 5_000 });
  return placeIn(root, stderr.split("\n")[0] ?? "");
}

/** Additional advice about an import that cannot be found. */
export function wordsFor(root: string, error: Error): string {
  const { code } = error as { code?: string };
  if (code === "ERR_UNSUPPORTED_DIR_IMPORT") {
    return ". In an ES module, import the file itself, ./folder/index.js (or .ts), here as on Azure";
  }
  if (code !== "ERR_MODULE_NOT_FOUND" && code !== "MODULE_NOT_FOUND") return "";
  const [, wanted = ""] = /Cannot find (?:module|package) '([^']+)'/.exec(error.message) ?? [];
  if (wanted.startsWith("/") || wanted.startsWith(".")) {
    const beside = [".ts", ".js", ".mts", ".mjs"].find((extension) => existsSync(wanted + extension));
    const name = beside === ".ts" ? ".js or .ts" : beside;
    return beside === undefined
      ? ""
      : `. In an ES module, import the whole file name, with ${name} at its end, here as on Azure`;
  }
  if (isAlias(root, wanted)) {
    return `. It is an alias in "paths" of tsconfig.json, which Node does not read, here or on Azure: have the build replace it, use "imports" of package.json, or import by path`;
  }
  const [scope = "", name = ""] = wanted.split("/");
  const inPackage = scope.startsWith("@") ? `${scope}/${name}` : scope;
  return existsSync(join(root, "node_modules", inPackage)) ? "" : `. Is it installed? Run npm install in ${root}`;
}

function isAlias(root: string, wanted: string): boolean {
  for (let folder = root; ; folder = dirname(folder)) {
    const path = join(folder, "tsconfig.json");
    if (existsSync(path)) {
      const config = readJsonFile(path).value as { compilerOptions?: { paths?: Record<string, unknown> } } | null;
      const aliases = Object.keys(config?.compilerOptions?.paths ?? {});
      return aliases.some((alias) =>
        alias.includes("*") ? wanted.startsWith(alias.replace(/\*.*$/, "")) : wanted === alias,
      );
    }
    if (dirname(folder) === folder) return false;
  }
}
