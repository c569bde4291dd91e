import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { findCompiler } from "./compiler.ts";
import { profiles, profilesFolder, snapshotArguments } from "./profiles.ts";

/** `node tools/bicep/snapshots.ts` writes the golden files anew after the templates were changed on purpose; read the difference before you commit it. */
const compiler = findCompiler();
if ("missing" in compiler) throw new Error(compiler.missing);
for (const profile of profiles) {
  const { status } = spawnSync(compiler.path, snapshotArguments(profile, "overwrite"), { stdio: "inherit" });
  if (status !== 0) process.exit(1);
}
// The compiler compares what is said, not how it is spaced; so they can be formatted as everything here is.
const biome = join(import.meta.dirname, "..", "..", "node_modules", "@biomejs", "biome", "bin", "biome");
spawnSync(process.execPath, [biome, "format", "--write", profilesFolder], { stdio: "inherit" });
