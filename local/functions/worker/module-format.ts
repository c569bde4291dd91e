import { extname } from "node:path";

/** What a TypeScript file becomes: by its extension, otherwise by the package's `type`. */
export function formatOf(path: string, type: unknown): "module" | "commonjs" {
  const extension = extname(path);
  if (extension === ".mts") return "module";
  return extension === ".cts" || type !== "module" ? "commonjs" : "module";
}
