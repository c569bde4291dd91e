import type { TypedData } from "../protocol.ts";

/**
 * What the real host puts into `context.triggerMetadata` of durable functions, as recorded: the trigger's value under the name of its binding, and
 * each of its fields that is neither `null` nor a list: objects as they are, anything else as text in the form of .NET (`"True"`).
 */

type Metadata = Record<string, TypedData>;

/** `input` is what the activity is given; `triggerName` is the name of its trigger's binding. */
export function activityMetadata(triggerName: string, input: unknown, instanceId: string): Metadata {
  const metadata: Metadata = { instanceId: { string: instanceId } };
  if (input === undefined || input === null) return metadata;
  const whole = { json: JSON.stringify(input) };
  return { ...metadata, [triggerName]: whole, data: whole, ...fieldsOf(input) };
}

export function entityMetadata(triggerName: string, data: unknown): Metadata {
  return { [triggerName]: { json: JSON.stringify(data) }, ...fieldsOf(data) };
}

function fieldsOf(value: unknown): Metadata {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return {};
  const fields: Metadata = {};
  for (const [name, field] of Object.entries(value)) {
    if (field === null || field === undefined || Array.isArray(field)) continue;
    fields[name] = typeof field === "object" ? { json: JSON.stringify(field) } : { string: textOf(field) };
  }
  return fields;
}

const textOf = (value: unknown) => (typeof value === "boolean" ? (value ? "True" : "False") : String(value));
