import { readFileSync } from "node:fs";

/** The text of a file; `undefined` if it does not exist. @throws Error if it cannot be read */
export function textIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
