import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, extname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { globSync } from "tinyglobby";
import { readJsonFile } from "../../kernel/json-file.ts";
import { registerHooks } from "./hooks.ts";
import { formatOf, isProgram, isSource } from "./module-format.ts";

/**
 * Compiles one source to JavaScript, with an inline source map. For a file outside of the application it returns `undefined`, and Node strips its
 * types.
 */
type Transpile = (path: string, format: "module" | "commonjs") => string | undefined;

/**
 * Compiles the application's TypeScript from now on as its build would; returns false if there is no transpiler. Imported types need no `type`;
 * `enum`, `namespace`, parameter properties and decorators work; and without `"type": "module"` it becomes CommonJS. Node alone only strips types.
 */
export async function installTranspiler(root: string, type: unknown): Promise<boolean> {
  const transpile = (await withEsbuild(root, type)) ?? withTypeScript(root);
  if (transpile === undefined) return false;
  if (registerHooks === undefined) {
    const { installInOlderNode } = await import("./older-node.ts");
    installInOlderNode(new Map(sourcesOf(root).map((path) => [path, madeOf(path, transpile, formatOf(path, type))])));
    return true;
  }
  registerHooks({
    load: (url, context, next) => {
      const path = url.startsWith("file:") ? fileURLToPath(url) : "";
      if (!isSource(path) || path.includes("/node_modules/")) return next(url, context);
      const format = formatOf(path, type);
      const source = transpile(path, format);
      return source === undefined ? next(url, context) : { format, source, shortCircuit: true };
    },
  });
  return true;
}

/** All sources of the application, without packages and hidden folders. */
function sourcesOf(root: string): string[] {
  const files = globSync("**/*.{ts,mts,cts,tsx,jsx}", { cwd: root, ignore: "**/node_modules/**" });
  return files.filter(isProgram).map((file) => join(root, file));
}

function madeOf(path: string, transpile: Transpile, format: "module" | "commonjs") {
  try {
    return {
      format,
      source: transpile(path, format) ?? new Error(`${path} was not there when the application loaded.`),
    };
  } catch (error) {
    // The error matters only if the file is loaded.
    return { format, source: error as Error };
  }
}

/** The module of this name that the application has, or that is installed with this program. */
function find(root: string, name: string): string | undefined {
  for (const from of [join(root, "package.json"), import.meta.filename]) {
    try {
      return createRequire(from).resolve(name);
    } catch {
      // Not found: look in the next place.
    }
  }
  return undefined;
}

interface Esbuild {
  transform(code: string, options: object): Promise<{ code: string }>;
  stop(): void;
}

/** Compiles all files of the application at once: compiling each when it is loaded would start a process for each. */
async function withEsbuild(root: string, type: unknown): Promise<Transpile | undefined> {
  const found = find(root, "esbuild");
  if (found === undefined) return undefined;
  const { default: esbuild } = (await import(pathToFileURL(found).href)) as { default: Esbuild };
  const tsconfigRaw = { compilerOptions: compilerOptions(join(root, "tsconfig.json")) };
  const transform = async (path: string): Promise<[string, string | Error]> => {
    const format = formatOf(path, type) === "module" ? "esm" : "cjs";
    const loader = extname(path).endsWith("x") ? extname(path).slice(1) : "ts";
    const how = { loader, sourcefile: path, sourcemap: "inline", platform: "node", target: "node20" };
    try {
      const { code } = await esbuild.transform(readFileSync(path, "utf8"), { ...how, format, tsconfigRaw });
      return [path, code];
    } catch (error) {
      // The error matters only if the file is loaded.
      return [path, wordsOf(error)];
    }
  };
  const made = new Map(await Promise.all(sourcesOf(root).map(transform)));
  esbuild.stop();
  return (path) => {
    const code = made.get(path);
    if (code instanceof Error) throw code;
    return code;
  };
}

/** A syntax error in Node's form: with its place first. */
function wordsOf(error: unknown): Error {
  const [first] =
    (error as { errors?: { text: string; location: { file: string; line: number; column: number } }[] }).errors ?? [];
  if (first === undefined) return error as Error;
  const { file, line, column } = first.location;
  const wrong = new SyntaxError(first.text);
  wrong.stack = `${file}:${line}:${column + 1}\n\nSyntaxError: ${first.text}`;
  return wrong;
}

interface TypeScript {
  transpileModule?(code: string, options: { fileName: string; compilerOptions: object }): { outputText: string };
}

function withTypeScript(root: string): Transpile | undefined {
  const found = find(root, "typescript");
  const { transpileModule } = found === undefined ? {} : (createRequire(root)(found) as TypeScript);
  if (transpileModule === undefined) return undefined;
  const own = compilerOptions(join(root, "tsconfig.json"));
  return (path, format) => {
    if (relative(root, path).startsWith("..")) return undefined;
    const made = { module: format === "module" ? "ESNext" : "CommonJS", target: "ES2022", inlineSourceMap: true };
    const without = { sourceMap: false, declaration: false, composite: false, incremental: false };
    const options = {
      fileName: path,
      compilerOptions: { esModuleInterop: true, jsx: "react", ...own, ...without, ...made },
    };
    return transpileModule(readFileSync(path, "utf8"), options).outputText;
  };
}

/** `compilerOptions` of a tsconfig.json, merged over those of the files that it extends; empty if there is no such file. */
function compilerOptions(path: string, depth = 0): Record<string, unknown> {
  if (!existsSync(path) || depth > 5) return {};
  const config = readJsonFile(path).value as { extends?: unknown; compilerOptions?: Record<string, unknown> } | null;
  const bases = [config?.extends ?? []].flat().filter((base): base is string => typeof base === "string");
  const inherited = bases
    .filter((base) => base.startsWith("."))
    .map((base) => compilerOptions(join(dirname(path), base.endsWith(".json") ? base : `${base}.json`), depth + 1));
  return Object.assign({}, ...inherited, config?.compilerOptions);
}
