import type { Ids } from "../../kernel/ids.ts";
import type { Binding, TypedData } from "../protocol.ts";

/** The values that binding expressions such as `{id}`, `{query.size}` or `{headers.x-user}` can refer to: the trigger's data. */
export type ExpressionData = Record<string, unknown>;

/** Reads the values for expressions from a trigger's data. For an HTTP trigger with streams they are in its metadata. */
export function expressionData(data: TypedData = {}, metadata: Record<string, TypedData> = {}): ExpressionData {
  if (data.http === undefined) return { ...plainMetadata(metadata), ...asObject(parse(data.string ?? data.json)) };
  const values = (given: Record<string, { value: string }>) =>
    Object.fromEntries(Object.entries(given).map(([name, { value }]) => [name, value]));
  const { Headers: headers, Query: query, ...params } = plainMetadata(metadata);
  const { nullableHeaders, nullableQuery, nullableParams, body } = data.http;
  return {
    ...asObject(parse(body === undefined ? undefined : Buffer.from(body.bytes).toString())),
    ...params,
    ...values(nullableParams),
    headers: { ...asObject(headers), ...values(nullableHeaders) },
    query: { ...asObject(query), ...values(nullableQuery) },
  };
}

const plainMetadata = (metadata: Record<string, TypedData>) =>
  Object.fromEntries(Object.entries(metadata).map(([name, { string, json }]) => [name, string ?? parse(json)]));

function parse(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

const asObject = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};

const expression = /\{([^{}]+)\}/g;

/**
 * The text with its expressions replaced. `found` can insert something else instead, as a query does with parameters.
 * @throws Error in the host's words if the trigger has no such value.
 */
export function resolveBindingText(
  text: string,
  data: ExpressionData,
  system: { ids: Ids; now: number },
  found: (value: string, name: string) => string = (value) => value,
): string {
  return text.replace(expression, (_, name: string) => found(expressionValue(name, data, system), name));
}

/** An option of a binding, resolved; `undefined` if it is missing. */
export function option(
  binding: Binding,
  name: string,
  data: ExpressionData,
  system: { ids: Ids; now: number },
): string | undefined {
  const value = binding[name];
  return typeof value === "string" ? resolveBindingText(value, data, system) : undefined;
}

function expressionValue(name: string, data: ExpressionData, { ids, now }: { ids: Ids; now: number }): string {
  const lower = name.toLowerCase();
  if (lower === "rand-guid" || lower === "sys.randguid") return ids.uuid();
  if (lower === "datetime" || lower === "sys.utcnow") return new Date(now).toISOString();
  let value: unknown = data;
  for (const part of name.split(".")) {
    const entries = Object.entries(asObject(value));
    // As on Azure, the trigger's data takes precedence over its metadata.
    value = entries.findLast(([key]) => key.toLowerCase() === part.toLowerCase())?.[1];
  }
  if (value === undefined || value === null || typeof value === "object") {
    throw new Error(
      `Unable to resolve binding parameter '${name}'. Binding expressions must map to a value provided by the trigger, or to a property of the value the trigger is bound to, or must be a system expression ({rand-guid}, {DateTime}).`,
    );
  }
  return String(value);
}
