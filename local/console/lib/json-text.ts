import { alteredIn, wordsFor } from "../../kernel/exact-json.ts";

/** What a field holds as JSON; nothing for an empty one. @throws Error in words, also for what would be sent as something else */
export function jsonIn(text: string, what: string): unknown {
  if (text.trim() === "") return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`${what} is not JSON: ${(error as Error).message}`);
  }
  const altered = alteredIn(text, value, false);
  if (altered !== undefined) throw new Error(wordsFor(altered));
  return value;
}
