import * as z from "zod";

export type Json = Record<string, unknown>;

/**
 * The JSON Schema (2020-12) of valid input. It allows additional fields wherever the zod schema does, and leaves out those of Cosmos DB. What JSON
 * Schema cannot express (a default that must be one of the choices) only the zod schema checks.
 */
export function jsonSchema(schema: z.ZodType, title: string): Json {
  const { $schema, ...rest } = cleaned(z.toJSONSchema(schema, { io: "input" })) as Json;
  return { $schema, title, ...rest };
}

/** Schemas that refer to one another, by name, as components of a larger document. */
export function components(schemas: Record<string, z.ZodType>, prefix: string): Record<string, Json> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id });
  const generated = z.toJSONSchema(registry, { io: "input", uri: (id) => `${prefix}${id}` });
  return Object.fromEntries(
    Object.entries(generated.schemas).map(([name, schema]) => {
      const { $schema: _, $id: __, ...rest } = cleaned(schema) as Json;
      return [name, rest];
    }),
  );
}

/** Removes Cosmos DB's own fields, and formats that JSON Schema does not define. */
function cleaned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(
    ([key, inner]) =>
      !/^_(rid|self|etag|attachments|ts|lsn)$/.test(key) && !(key === "format" && inner === "starts_with"),
  );
  return Object.fromEntries(kept.map(([key, inner]) => [key, cleaned(inner)]));
}
