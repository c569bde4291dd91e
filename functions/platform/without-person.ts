import type { Container, JSONValue } from "@azure/cosmos";
import { cosmosStatus } from "./cosmos-status.ts";

/** A document as it was read. */
export type Held = { id: string; _etag: string; _ts: number; ttl?: number; kind?: unknown } & Record<string, unknown>;

/** So old, in seconds, is an event that the outbox has told of: of what is younger it tells again, and nobody minds. */
const toldAfter = 10 * 60;
/** Members that say who did something. */
const people = ["barista", "end", "last", "by"];

/**
 * A document without one of the people in it: their id is another, which nobody has, and their name is gone where it stood beside the id. What was ordered, when and how it
 * ended stays, for the figures. Pure. @param instead of the id @param names that they are known by in it, see `namesOf`
 */
export function withoutPerson<T>(value: T, id: string, instead: string, names: ReadonlySet<string>, member = ""): T {
  if (typeof value === "string") return (value === id ? instead : value) as T;
  if (Array.isArray(value)) return value.map((each) => withoutPerson(each, id, instead, names, member)) as T;
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, each]) =>
    key === "name" && people.includes(member) && names.has(each)
      ? [key, "–"]
      : [key, withoutPerson(each, id, instead, names, key)],
  );
  return Object.fromEntries(entries) as T;
}

/** The names that stand beside an id, wherever somebody did something. Pure. */
export function namesOf(value: unknown, id: string): string[] {
  if (typeof value !== "object" || value === null) return [];
  const { id: own, by, name } = value as { id?: unknown; by?: unknown; name?: unknown };
  const here = (own === id || by === id) && typeof name === "string" ? [name] : [];
  return [...here, ...Object.values(value).flatMap((each) => namesOf(each, id))];
}

/** Documents of a partition, or of all of them, as they lie there. */
export async function heldIn(
  container: Container,
  query: string,
  values: Record<string, JSONValue>,
  partitionKey?: string,
): Promise<Held[]> {
  const parameters = Object.entries(values).map(([name, value]) => ({ name: `@${name}`, value }));
  const options = { maxItemCount: -1, ...(partitionKey !== undefined && { partitionKey }) };
  return (await container.items.query<Held>({ query, parameters }, options).fetchAll()).resources;
}

/** A document as a person is shown it. */
export function shown(document: Held): Record<string, unknown> {
  return Object.fromEntries(Object.entries(document).filter(([field]) => !/^_|^ttl$/.test(field)));
}

/** Writes a document without somebody, to go when it would have gone. @returns false when somebody else wrote it since it was read */
export async function writeWithout(container: Container, storeId: string, before: Held, after: Held): Promise<boolean> {
  const age = Math.max(0, Math.floor(Date.now() / 1000) - before._ts);
  // A write starts the time to live anew; and it is a change, of which the outbox would tell once more.
  const ttl = before.ttl === undefined || before.ttl < 0 ? {} : { ttl: Math.max(1, before.ttl - age) };
  const told = before.kind === "event" && age > toldAfter ? { erased: true } : {};
  const document = Object.fromEntries(
    Object.entries({ ...after, ...ttl, ...told }).filter(([field]) => !/^_/.test(field)),
  );
  try {
    const accessCondition = { type: "IfMatch", condition: before._etag };
    await container.item(before.id, storeId).replace(document, { accessCondition });
    return true;
  } catch (error) {
    if (![404, 412].includes(cosmosStatus(error) ?? 0)) throw error;
    return cosmosStatus(error) === 404;
  }
}
