import type { Json } from "../contracts/json-schema.ts";
import type { Draw } from "./draw.ts";
import { numbers, texts } from "./hostile.ts";

/** Texts that are valid somewhere in the API. */
const plausible = [
  "main",
  "other",
  "drink:espresso",
  "drink:latte",
  "en",
  "de",
  "DE",
  "Europe/Berlin",
  "2026-06-15",
  "2026-06-14",
  "12:30",
  "+14255550123",
  "+4915112345678",
  "123456",
  "BCDFGH",
  "BCDFGHJK",
  "https://push.example/send/1",
  "Bea",
  "A".repeat(22),
  "A".repeat(32),
  "A".repeat(43),
  "A".repeat(87),
];

/**
 * A value that is probably valid for a schema of the API's description. It considers only the main keywords: required fields, types, choices, minimum
 * and maximum.
 */
export function valueFor(schema: Json, schemas: Record<string, Json>, draw: Draw, depth = 0): unknown {
  const { $ref } = schema as { $ref?: string };
  if ($ref !== undefined) return valueFor(schemas[$ref.split("/").at(-1) ?? ""] ?? {}, schemas, draw, depth);
  if ("const" in schema) return schema.const;
  const choices = schema.enum ?? schema.anyOf ?? schema.oneOf;
  if (schema.enum) return draw.one(choices as unknown[]);
  if (choices) return valueFor(draw.one(choices as Json[]), schemas, draw, depth);
  switch (schema.type) {
    case "object":
      return objectFor(schema, schemas, draw, depth);
    case "array":
      if (depth > 6) return [];
      return Array.from({ length: draw.below(3) }, () =>
        valueFor((schema.items ?? {}) as Json, schemas, draw, depth + 1),
      );
    case "integer":
    case "number":
      return Math.round(Number(schema.minimum ?? schema.exclusiveMinimum ?? 0)) + 1 + draw.below(5);
    case "boolean":
      return draw.maybe(0.5);
    case "null":
      return null;
    default:
      return textFor(schema, draw);
  }
}

function objectFor(schema: Json, schemas: Record<string, Json>, draw: Draw, depth: number): Json {
  const fields = Object.entries((schema.properties ?? {}) as Record<string, Json>);
  const must = (schema.required ?? []) as string[];
  const there = fields.filter(([name]) => must.includes(name) || draw.maybe(depth > 4 ? 0.1 : 0.6));
  return Object.fromEntries(there.map(([name, field]) => [name, valueFor(field, schemas, draw, depth + 1)]));
}

/** A text that matches the pattern, if one of ours does. */
function textFor({ pattern, minLength = 0, maxLength = 1_000 }: Json, draw: Draw): string {
  const fits = plausible.filter(
    (text) =>
      text.length >= Number(minLength) &&
      text.length <= Number(maxLength) &&
      (pattern === undefined || new RegExp(String(pattern), "u").test(text)),
  );
  return fits.length > 0 ? draw.one(fits) : draw.one(texts);
}

/** The same value with one violation of the schema: another value, an additional or missing field, or a violation inside a field. */
export function broken(value: unknown, draw: Draw, other: () => unknown): unknown {
  if (draw.maybe(0.15)) return other();
  if (Array.isArray(value)) return [...value, other()];
  if (typeof value !== "object" || value === null) return draw.maybe(0.5) ? other() : draw.one([...texts, ...numbers]);
  const entries = Object.entries(value);
  const [name, inner] = entries.length > 0 ? draw.one(entries) : ["", undefined];
  return draw.one<() => unknown>([
    () => ({ ...value, [draw.one(texts)]: other() }),
    () => Object.fromEntries(entries.filter(([key]) => key !== name)),
    () => ({ ...value, [name]: other() }),
    () => ({ ...value, [name]: broken(inner, draw, other) }),
  ])();
}
