import { dotnetText } from "../bindings/dotnet-text.ts";
import type { TypedData } from "../protocol.ts";
import { withDotnetDates } from "./dotnet-dates.ts";

/** The metadata of a trigger: the content of `context.triggerMetadata`. */
export type Metadata = Record<string, TypedData>;

/**
 * The members of an object, as they are added to a trigger's metadata. Objects stay, except for the form of times in them, lists and `null` are left
 * out, and all other values become text in the form of .NET (`True`, `11/30/2026 20:45:00`). A value that is not an object has no members.
 *
 * Source: `ApplyBindingData` of the Functions host; recorded for activities, entities and messages of queues.
 */
export function membersOf(value: unknown): Metadata {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return {};
  const members: Metadata = {};
  for (const [name, member] of Object.entries(value)) {
    if (member === null || member === undefined || Array.isArray(member)) continue;
    members[name] =
      typeof member === "object" ? { json: withDotnetDates(JSON.stringify(member)) } : { string: dotnetText(member) };
  }
  return members;
}

/** Adds `more` to `known` and overrides it. Names are compared without regard to case; a known name keeps its case and gets the new value. */
export function overlaid(known: Metadata, more: Metadata): Metadata {
  const all = { ...known };
  for (const [name, data] of Object.entries(more)) {
    const same = Object.keys(all).find((other) => other.toLowerCase() === name.toLowerCase());
    all[same ?? name] = data;
  }
  return all;
}
