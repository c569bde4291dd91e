import { spawnSync } from "node:child_process";
import { globSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { extensionsIn } from "../../infra/extensions.ts";
import { root } from "../stand-options.ts";
import { generatedFiles, generatedFolders } from "./files.ts";

/** Writes the files that are generated from the declarations of the extensions; part of `npm run generate`. */
try {
  const files = await generatedFiles(extensionsIn());
  for (const folder of globSync(generatedFolders, { cwd: root })) rmSync(join(root, folder), { recursive: true });
  for (const [path, text] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const biome = join(root, "node_modules", "@biomejs", "biome", "bin", "biome");
  const paths = [...files.keys()].filter((path) => !path.includes("/generated/"));
  spawnSync(process.execPath, [biome, "format", "--write", ...paths], { cwd: root, stdio: "inherit" });
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
