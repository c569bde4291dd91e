import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../stand-options.ts";

/** Keeps what a bench measured as docs/figures/NAME.json, and writes the page that follows from it. */
export function keepFigures(name: "peers" | "growth", figures: object): void {
  const folder = join(root, "docs", "figures");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.json`);
  writeFileSync(file, `${JSON.stringify(figures, undefined, 2)}\n`);
  const biome = join(root, "node_modules", "@biomejs", "biome", "bin", "biome");
  spawnSync(process.execPath, [biome, "format", "--write", file], { stdio: "inherit" });
  spawnSync(process.execPath, [join(root, "tools", "figures.ts")], { stdio: "inherit" });
}
