import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";

/** This program's own. */
const own = ["../", "../../kernel/"].map((folder) => new URL(folder, import.meta.url).href);

/**
 * The application's own files that have been looked up so far, packages left out: those whose change calls for a reload. Each is there by the name
 * that it was asked for too: what is not there may come, and a link may lead elsewhere later. `more` is called with each that is new.
 */
export function recordLoadedFiles(more: (file: string) => void): Set<string> {
  const files = new Set<string>();
  const record = (url: string) => {
    if (!url.startsWith("file:") || url.includes("/node_modules/") || own.some((folder) => url.startsWith(folder)))
      return;
    const file = fileURLToPath(url);
    if (files.has(file)) return;
    files.add(file);
    more(file);
  };
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
