import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { measure } from "./costs/measure.ts";
import { costsPage } from "./costs/page.ts";
import { root } from "./stand-options.ts";

/** `node tools/costs.ts` measures and prints what it costs; with `--write` it writes docs/costs.md. */
const page = costsPage(await measure());
if (process.argv.includes("--write")) {
  const file = join(root, "docs", "costs.md");
  writeFileSync(file, page);
  const biome = join(root, "node_modules", "@biomejs", "biome", "bin", "biome");
  spawnSync(process.execPath, [biome, "format", "--write", file], { stdio: "inherit" });
} else process.stdout.write(page);
process.exit(0);
