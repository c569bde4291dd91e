import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { findCompiler } from "./compiler.ts";
import { CompilerProcess } from "./compiler-process.ts";
import { profiles, profilesFolder } from "./profiles.ts";

/** Rewrites the golden files after an intended change of the templates; part of `npm run generate`. */
const found = findCompiler();
if ("missing" in found) {
  // Without changes to the templates nobody needs the compiler. Where it is installed, a test compares the golden files with its output.
  process.stderr.write(`Left as they are. ${found.missing}\n`);
  process.exit(0);
}
const compiler = new CompilerProcess(found.path);
for (const profile of profiles) {
  const { outputs = {}, ...rest } = await compiler.snapshot(profile);
  // The compiler returns them in a different order each time.
  const sorted = Object.fromEntries(Object.entries(outputs).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(profile.golden, JSON.stringify({ ...rest, outputs: sorted }, null, 2));
}
compiler.end();
const biome = join(import.meta.dirname, "..", "..", "node_modules", "@biomejs", "biome", "bin", "biome");
spawnSync(process.execPath, [biome, "format", "--write", profilesFolder], { stdio: "inherit" });
