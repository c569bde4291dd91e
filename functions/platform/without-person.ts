import type { Container, JSONValue } from "@azure/cosmos";
import { cosmosStatus } from "./cosmos-status.ts";

/** A document as it was read. */
export type Held = { id: string; _etag: string; _ts: number; ttl?: number; kind?: unknown } & Record<string, unknown>;

/** From this age on, in seconds, an event has been published by the outbox. A younger one is published again after the change, which is harmless. */
const toldAfter = 10 * 60;
/** The members that name who did something. */
const people = ["barista", "end", "last", "by"];

/**
 * Anonymizes one person in a document: replaces their id by `instead`, which nobody has, and removes their name. What was ordered, when, and how it ended is
 * kept for the figures. Pure. @param names the person's names in the document, see `namesOf`
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

/** The names that occur beside an id anywhere in a document. Pure. */
export function namesOf(value: unknown, id: string): string[] {
  if (typeof value !== "object" || value === null) return [];
  const { id: own, by, name } = value as { id?: unknown; by?: unknown; name?: unknown };
  const here = (own === id || by === id) && typeof name === "string" ? [name] : [];
  return [...here, ...Object.values(value).flatMap((each) => namesOf(each, id))];
}

/** The stored documents that match a query, in one partition or in all. */
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

/** A document in the form that a person receives on request, without system fields. */
export function shown(document: Held): Record<string, unknown> {
  return Object.fromEntries(Object.entries(document).filter(([field]) => !/^_|^ttl$/.test(field)));
}

/**
 * Replaces a document by its anonymized version, without changing when it expires.
 * @returns false if another write came first; true also if the document no longer exists
 */
export async function writeWithout(container: Container, storeId: string, before: Held, after: Held): Promise<boolean> {
  const age = Math.max(0, Math.floor(Date.now() / 1000) - before._ts);
  // The write restarts the TTL, so subtract the document's age. It also reaches the change feed: `erased` keeps the outbox from publishing the event again.
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
