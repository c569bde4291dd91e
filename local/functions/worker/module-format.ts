import { extname } from "node:path";

/** What functions can be loaded from: Node runs it as it is, or what its build would make of it. */
export const isProgram = (path: string): boolean =>
  /\.(?:[cm]?[jt]s|[jt]sx)$/.test(path) && !/\.d\.[cm]?ts$/.test(path);

/** What Node does not run as it is, or only after stripping types: TypeScript and JSX. */
export const isSource = (path: string): boolean => /\.(?:[cm]?ts|[jt]sx)$/.test(path);

/** What a source becomes: by its extension, otherwise by the package's `type`. */
export function formatOf(path: string, type: unknown): "module" | "commonjs" {
  const extension = extname(path);
  if (extension === ".mts") return "module";
  return extension === ".cts" || type !== "module" ? "commonjs" : "module";
}
