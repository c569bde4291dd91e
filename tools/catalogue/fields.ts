import type { Json } from "../contracts/json-schema.ts";
import { anchor, code, listed, table } from "./markdown.ts";

/** Formats that make their pattern redundant. */
const formats: Record<string, string> = { "date-time": "moment", date: "day", uuid: "UUID" };
const types: Record<string, string> = {
  string: "text",
  integer: "whole number",
  number: "number",
  boolean: "yes or no",
  object: "object",
  null: "nothing",
};

/**
 * The fields of an object's JSON Schema as a table: name, type, constraints, meaning. Nested fields have their path.
 * @param shared schemas described elsewhere on the page, by name
 */
export function fieldTable(schema: Json, shared: Record<string, Json> = {}): string {
  const rows = fieldsOf(schema, "", shared);
  return rows.length === 0 ? "No fields." : table(["field", "type", "bounds", "meaning"], rows);
}

function fieldsOf(schema: Json, at: string, shared: Record<string, Json>): string[][] {
  const required = new Set((schema.required ?? []) as string[]);
  return Object.entries((schema.properties ?? {}) as Record<string, Json>).flatMap(([name, field]) => {
    const way = at === "" ? name : `${at}.${name}`;
    const bounds = [...(required.has(name) || "default" in field ? [] : ["optional"]), ...boundsOf(field)];
    const meaning = String(field.description ?? shared[nameOf(field)]?.description ?? "");
    return [[code(way), typeOf(field), bounds.join(", "), meaning], ...inside(field, way, shared)];
  });
}

/** The fields within a field. */
function inside(field: Json, way: string, shared: Record<string, Json>): string[][] {
  if (field.items !== undefined) return inside(field.items as Json, `${way}[]`, shared);
  const kinds = alternatives(field);
  if (kinds.length > 0) return kinds.flatMap((kind) => inside(kind, way, shared));
  if (typeof field.additionalProperties === "object" && field.properties === undefined)
    return inside(field.additionalProperties as Json, `${way}.*`, shared);
  return fieldsOf(field, way, shared);
}

const alternatives = (field: Json) => (field.anyOf ?? field.oneOf ?? []) as Json[];

/** The type of a field, as text. */
function typeOf(field: Json): string {
  if (typeof field.$ref === "string") return `[${nameOf(field)}](#${anchor(nameOf(field))})`;
  if ("const" in field) return code(JSON.stringify(field.const));
  if (Array.isArray(field.enum)) return `one of ${field.enum.map((value) => code(String(value))).join(", ")}`;
  const kinds = alternatives(field);
  if (kinds.length > 0) return [...new Set(kinds.map(typeOf))].join(" or ");
  if (field.type === "array") return `list of ${plural(typeOf(field.items as Json))}`;
  if (typeof field.additionalProperties === "object" && field.properties === undefined)
    return `by name: ${typeOf(field.additionalProperties as Json)}`;
  return formats[String(field.format)] ?? types[String(field.type)] ?? "anything";
}

/** The name of the schema to which a field refers. */
const nameOf = ({ $ref }: Json) => (typeof $ref === "string" ? ($ref.split("/").at(-1) ?? "") : "");

function plural(type: string): string {
  return /^(object|moment|day|UUID|(whole )?number)$/.test(type) ? `${type}s` : type;
}

/** The constraints of a value, as text. */
function boundsOf(field: Json): string[] {
  const whole = field.type === "integer";
  const least =
    field.minimum ?? (whole && field.exclusiveMinimum !== undefined ? Number(field.exclusiveMinimum) + 1 : undefined);
  const most = field.maximum === Number.MAX_SAFE_INTEGER ? undefined : field.maximum;
  const from = least === Number.MIN_SAFE_INTEGER ? undefined : least;
  return [
    ...span(from, most, ""),
    ...span(field.minLength, field.maxLength, " characters"),
    ...span(field.minItems, field.maxItems, " entries"),
    ...(typeof field.pattern === "string" && formats[String(field.format)] === undefined
      ? [code(pattern(field.pattern))]
      : []),
    ...(field.items === undefined ? [] : boundsOf(field.items as Json).map((bound) => `each ${bound}`)),
    ...(alternatives(field).length > 0 ? listedBounds(alternatives(field)) : []),
    ...("default" in field ? [`else ${code(JSON.stringify(field.default))}`] : []),
  ];
}

const listedBounds = (kinds: Json[]) => [listed([...new Set(kinds.flatMap(boundsOf))])].filter((bound) => bound !== "");

function span(least: unknown, most: unknown, what: string): string[] {
  if (least === undefined && most === undefined) return [];
  if (most === undefined) return [what === "" ? `from ${least}` : `at least ${least}${what}`];
  if (least === undefined) return [`at most ${most}${what}`];
  return [least === most ? `${least}${what}` : `${least} to ${most}${what}`];
}

/** A pattern as people write it: a slash needs no escape outside a program. */
const pattern = (source: string) => source.replaceAll("\\/", "/");
