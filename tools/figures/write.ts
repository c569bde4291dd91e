import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PeerFigures } from "../../bench/peers/index.ts";
import { root } from "../stand-options.ts";
import { growthChart } from "./chart.ts";
import { type GrowthFigures, growthTable } from "./growth.ts";
import { withPlace } from "./page.ts";
import { peersTables } from "./peers-tables.ts";

/**
 * Regenerates the tables of figures.md and its chart from the figures beside it: figures/*.json, which `npm run bench -- … --write` writes.
 * @param docs the folder of the page
 * @throws Error if the page has no place for them
 */
export function writeFigures(docs: string): void {
  const folder = join(docs, "figures");
  const figures = <T>(name: string): T | undefined => {
    const file = join(folder, `${name}.json`);
    return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as T) : undefined;
  };
  const file = join(docs, "figures.md");
  let page = readFileSync(file, "utf8");
  const peers = figures<PeerFigures>("peers");
  page = withPlace(page, "peers", peers === undefined ? "Not measured yet." : peersTables(peers));
  const growth = figures<GrowthFigures>("growth");
  if (growth !== undefined) {
    page = withPlace(page, "growth", growthTable(growth));
    writeFileSync(join(folder, "growth.svg"), growthChart(growth));
  }
  writeFileSync(file, formatted("figures.md", page));
}

/** A text as Biome formats a file of that name. @throws Error if Biome cannot */
export function formatted(name: string, text: string): string {
  const biome = join(root, "node_modules", "@biomejs", "biome", "bin", "biome");
  // Through standard input and output: Biome formats no files outside the repository.
  const command = [biome, "format", `--stdin-file-path=${join("docs", name)}`];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: root, input: text, encoding: "utf8" });
  if (status !== 0) throw new Error(`${name} could not be formatted: ${stderr}`);
  return stdout;
}
