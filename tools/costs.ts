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
import { costsOptions, usage } from "./costs/options.ts";
import { costsPage, withCosts, withSentences } from "./costs/page.ts";
import { rush } from "./costs/rush.ts";
import { askedOf } from "./say-usage.ts";
import { root } from "./stand-options.ts";

const asked = askedOf(usage, costsOptions);
if (asked === "list") {
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
if (asked === "write") {
  const at = (path: string) => join(root, path);
  const [costs, deploy, figures, readme] = [
    at("docs/costs.md"),
    at("docs/deploy.md"),
    at("docs/figures.md"),
    at("README.md"),
  ];
  const now = (text: string) =>
    withSentences(text, (ordersADay, profile) => bill(measured, { ordersADay, profile }).day);
  // All pages, or none if one of them lacks the place for its figures.
  const written = [
    [costs, page],
    [deploy, now(withCosts(readFileSync(deploy, "utf8"), measured))],
    [figures, withFigures(readFileSync(figures, "utf8"), page)],
    [readme, now(readFileSync(readme, "utf8"))],
  ] as const;
  for (const [file, text] of written) writeFileSync(file, text);
  const biome = join(root, "node_modules", "@biomejs", "biome", "bin", "biome");
  spawnSync(process.execPath, [biome, "format", "--write", costs, deploy, figures], { stdio: "inherit" });
} else process.stdout.write(page);
process.exit(0);
