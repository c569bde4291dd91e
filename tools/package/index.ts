import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "esbuild";
import type { Extension } from "../../infra/extensions.ts";
import { root } from "../stand-options.ts";
import { type Bundle, bundle } from "./bundle.ts";
import { type DurableBackend, hostJsonFor } from "./host-json.ts";

/** The folder where `azure.yaml` and `npm start -- --package` expect the package. */
export const packageFolder = join(root, "dist", "package");

/**
 * Writes the Functions package into `folder` from scratch: the bundle with the files that it loads later, their source maps, the two lines that load
 * it, host.json and a package.json without dependencies. Nothing else is deployed or run. The previous content of the folder is removed only when the
 * bundle is complete.
 * @param extensions the extensions in the package, besides the core
 * @param plugins of esbuild, for packages that are not deployed
 * @returns the bundle, and the file that loads it
 */
export async function writePackage(
  folder: string,
  backend: DurableBackend,
  extensions: readonly Extension[] = [],
  plugins: Plugin[] = [],
): Promise<Bundle & { file: string }> {
  const read = (name: string) => JSON.parse(readFileSync(join(root, name), "utf8"));
  const { name, version, license } = read("package.json");
  const [main, bundled] = ["main.cjs", "application.cjs"];
  const made = await bundle(root, bundled, extensions, plugins);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const write = (file: string, value: object) =>
    writeFileSync(join(folder, file), `${JSON.stringify(value, null, 2)}\n`);
  const file = join(folder, main);
  // Makes stack traces show our files and lines. Node must have the option before it loads the mapped code; it takes 15 ms.
  writeFileSync(file, `process.setSourceMapsEnabled(true);\nrequire("./${bundled}");\n`);
  for (const { name: packed, code, map } of [made.application, ...made.later]) {
    writeFileSync(join(folder, packed), code);
    writeFileSync(join(folder, `${packed}.map`), map);
  }
  write("package.json", { name, version, license, private: true, main });
  write("host.json", hostJsonFor(read("host.json"), backend));
  return { ...made, file };
}
