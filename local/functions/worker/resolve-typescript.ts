import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { registerHooks } from "./hooks.ts";

const written: Record<string, string[]> = {
  ".js": [".ts", ".tsx", ".jsx"],
  ".jsx": [".tsx"],
  ".mjs": [".mts"],
  ".cjs": [".cts"],
};

/**
 * Finds TypeScript sources by the names of the built files: `./text.js` beside a text.ts, and in CommonJS `./text` and `./folder` as well. It only
 * looks for what would not be found otherwise.
 */
export function resolveTypeScript(): void {
  registerHooks?.({
    resolve: (specifier, context, next) => {
      try {
        return next(specifier, context);
      } catch (error) {
        const isRequire = context.conditions.includes("require");
        const { parentURL } = context;
        const found = parentURL?.startsWith("file:")
          ? sourceOf(specifier, fileURLToPath(parentURL), isRequire)
          : undefined;
        if (found === undefined) throw error;
        return next(isRequire ? found : pathToFileURL(found).href, context);
      }
    },
  });
}

/** The source that `specifier` refers to in the file `parent`, if there is one. */
export function sourceOf(specifier: string, parent: string, isRequire: boolean): string | undefined {
  if (!/^\.{1,2}(?:\/|$)/.test(specifier)) return undefined;
  const path = join(dirname(parent), specifier);
  const [extension = ""] = /\.(?:[cm]?js|jsx)$/.exec(path) ?? [];
  const candidates = (written[extension] ?? []).map((source) => path.slice(0, -extension.length) + source);
  if (isRequire)
    candidates.push(...[".ts", ".cts", ".tsx", ".jsx", "/index.ts", "/index.tsx"].map((end) => path + end));
  return candidates.find((each) => existsSync(each) && statSync(each).isFile());
}
