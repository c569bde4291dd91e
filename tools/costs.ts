import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { extensionsIn } from "../infra/extensions.ts";
import { bill } from "./costs/bill.ts";
import { withExtensionCosts } from "./costs/extension-rows.ts";
import { measureExtensions } from "./costs/extensions.ts";
import { withFigures } from "./costs/in-figures.ts";
import { linesShown } from "./costs/listed.ts";
import { measure } from "./costs/measure.ts";
import { costsPage, withCosts, withSentences } from "./costs/page.ts";
import { rush } from "./costs/rush.ts";
import { optionsOf } from "./say-usage.ts";
import { root } from "./stand-options.ts";

const usage = `node tools/run.mjs costs [--write | --list]
  measures and prints what it costs
  --write  writes docs/costs.md, and its figures into docs/deploy.md, docs/figures.md and README.md, as npm run generate -- --costs does
  --list   prints what an order takes request by request and which function asks for it, one at a time and fifty at a time`;

const options = { write: { type: "boolean" }, list: { type: "boolean" } } as const;
const asked = optionsOf(usage, options);
if (asked.list) {
  for (const atOnce of [1, 50]) {
    const { lines, orders } = await rush(atOnce, atOnce === 1 ? 5 : 2);
    process.stdout.write(`\n## ${atOnce} at a time\n\n${linesShown(lines, orders)}`);
  }
  process.exit(0);
}
const measured = await measure();
const extensions = extensionsIn();
const names = extensions.map(({ name }) => name);
const page = withExtensionCosts(costsPage(measured, await rush()), names, await measureExtensions(extensions));
if (asked.write) {
  const at = (path: string) => join(root, path);
  const [costs, deploy, figures, readme] = [
    at("docs/costs.md"),
    at("docs/deploy.md"),
    at("docs/figures.md"),
    at("README.md"),
  ];
  const now = (text: string) =>
    withSentences(text, (ordersADay, profile) => bill(measured, { ordersADay, profile }).day);
  writeFileSync(costs, page);
  writeFileSync(deploy, now(withCosts(readFileSync(deploy, "utf8"), measured)));
  writeFileSync(figures, withFigures(readFileSync(figures, "utf8"), page));
  writeFileSync(readme, now(readFileSync(readme, "utf8")));
  const biome = join(root, "node_modules", "@biomejs", "biome", "bin", "biome");
  spawnSync(process.execPath, [biome, "format", "--write", costs, deploy, figures], { stdio: "inherit" });
} else process.stdout.write(page);
process.exit(0);
