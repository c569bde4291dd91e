import { extname } from "node:path";

/** The extension of this program's files: TypeScript in the repository, JavaScript in the package. */
const extension = extname(import.meta.url);

/** The URL of one of this program's files that runs in its own thread or process. `name` has no extension and is relative to `from`. */
export const programFile = (name: string, from: string): URL => new URL(`${name}${extension}`, from);
