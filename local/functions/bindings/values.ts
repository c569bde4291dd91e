import type { TypedData } from "../protocol.ts";

/** The value that a handler gave to an output. A text that is JSON is parsed. */
export function outputValue(data: TypedData): unknown {
  if (data.bytes !== undefined) return Buffer.from(data.bytes).toString();
  const text = data.json ?? data.string;
  if (data.int !== undefined || data.double !== undefined) return data.int ?? data.double;
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** One value, or each item of a list; empty if there is no value. */
export function itemsOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}
