import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PeerFigures } from "../bench/peers/index.ts";
import { growthChart } from "./figures/chart.ts";
import { type GrowthFigures, growthTable } from "./figures/growth.ts";
import { withPlace } from "./figures/page.ts";
import { peersTables } from "./figures/peers-tables.ts";
import { root } from "./stand-options.ts";

/** Writes the tables of docs/figures.md and its chart anew, from the figures beside it: docs/figures/*.json, which `npm run bench -- … --write` writes. */

const folder = join(root, "docs", "figures");
const figures = <T>(name: string): T | undefined => {
  const file = join(folder, `${name}.json`);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as T) : undefined;
};

const file = join(root, "docs", "figures.md");
let page = readFileSync(file, "utf8");
const peers = figures<PeerFigures>("peers");
page = withPlace(page, "peers", peers === undefined ? "Not measured yet." : peersTables(peers));
const growth = figures<GrowthFigures>("growth");
if (growth !== undefined) {
  page = withPlace(page, "growth", growthTable(growth));
  writeFileSync(join(folder, "growth.svg"), growthChart(growth));
}
writeFileSync(file, page);
const biome = join(root, "node_modules", "@biomejs", "biome", "bin", "biome");
const { status } = spawnSync(process.execPath, [biome, "format", "--write", file], { stdio: "inherit" });
process.exit(status ?? 1);
