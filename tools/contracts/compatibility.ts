import { isDeepStrictEqual } from "node:util";

/** A JSON Schema, as far as we look into it. */
export type Schema = { [keyword: string]: unknown };

/** Keywords that say nothing of what is valid. */
const annotations = new Set(["$schema", "title", "description"]);
/** Keywords that are looked into instead of being compared. */
const structure = new Set(["properties", "required", "items"]);

/**
 * What makes `current` unfit to stand in for `released`, each with the path of the place; empty when all is well.
 * A released schema grows by optional properties only: then who knows the old one can read what the new one allows, and the reverse.
 */
export function breaks(released: Schema, current: Schema, path = ""): string[] {
  const found: string[] = [];
  const at = path === "" ? "the event" : path;
  for (const keyword of new Set([...Object.keys(released), ...Object.keys(current)])) {
    if (annotations.has(keyword) || structure.has(keyword)) continue;
    if (!isDeepStrictEqual(released[keyword], current[keyword]))
      found.push(`${at}: ${keyword} was ${text(released[keyword])} and is ${text(current[keyword])}`);
  }
  const [before, after] = [required(released), required(current)];
  for (const name of before) if (!after.has(name)) found.push(`${at}: ${name} was required and is not`);
  for (const name of after) if (!before.has(name)) found.push(`${at}: ${name} is required and was not`);
  const now = (current.properties ?? {}) as Record<string, Schema>;
  for (const [name, schema] of Object.entries((released.properties ?? {}) as Record<string, Schema>)) {
    const inner = path === "" ? name : `${path}.${name}`;
    found.push(...(now[name] === undefined ? [`${inner}: is gone`] : breaks(schema, now[name], inner)));
  }
  if (released.items !== undefined && current.items !== undefined)
    found.push(...breaks(released.items as Schema, current.items as Schema, `${path}[]`));
  else if (released.items !== current.items) found.push(`${at}: items came or went`);
  return found;
}

/** The properties that `current` has and `released` had not, each with its path; of one that holds others, only itself. */
export function grown(released: Schema, current: Schema, path = ""): string[] {
  if (released.items !== undefined && current.items !== undefined)
    return grown(released.items as Schema, current.items as Schema, `${path}[]`);
  const before = (released.properties ?? {}) as Record<string, Schema>;
  return Object.entries((current.properties ?? {}) as Record<string, Schema>).flatMap(([name, schema]) => {
    const inner = path === "" ? name : `${path}.${name}`;
    return before[name] === undefined ? [inner] : grown(before[name], schema, inner);
  });
}

const required = (schema: Schema) => new Set((schema.required ?? []) as string[]);
const text = (value: unknown) => (value === undefined ? "absent" : JSON.stringify(value));
