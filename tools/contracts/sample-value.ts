import type { Json } from "./json-schema.ts";

/** Texts to try for a pattern if nothing else is known about it. */
const texts = [
  "Sample",
  "sample",
  "en",
  "2026-06-15T10:05:30.000Z",
  "0000000001",
  "00000000-0000-4000-8000-000000000001",
];

/** A value for a path in the schema, such as `order.drink.id`; elements of lists are `[]`. With `undefined` the schema decides. */
export type Known = (place: string) => unknown;

/**
 * The simplest valid value of a JSON Schema, with every optional field: the same each time.
 * @throws Error with the path for which it has no value
 */
export function sampleValue(schema: Json, known: Known, place = ""): unknown {
  const given = known(place);
  if (given !== undefined) return given;
  if ("const" in schema) return schema.const;
  const choices = (schema.enum ?? schema.anyOf ?? schema.oneOf) as unknown[] | undefined;
  if (schema.enum) return choices?.[0];
  if (choices) return sampleValue(choices[0] as Json, known, place);
  switch (schema.type) {
    case "object":
      return sampleObject(schema, known, place);
    case "array":
      return [sampleValue((schema.items ?? {}) as Json, known, `${place}[]`)];
    case "integer":
    case "number":
      return Math.max(1, Number(schema.minimum ?? 1), Number(schema.exclusiveMinimum ?? 0) + 1);
    case "boolean":
      return true;
    case "null":
      return null;
    case "string":
      return sampleText(schema, place);
    default:
      throw new Error(`${place}: no sample is known for ${JSON.stringify(schema)}.`);
  }
}

function sampleObject(schema: Json, known: Known, place: string): Json {
  const inner = (name: string) => (place === "" ? name : `${place}.${name}`);
  const fields = Object.entries((schema.properties ?? {}) as Record<string, Json>);
  const value: Json = Object.fromEntries(fields.map(([name, field]) => [name, sampleValue(field, known, inner(name))]));
  const others = schema.additionalProperties;
  if (fields.length > 0 || typeof others !== "object" || Object.keys(others as Json).length === 0) return value;
  const names = (schema.propertyNames ?? { type: "string" }) as Json;
  return {
    [String(sampleValue({ type: "string", ...names }, known, inner("{}")))]: sampleValue(
      others as Json,
      known,
      inner("*"),
    ),
  };
}

function sampleText(schema: Json, place: string): string {
  const { pattern, format, maxLength, minLength = 0 } = schema as { [name: string]: string } & { minLength?: number };
  if (format === "date-time") return "2026-06-15T10:05:30.000Z";
  const fits = (text: string) =>
    (pattern === undefined || new RegExp(pattern).test(text)) &&
    text.length >= Number(minLength) &&
    text.length <= Number(maxLength ?? 1000);
  const found = texts.find(fits);
  if (found === undefined) throw new Error(`${place}: no sample is known for a text like ${pattern ?? format}.`);
  return found;
}
