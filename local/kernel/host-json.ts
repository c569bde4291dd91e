import { existsSync } from "node:fs";
import { join } from "node:path";
import { type AppSettings, foundAs } from "./app-settings.ts";
import { type JsonFile, readJsonFile } from "./json-file.ts";

/** An application's host.json, with the settings that take precedence over it. */
export interface HostJson {
  /** The file, and the settings that were put into it, for messages about a value. */
  readonly path: string;
  readonly value: unknown;
  readonly lenient: JsonFile["lenient"];
  /** The settings that were meant to change host.json, and change nothing. */
  readonly withoutEffect: readonly string[];
}

const section = "azurefunctionsjobhost:";

/**
 * Reads host.json from the application's root, and puts the settings `AzureFunctionsJobHost__path__to__value` into it. Their values are text, which
 * the readers take for numbers where they need numbers: on Azure all values become text, those of the file too.
 *
 * Source: `HostJsonFileConfigurationSource` of the Functions host; environment variables are added after it (`TryAddDefaultConfigurationSources`).
 * @throws Error if the file is missing, is not JSON, or is of another version
 */
export function readHostFile(root: string, settings: AppSettings): HostJson {
  const path = join(root, "host.json");
  if (!existsSync(path)) throw new Error(`${path} is missing; it must contain at least {"version": "2.0"}.`);
  const { value: file, lenient } = readJsonFile(path);
  // Read from the file alone, on Azure too.
  if (hostValue(file, "version") !== "2.0") throw new Error(`${path} must say "version": "2.0".`);
  const used: string[] = [];
  const withoutEffect: string[] = [];
  let value = file;
  for (const [name, text] of Object.entries(settings)) {
    if (!foundAs(name).startsWith(section)) continue;
    const keys = name.replaceAll("__", ":").split(":").slice(1);
    const changed = keys.join().toLowerCase() === "version" ? undefined : put(value, keys, text);
    (changed === undefined ? withoutEffect : used).push(name);
    value = changed ?? value;
  }
  return { path: used.length === 0 ? path : `${path} (with ${used.join(", ")})`, value, lenient, withoutEffect };
}

/** The value at a path of names in host.json, which are compared without case, as in the real host. */
export function hostValue(value: unknown, ...path: string[]): unknown {
  for (const name of path) value = entriesOf(value).find(([key]) => isSame(key, name))?.[1];
  return value;
}

/** A number for a text that .NET would take for that whole number; anything else unchanged. */
export const wholeInText = (value: unknown): unknown =>
  typeof value === "string" && /^\s*[+-]?\d+\s*$/.test(value) ? Number(value) : value;

const isSame = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

const entriesOf = (value: unknown): [string, unknown][] =>
  typeof value === "object" && value !== null ? Object.entries(value) : [];

/** The value with a text at a path; `undefined` if there is an object or a list, which a text does not replace. */
function put(value: unknown, [key, ...rest]: readonly string[], text: string): unknown {
  if (key === undefined) return typeof value === "object" && value !== null ? undefined : text;
  const entries = entriesOf(value);
  const at = entries.findIndex(([name]) => isSame(name, key));
  const changed = put(entries[at]?.[1], rest, text);
  if (changed === undefined) return undefined;
  if (at === -1) entries.push([key, changed]);
  else entries[at] = [entries[at]?.[0] ?? key, changed];
  return Array.isArray(value) ? entries.map(([, each]) => each) : Object.fromEntries(entries);
}
