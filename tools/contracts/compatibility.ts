import { isDeepStrictEqual } from "node:util";

/** A JSON Schema, as far as the comparison needs it. */
export type Schema = { [keyword: string]: unknown };

/** Keywords that do not affect what is valid. */
const annotations = new Set(["$schema", "title", "description"]);
/** Keywords whose schemas are compared one by one. */
const structure = new Set(["properties", "required", "items"]);
/** Keywords whose value is data and contains no schema. */
const data = new Set(["const", "default", "enum", "examples"]);

/**
 * The incompatible differences between `released` and `current`, each with its path; empty if they are compatible.
 * A released schema may only gain optional properties, and only where it allows others: then a consumer of either schema can read data of the other.
 */
export function breaks(released: Schema, current: Schema, path = ""): string[] {
  const found: string[] = [];
  const at = path === "" ? "the event" : path;
  for (const keyword of new Set([...Object.keys(released), ...Object.keys(current)])) {
    if (annotations.has(keyword) || structure.has(keyword)) continue;
    if (!isDeepStrictEqual(bare({ [keyword]: released[keyword] }), bare({ [keyword]: current[keyword] })))
      found.push(`${at}: ${keyword} was ${text(released[keyword])} and is ${text(current[keyword])}`);
  }
  const [before, after] = [required(released), required(current)];
  for (const name of before) if (!after.has(name)) found.push(`${at}: ${name} was required and is not`);
  for (const name of after) if (!before.has(name)) found.push(`${at}: ${name} is required and was not`);
  const now = (current.properties ?? {}) as Record<string, Schema>;
  const then = (released.properties ?? {}) as Record<string, Schema>;
  if (released.additionalProperties === false)
    for (const name of Object.keys(now))
      if (!(name in then)) found.push(`${at}: ${name} is new where nothing may be added`);
  for (const [name, schema] of Object.entries(then)) {
    const inner = path === "" ? name : `${path}.${name}`;
    found.push(...(now[name] === undefined ? [`${inner}: is gone`] : breaks(schema, now[name], inner)));
  }
  if (released.items !== undefined && current.items !== undefined)
    found.push(...breaks(released.items as Schema, current.items as Schema, `${path}[]`));
  else if (released.items !== current.items) found.push(`${at}: items came or went`);
  return found;
}

/** The properties that only `current` has, each with its path. Properties inside a new one are not listed. */
export function grown(released: Schema, current: Schema, path = ""): string[] {
  if (released.items !== undefined && current.items !== undefined)
    return grown(released.items as Schema, current.items as Schema, `${path}[]`);
  const before = (released.properties ?? {}) as Record<string, Schema>;
  return Object.entries((current.properties ?? {}) as Record<string, Schema>).flatMap(([name, schema]) => {
    const inner = path === "" ? name : `${path}.${name}`;
    return before[name] === undefined ? [inner] : grown(before[name], schema, inner);
  });
}

/**
 * A value without annotations at any depth, since keywords such as `anyOf` contain schemas. A property that is named like an annotation has a schema as
 * its value, not a text, and is kept.
 */
function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bare);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([name, of]) => !(annotations.has(name) && typeof of === "string"));
  return Object.fromEntries(kept.map(([name, of]) => [name, data.has(name) ? of : bare(of)]));
}

const required = (schema: Schema) => new Set((schema.required ?? []) as string[]);
const text = (value: unknown) => (value === undefined ? "absent" : JSON.stringify(value));
