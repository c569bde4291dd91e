import { extname } from "node:path";

/** Whether functions can be loaded from a file: Node runs it unchanged, or runs the result of its build. */
export const isProgram = (path: string): boolean =>
  /\.(?:[cm]?[jt]s|[jt]sx)$/.test(path) && !/\.d\.[cm]?ts$/.test(path);

/** Files that Node does not run unchanged, or only after stripping types: TypeScript and JSX. */
export const isSource = (path: string): boolean => /\.(?:[cm]?ts|[jt]sx)$/.test(path);

/** The module format of a source: by its extension, otherwise by the package's `type`. */
export function formatOf(path: string, type: unknown): "module" | "commonjs" {
  const extension = extname(path);
  if (extension === ".mts") return "module";
  return extension === ".cts" || type !== "module" ? "commonjs" : "module";
}
