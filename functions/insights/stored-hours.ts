import { container } from "../platform/clients.ts";
import type { Hour } from "./hour.ts";

/** The largest offset of a time zone from UTC, in ms. */
const farthest = 14 * 60 * 60_000;
export const oneDay = 24 * 60 * 60_000;

/** The range that contains all hours which begin on these days (`2026-06-15`) in any time zone. */
export function around(from: string, to: string): { since: string; until: string } {
  const since = Date.parse(`${from}T00:00:00Z`) - farthest;
  const until = Date.parse(`${to}T00:00:00Z`) + oneDay + farthest;
  return { since: new Date(since).toISOString(), until: new Date(until).toISOString() };
}

/** The hours of a store that begin between two moments, earliest first, each with its `_etag`. */
export async function storedHours(
  storeId: string,
  { since, until }: { since: string; until: string },
): Promise<(Hour & { _etag: string })[]> {
  const query = "SELECT * FROM c WHERE c.start >= @since AND c.start < @until ORDER BY c.start";
  const parameters = [
    { name: "@since", value: since },
    { name: "@until", value: until },
  ];
  const { items } = await container("insights");
  return (await items.query<Hour & { _etag: string }>({ query, parameters }, { partitionKey: storeId }).fetchAll())
    .resources;
}
