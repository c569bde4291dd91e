import { type Json, member, type Value } from "./query/values.ts";

export interface PartitionKeyDefinition {
  paths: string[];
  kind?: "Hash" | "MultiHash";
  version?: number;
  /** Set by clients for a container without a partition key of its own. */
  systemKey?: boolean;
}

/** The components of a partition key; undefined stands for an absent property. */
export type PartitionKey = (string | number | boolean | null | undefined)[];

const parsedPaths = new Map<string, string[]>();

const names = /\/(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^/]*))/g;

/** The property names of a path such as `/a/b`, `/"a b"/c` or `/'a b'/c`. */
export function pathNames(path: string): string[] {
  let parsed = parsedPaths.get(path);
  if (parsed === undefined) {
    parsed = [...path.matchAll(names)].map(([, double, single, plain]) => double ?? single ?? plain ?? "");
    parsedPaths.set(path, parsed);
  }
  return parsed;
}

/** The value at a path; undefined if any part of it is absent. */
export function valueAt(document: Json, path: string): Value {
  let value: Value = document;
  for (const name of pathNames(path)) value = member(value, name);
  return value;
}

/** Turns -0 into 0. They are equal, but their bytes and thus their hashes differ. */
export const positive = (number: number): number => (number === 0 ? 0 : number);

/** The partition key of a document. Clients and the service treat an object or an array as an absent property. */
export function keyOf(document: Json, definition: PartitionKeyDefinition): PartitionKey {
  return definition.paths.map((path) => {
    const value = valueAt(document, path);
    if (typeof value === "number") return positive(value);
    return typeof value === "object" && value !== null ? undefined : value;
  });
}

/** The key as text, equal for equal keys. */
export function keyText(key: PartitionKey): string {
  return JSON.stringify(key.map((component) => (component === undefined ? {} : component)));
}
