import { createHash } from "node:crypto";
import type { Plugin } from "vite";

/** Name of the entry that becomes the service worker. Its file has no hash, since browsers check the same address for a new version. */
export const worker = "service-worker";
export const workerFile = "sw.js";

interface Chunk {
  type: "chunk";
  fileName: string;
  name: string;
  code: string;
  isEntry: boolean;
  imports: string[];
  dynamicImports: string[];
  viteMetadata?: { importedCss: Set<string>; importedAssets: Set<string> };
}
type Bundle = Record<string, Chunk | { type: "asset"; fileName: string; source: string | Uint8Array }>;

/**
 * Every hashed file that the app of this entry may load, including those it loads later: a page that was opened before a new version still finds all
 * of its files.
 */
export function filesOf(bundle: Bundle, entry: string): string[] {
  const first = Object.values(bundle).find((chunk) => chunk.type === "chunk" && chunk.isEntry && chunk.name === entry);
  if (first === undefined) throw new Error(`The build has no entry "${entry}".`);
  const found = new Set([first.fileName]);
  for (const name of found) {
    const chunk = bundle[name];
    if (chunk?.type !== "chunk") continue;
    const { importedCss = [], importedAssets = [] } = chunk.viteMetadata ?? {};
    for (const next of [...chunk.imports, ...chunk.dynamicImports, ...importedCss, ...importedAssets]) found.add(next);
  }
  return [...found].sort();
}

/** Tells the service worker which files belong to the customer's app. */
export const shell: Plugin = {
  name: "shell",
  generateBundle: {
    order: "post",
    handler(_options, output) {
      const bundle = output as unknown as Bundle;
      const own = bundle[workerFile];
      if (own?.type !== "chunk") throw new Error(`The build made no ${workerFile}.`);
      // Only the style sheet refers to fonts.
      const fonts = Object.keys(bundle).filter((file) => file.endsWith(".woff2"));
      const files = [...new Set([...filesOf(bundle, "customer"), ...fonts])].map((file) => `/${file}`);
      const page = bundle["index.html"];
      const hash = createHash("sha256").update(files.join()).update(own.code);
      if (page?.type === "asset") hash.update(page.source);
      own.code = own.code
        .replaceAll(/(["'`])__FILES__\1/g, JSON.stringify(files))
        .replaceAll("__VERSION__", hash.digest("hex").slice(0, 12));
    },
  },
};
