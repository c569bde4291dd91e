import { globSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { type BuildOptions, build, type Metafile, type Plugin } from "esbuild";
import { type Extension, mainWith } from "../../infra/extensions.ts";
import { laterFiles, laterSource, loadLater } from "./later.ts";

/** The only module that is not in the bundle: the Functions worker provides it, and no registry has it. */
const provided = "@azure/functions-core";
/** The oldest Node on which the application is deployed: the default of the templates' parameter `nodeVersion`. */
export const oldestNode = "22";

/** A packed file that is not written yet: minified CommonJS whose last line names its source map. */
export interface Packed {
  name: string;
  code: Uint8Array;
  map: Uint8Array;
}

export interface Bundle {
  /** The application with everything that it needs to start. */
  application: Packed;
  /** Files that it loads on demand, from the same folder. */
  later: Packed[];
  /** Each package of node_modules in them, with its share in bytes, largest first. */
  packages: { name: string; bytes: number }[];
}

/**
 * Packs the files that register the functions of the core and of these extensions, with all their imports, into one file named `file`; packages that
 * load later are separate files. The same sources give the same bytes in any folder.
 * The format is CommonJS, because the worker provides its own module only to `require`, and half of the packed code loads that module or Node's
 * modules in this way.
 * @param plugins that change the bundle, for tests that inspect it
 * @throws if esbuild reports anything, or if the bundle would load a module at run time that neither Node nor the worker provides
 */
export async function bundle(
  root: string,
  file: string,
  extensions: readonly Extension[],
  plugins: Plugin[] = [],
): Promise<Bundle> {
  const main = mainWith([]);
  const entries = globSync(main, { cwd: root }).map((entry) => entry.replaceAll("\\", "/"));
  if (entries.length === 0) throw new Error(`No file in ${root} matches "main" of package.json: ${main}.`);
  // In the order in which the worker loads them without a bundle.
  const imports = [...entries.sort().map((entry) => `import "./${entry}";`), ...extensions.map(guarded)];
  const source = { contents: imports.join("\n"), sourcefile: "main.ts" };
  const application = await pack(root, file, source, [...plugins, loadLater(root)]);
  const later = await Promise.all(
    Object.entries(laterFiles).map(([name, packages]) =>
      pack(root, name, { contents: laterSource(packages), sourcefile: name }, plugins),
    ),
  );
  const all = [application, ...later];
  return { application, later, packages: sharesOf(all.flatMap(({ outputs }) => outputs)) };
}

type Outputs = Metafile["outputs"][string][];

async function pack(
  root: string,
  file: string,
  source: NonNullable<BuildOptions["stdin"]>,
  plugins: Plugin[],
): Promise<Packed & { outputs: Outputs }> {
  const result = await build({
    stdin: { ...source, resolveDir: root },
    absWorkingDir: root,
    // The source map is relative to this path; nothing is written.
    outfile: join(root, "dist", "package", file),
    write: false,
    plugins,
    bundle: true,
    platform: "node",
    target: `node${oldestNode}`,
    format: "cjs",
    external: [provided],
    minify: true,
    // Class names appear in the log, and some libraries depend on them.
    keepNames: true,
    sourcemap: "linked",
    // The sources are in git, so the map needs only positions.
    sourcesContent: false,
    legalComments: "none",
    metafile: true,
    logLevel: "silent",
  });
  const told = result.warnings.map(({ text, location }) => `${location?.file ?? ""}: ${text}`);
  if (told.length > 0) throw new Error(`esbuild warns:\n${told.join("\n")}`);
  const outputs = Object.values(result.metafile.outputs);
  const brought = [provided, ...Object.keys(laterFiles).map((name) => `./${name}`)];
  const missing = externalsOf(outputs).filter((path) => !brought.includes(path) && !isBuiltin(path));
  if (missing.length > 0) throw new Error(`${file} would need ${missing.join(", ")}, which nothing brings on Azure.`);
  const made = (ending: string) => {
    const output = result.outputFiles.find(({ path }) => path.endsWith(ending));
    if (output === undefined) throw new Error(`esbuild made no ${ending}.`);
    return output.contents;
  };
  return { name: file, code: made(file), map: made(`${file}.map`), outputs };
}

const externalsOf = (outputs: Outputs) =>
  outputs.flatMap(({ imports }) => imports.filter(({ external }) => external).map(({ path }) => path));

function sharesOf(outputs: Outputs): Bundle["packages"] {
  const shares = new Map<string, number>();
  for (const [path, { bytesInOutput }] of outputs.flatMap(({ inputs }) => Object.entries(inputs))) {
    const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? "(the application)";
    shares.set(name, (shares.get(name) ?? 0) + bytesInOutput);
  }
  return [...shares].map(([name, bytes]) => ({ name, bytes })).sort((a, b) => b.bytes - a.bytes);
}

/** An extension that cannot be loaded is reported and affects nothing else: orders continue without it. */
function guarded({ name, folder }: Extension): string {
  const words = JSON.stringify(`The extension ${name} could not be loaded; all else runs without it.`);
  return `try { require("./${folder}/index.ts"); } catch (error) { console.error(${words}, error); }`;
}

const isBuiltin = (path: string) => builtinModules.includes(path.replace(/^node:/, ""));
