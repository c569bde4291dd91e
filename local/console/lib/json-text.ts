import { readExactly } from "../../kernel/exact-json.ts";

/** Parses a field as JSON; undefined if it is empty. @throws Error in words, also for values that parsing would change */
export function jsonIn(text: string, what: string): unknown {
  if (text.trim() === "") return undefined;
  const read = readExactly(text, what, false);
  if ("wrong" in read) throw new Error(read.wrong);
  return read.value;
}
