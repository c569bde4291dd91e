import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../stand-options.ts";
import { formatted, writeFigures } from "./write.ts";

/**
 * Stores the results of a bench as figures/NAME.json beside the page that uses them, and regenerates that page. @param docs the folder of the page
 */
export function keepFigures(name: "peers" | "growth", figures: object, docs = join(root, "docs")): void {
  const folder = join(docs, "figures");
  mkdirSync(folder, { recursive: true });
  const text = formatted(`${name}.json`, JSON.stringify(figures, undefined, 2));
  writeFileSync(join(folder, `${name}.json`), text);
  writeFigures(docs);
}
