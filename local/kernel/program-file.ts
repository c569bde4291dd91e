import { extname } from "node:path";

/** What this program runs as: TypeScript in the repository, JavaScript once it has been packed. */
const extension = extname(import.meta.url);

/** The address of one of this program's own files that runs in a thread or process of its own, named without extension, seen from `from`. */
export const programFile = (name: string, from: string): URL => new URL(`${name}${extension}`, from);
