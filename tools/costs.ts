import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { extensionsIn } from "../infra/extensions.ts";
import { withExtensionCosts } from "./costs/extension-rows.ts";
import { measureExtensions } from "./costs/extensions.ts";
import { measure } from "./costs/measure.ts";
import { costsPage, withCosts } from "./costs/page.ts";
import { root } from "./stand-options.ts";

/** `node tools/costs.ts` measures and prints what it costs; with `--write` it writes docs/costs.md, and the sums into docs/deploy.md. */
const measured = await measure();
const extensions = extensionsIn();
const names = extensions.map(({ name }) => name);
const page = withExtensionCosts(costsPage(measured), names, await measureExtensions(extensions));
if (process.argv.includes("--write")) {
  const [costs, deploy] = [join(root, "docs", "costs.md"), join(root, "docs", "deploy.md")];
  writeFileSync(costs, page);
  writeFileSync(deploy, withCosts(readFileSync(deploy, "utf8"), measured));
  const biome = join(root, "node_modules", "@biomejs", "biome", "bin", "biome");
  spawnSync(process.execPath, [biome, "format", "--write", costs, deploy], { stdio: "inherit" });
} else process.stdout.write(page);
process.exit(0);
