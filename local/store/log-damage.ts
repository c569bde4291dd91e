import { basename } from "node:path";
import { decodeLine } from "./log-line.ts";
import { readLines } from "./log-lines.ts";

/** The maximum number of places in a message. */
const mostTold = 5;

/**
 * Describes the damage in a log, with the places; `undefined` if there is none except an incomplete last line.
 * @param follows the checksum of the line that precedes the first one
 */
export async function damageOf(path: string, follows: string): Promise<string | undefined> {
  const lines: { sum: string | undefined; previous: string | undefined; whole: boolean }[] = [];
  for await (const { bytes, end } of readLines(path)) {
    if (end === undefined) break;
    const line = decodeLine(bytes);
    lines.push({ sum: line?.sum, previous: line?.previous, whole: line !== undefined });
  }
  const places = new Map<string, number[]>();
  for (const [at, { sum }] of lines.entries())
    if (sum !== undefined) places.set(sum, [...(places.get(sum) ?? []), at + 1]);
  const found: { line: number; words: string }[] = [];
  let expected: string | undefined = follows;
  for (const [at, { sum, previous, whole }] of lines.entries()) {
    const line = at + 1;
    if (!whole) {
      found.push({ line, words: "its text does not fit its checksum" });
      expected = undefined;
      continue;
    }
    if (sum === undefined || previous === undefined) {
      // Lines of the first version have no checksum of the previous line. They cannot follow a line that has.
      if (places.size > 0) found.push({ line, words: "it is of an older log" });
      continue;
    }
    const before = places.get(sum)?.find((place) => place < line);
    if (before !== undefined) {
      found.push({ line, words: `it is line ${before} once more` });
      continue;
    }
    if (expected !== undefined && previous !== expected) {
      const [belongs] = places.get(previous) ?? [];
      found.push({
        line,
        words: belongs === undefined ? "what stood before it is missing" : `it belongs after line ${belongs}`,
      });
    }
    expected = sum;
  }
  const [first, ...others] = found;
  if (first === undefined) return undefined;
  const more = others.slice(0, mostTold - 1).map(({ line, words }) => `line ${line}: ${words}`);
  const rest = others.length >= mostTold ? `, and ${others.length - mostTold + 1} more` : "";
  return `${path} is damaged in line ${first.line} of ${lines.length}: ${first.words}${more.length > 0 ? `; ${more.join("; ")}` : ""}${rest}. ${whatToDo(path, first.line)}`;
}

/** @param line the first damaged line */
export function whatToDo(path: string, line: number): string {
  const log = basename(path);
  return `Nothing has been changed. Restore a copy of the folder, or start again with an empty one. To go on with what was written before, keep the first ${line - 1} lines of ${log} and remove ${log.replace(/log$/, "end")}; all that came later is lost then.`;
}
