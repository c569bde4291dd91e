import { extname } from "node:path";

/** The extension of this program's files: TypeScript in the repository, JavaScript in the package. */
const extension = extname(import.meta.url);

/** The URL of one of this program's files that runs in its own thread or process. `name` has no extension and is relative to `from`. */
export const programFile = (name: string, from: string): URL => new URL(`${name}${extension}`, from);

/**
 * Why this Node cannot run one of this program's files; nothing if it can. A test runner may have translated the sources for itself, on a Node that
 * cannot run them.
 */
export function whyNotRun(
  file: URL,
  { version = process.versions.node, typescript = canStripTypes() } = {},
): string | undefined {
  if (typescript || extname(file.pathname) !== ".ts") return undefined;
  return `Node ${version} cannot run the sources of the local Azure, which are TypeScript: that needs Node 22.18 or later. Or make a package of them, which runs on Node 20.15 and later: npm pack in the folder local/.`;
}

const canStripTypes = (): boolean => Boolean((process.features as { typescript?: unknown }).typescript);
