import type { TypedData } from "../protocol.ts";

/** The metadata of a trigger: what a function finds in `context.triggerMetadata`. */
export type Metadata = Record<string, TypedData>;

/**
 * The members of an object as they become part of a trigger's metadata: objects as they are, lists and `null` not at all, anything else as text in the
 * form of .NET (`"True"`). Of anything but an object there are none.
 *
 * Source: `ApplyBindingData` of the Functions host; recorded for activities and entities.
 */
export function membersOf(value: unknown): Metadata {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return {};
  const members: Metadata = {};
  for (const [name, member] of Object.entries(value)) {
    if (member === null || member === undefined || Array.isArray(member)) continue;
    members[name] = typeof member === "object" ? { json: JSON.stringify(member) } : { string: textOf(member) };
  }
  return members;
}

const textOf = (value: unknown) => (typeof value === "boolean" ? (value ? "True" : "False") : String(value));

/** Puts `more` over `known`: a name that is known in whatever case keeps its case and gets the new value. */
export function overlaid(known: Metadata, more: Metadata): Metadata {
  const all = { ...known };
  for (const [name, data] of Object.entries(more)) {
    const same = Object.keys(all).find((other) => other.toLowerCase() === name.toLowerCase());
    all[same ?? name] = data;
  }
  return all;
}
