import { type EventType, eventTypes } from "../../contracts/events.ts";
import { breaks, type Schema } from "../contracts/compatibility.ts";
import { generate, growthSince, released, releasedGrowth } from "../generate-contracts.ts";
import { code, listed } from "./markdown.ts";

const nameOf = (type: string) => type.replace(/\.v\d+$/, "");
const versionOf = (type: string) => Number(/\.v(\d+)$/.exec(type)?.[1] ?? 1);
const pathOf = (type: EventType) => `events/${type}.json`;

/** The data about versions of events: the current schemas, the released ones, and their growth. */
export interface Versions {
  now: Map<string, string>;
  then: Map<string, string>;
  growth: { path: string; day: string; added: string[] }[];
}

/** Generates the current schemas, and reads the released ones; writes nothing. */
export async function versions(): Promise<Versions> {
  const [now, then] = [generate(), await released()];
  return { now, then, growth: [...(await releasedGrowth()), ...growthSince(then, now, "")] };
}

/** The version of an event, its growth since its first release, and its differences to the previous version. Pure. */
export function versionsOf(
  type: EventType,
  { now, then, growth }: Versions,
  types: readonly string[] = eventTypes,
): string {
  const parts = [`Version ${versionOf(type)}`];
  if (!then.has(pathOf(type))) parts.push("not released yet: it may still change");
  for (const { day, added } of growth.filter(({ path }) => path === pathOf(type))) {
    const fields = listed(added.map(code));
    parts.push(day === "" ? `since then also ${fields} (not released yet)` : `since ${day} also ${fields}`);
  }
  const before = types.filter((other) => nameOf(other) === nameOf(type) && versionOf(other) < versionOf(type)).at(-1);
  if (before !== undefined) parts.push(`unlike ${code(before)}: ${differences(before, type, now)}`);
  return `${parts.join("; ")}.`;
}

function differences(before: string, type: string, now: Map<string, string>): string {
  const schema = (which: string) => JSON.parse(now.get(`events/${which}.json`) ?? "{}") as Schema;
  return breaks(schema(before), schema(type))
    .filter((difference) => !difference.startsWith("type: "))
    .join("; ");
}
