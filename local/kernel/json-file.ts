import { readFileSync } from "node:fs";

export interface JsonFile {
  value: unknown;
  /** What of it is no JSON and was read all the same: comments, commas before a closing bracket. */
  lenient: ("comments" | "trailing commas")[];
}

/**
 * Reads a JSON file as Microsoft's tools do: a byte order mark in front, comments and trailing commas are no obstacle.
 * @throws Error that names the file and, where it is known, the line.
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

/** The text with comments and trailing commas blanked out, so that places in it stay what they are. */
function toJson(text: string): { json: string; lenient: JsonFile["lenient"] } {
  const found = new Set<JsonFile["lenient"][number]>();
  const blank = (part: string) => part.replace(/[^\n\r]/g, " ");
  // Strings are passed over whole; what looks like a comment in them is none.
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
