import { readFileSync } from "node:fs";

export interface JsonFile {
  value: unknown;
  /** Deviations from JSON that were accepted: comments, and commas before a closing bracket. */
  lenient: ("comments" | "trailing commas")[];
}

/**
 * Reads a JSON file as Microsoft's tools do: it may have a byte order mark, comments and trailing commas.
 * @throws Error that names the file and, if known, the line.
 */
export function readJsonFile(path: string): JsonFile {
  const text = readFileSync(path, "utf8").replace(/^\uFEFF/, "");
  const { json, lenient } = toJson(text);
  try {
    return { value: JSON.parse(json) as unknown, lenient };
  } catch (error) {
    throw new Error(`${path} is not JSON: ${(error as Error).message}`, { cause: error });
  }
}

/** The text with comments and trailing commas replaced by blanks, so that positions in it stay the same. */
function toJson(text: string): { json: string; lenient: JsonFile["lenient"] } {
  const found = new Set<JsonFile["lenient"][number]>();
  const blank = (part: string) => part.replace(/[^\n\r]/g, " ");
  // Skips whole strings: comment signs inside them are text.
  const plain = text.replace(/"(?:[^"\\\n]|\\.)*"?|\/\/[^\n\r]*|\/\*[\s\S]*?\*\//g, (part) => {
    if (part.startsWith('"')) return part;
    found.add("comments");
    return blank(part);
  });
  const json = plain.replace(/"(?:[^"\\\n]|\\.)*"?|,(?=\s*[}\]])/g, (part) => {
    if (part !== ",") return part;
    found.add("trailing commas");
    return " ";
  });
  return { json, lenient: [...found] };
}
