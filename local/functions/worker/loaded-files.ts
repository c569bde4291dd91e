import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";

/** The application's own files that have been looked up so far, packages left out: those whose change calls for a reload. */
export function recordLoadedFiles(): ReadonlySet<string> {
  const files = new Set<string>();
  registerHooks({
    resolve: (specifier, context, next) => {
      const found = next(specifier, context);
      if (found.url.startsWith("file:") && !found.url.includes("/node_modules/")) files.add(fileURLToPath(found.url));
      return found;
    },
  });
  return files;
}
