import { readExactly } from "../../kernel/exact-json.ts";

/** What a field holds as JSON; nothing for an empty one. @throws Error in words, also for what would be sent as something else */
export function jsonIn(text: string, what: string): unknown {
  if (text.trim() === "") return undefined;
  const read = readExactly(text, what, false);
  if ("wrong" in read) throw new Error(read.wrong);
  return read.value;
}
