import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { globSync } from "tinyglobby";
import { registerHooks } from "./hooks.ts";

/** This program's own files. */
const own = ["../", "../../kernel/"].map((folder) => new URL(folder, import.meta.url).href);

/**
 * The application's own files that have been looked up so far, without packages: a change of one requires a reload. Each is listed under the
 * requested name as well: a missing file may appear, and a link may lead elsewhere later. `more` is called for each new one.
 * On a Node without the required hooks, these are all files that could be loaded.
 */
export function recordLoadedFiles(root: string, more: (file: string) => void): Set<string> {
  const files = new Set<string>();
  const add = (file: string) => {
    if (files.has(file)) return;
    files.add(file);
    more(file);
  };
  const record = (url: string) => {
    if (!url.startsWith("file:") || url.includes("/node_modules/") || own.some((folder) => url.startsWith(folder)))
      return;
    add(fileURLToPath(url));
  };
  if (registerHooks === undefined) {
    const could = globSync("**/*.{js,mjs,cjs,ts,mts,cts,jsx,tsx}", { cwd: root, ignore: "**/node_modules/**" });
    for (const file of could) add(join(root, file));
    return files;
  }
  registerHooks({
    resolve: (specifier, context, next) => {
      if (/^\.{1,2}(?:\/|$)/.test(specifier) && context.parentURL?.startsWith("file:")) {
        record(new URL(specifier, context.parentURL).href);
      }
      const found = next(specifier, context);
      record(found.url);
      return found;
    },
  });
  return files;
}
