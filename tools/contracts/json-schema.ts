import * as z from "zod";

export type Json = Record<string, unknown>;

/**
 * JSON Schema (2020-12) of what may be sent: open to fields that come later wherever the schema itself is, and without those
 * of Cosmos DB. What JSON Schema cannot say (a default that must be one of the choices) is checked by the zod schema alone.
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

/** Without Cosmos DB's own fields, and without formats that are no formats of JSON Schema. */
function cleaned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(
    ([key, inner]) =>
      !/^_(rid|self|etag|attachments|ts|lsn)$/.test(key) && !(key === "format" && inner === "starts_with"),
  );
  return Object.fromEntries(kept.map(([key, inner]) => [key, cleaned(inner)]));
}
