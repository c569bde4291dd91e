import type { TypedData } from "../protocol.ts";
import { withDotnetDates } from "../triggers/dotnet-dates.ts";

/** Whether a handler gave no value to an output. */
export const isNothing = ({ bytes, json, string, int, double }: TypedData): boolean =>
  json === "null" || (bytes ?? json ?? string ?? int ?? double) === undefined;

/**
 * The value that a handler gave to an output. A text in braces or brackets is JSON: it is parsed, and as always when .NET parses JSON, the times in it
 * get another form. Values that are no text were parsed without that.
 *
 * Source: `ReadAsEnumerable` of the Functions host, and recorded from it.
 * @throws Error if such a text is not JSON
 */
export function outputValue({ bytes, json, string, int, double }: TypedData): unknown {
  if (bytes !== undefined) return Buffer.from(bytes).toString();
  if (int !== undefined || double !== undefined) return int ?? double;
  if (json !== undefined) return JSON.parse(json);
  return string === undefined ? undefined : jsonInText(string);
}

/** @throws Error if a text in braces or brackets is not JSON */
export function jsonInText(text: string): unknown {
  if (!/^\s*(?:\{[\s\S]*\}|\[[\s\S]*\])\s*$/.test(text)) return text;
  try {
    return JSON.parse(withDotnetDates(text));
  } catch (error) {
    throw new Error(`The text is in braces or brackets, so it has to be JSON: ${(error as Error).message}`);
  }
}

/** One value, or each item of a list; empty if there is no value. */
export function itemsOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}
