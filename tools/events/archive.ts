import type { JSONValue, SqlQuerySpec } from "@azure/cosmos";
import type { CremaEvent } from "../../contracts/events.ts";
import type { Stand } from "./stand.ts";
import { causesFirst } from "./tree.ts";

/** The containers of the archive: each event is stored next to its document. */
export const archives = ["orders", "codes", "catalog"] as const;

/** A selection of events. */
export interface Wanted {
  /** ISO 8601; from `since` on, and before `until`. */
  since?: string | undefined;
  until?: string | undefined;
  types?: readonly string[] | undefined;
  /** The prefix of the subject. */
  subject?: string | undefined;
  /** The order that they belong to, including its scan. */
  orderId?: string | undefined;
}

/** The query for them, sorted by time. @param last only this many, latest first */
function archiveQuery({ since, until, types, subject, orderId }: Wanted, last?: number): SqlQuerySpec {
  const given: [string, JSONValue | undefined, string][] = [
    ["@since", since, "c.event.time >= @since"],
    ["@until", until, "c.event.time < @until"],
    ["@types", types && [...types], "ARRAY_CONTAINS(@types, c.event.type)"],
    ["@subject", subject, "STARTSWITH(c.event.subject, @subject)"],
    ["@orderId", orderId, "c.event.correlationid = @orderId"],
  ];
  const asked = given.filter(([, value]) => value !== undefined);
  const where = ["c.kind = 'event'", ...asked.map(([, , condition]) => condition)].join(" AND ");
  const order = last === undefined ? "ORDER BY c.event.time" : `ORDER BY c.event.time DESC OFFSET 0 LIMIT ${last}`;
  const parameters = asked.map(([name, value]) => ({ name, value: value as JSONValue }));
  return { query: `SELECT VALUE c.event FROM c WHERE ${where} ${order}`, parameters };
}

/** Events of a store's archive, earliest first, read on demand. */
export async function* eventsOf(stand: Stand, wanted: Wanted): AsyncGenerator<CremaEvent> {
  yield* causesFirst(inOrder(archives.map((name) => ofContainer(stand, name, archiveQuery(wanted)))));
}

/** The latest events of a selection, earliest first. */
export async function latestOf(stand: Stand, wanted: Wanted, last: number): Promise<CremaEvent[]> {
  const latest = archives.map(async function* (name) {
    const found: CremaEvent[] = [];
    for await (const event of ofContainer(stand, name, archiveQuery(wanted, last))) found.push(event);
    yield* found.reverse();
  });
  const found: CremaEvent[] = [];
  for await (const event of causesFirst(inOrder(latest))) found.push(event);
  return found.slice(-last);
}

/** One event by its id; `undefined` if the archive does not have it, or not any more. */
export async function eventOfId(stand: Stand, id: string): Promise<CremaEvent | undefined> {
  const query = "SELECT VALUE c.event FROM c WHERE c.kind = 'event' AND c.id = @id";
  for (const name of archives) {
    for await (const event of ofContainer(stand, name, { query, parameters: [{ name: "@id", value: id }] }))
      return event;
  }
  return undefined;
}

async function* ofContainer(
  stand: Stand,
  name: (typeof archives)[number],
  query: SqlQuerySpec,
): AsyncGenerator<CremaEvent> {
  const pages = stand
    .container(name)
    .items.query<CremaEvent>(query, { partitionKey: stand.storeId, maxItemCount: 200 });
  while (pages.hasMoreResults()) {
    for (const event of (await pages.fetchNext()).resources ?? []) yield event;
  }
}

/** Merges several streams that are sorted by time. */
export async function* inOrder(streams: AsyncIterable<CremaEvent>[]): AsyncGenerator<CremaEvent> {
  const iterators = streams.map((stream) => stream[Symbol.asyncIterator]());
  const heads = await Promise.all(iterators.map((each) => each.next()));
  for (;;) {
    let first = -1;
    for (const [at, { done, value }] of heads.entries()) {
      if (!done && (first === -1 || byTime(value, heads[first]?.value) < 0)) first = at;
    }
    const head = heads[first];
    const iterator = iterators[first];
    if (head === undefined || iterator === undefined) return;
    yield head.value;
    heads[first] = await iterator.next();
  }
}

const byTime = (a: CremaEvent, b: CremaEvent): number =>
  a.time < b.time ? -1 : a.time > b.time ? 1 : a.id < b.id ? -1 : a.id > b.id ? 1 : 0;

/** Whether an event belongs to the selection. Pure. */
export function isWanted(event: CremaEvent, { since, until, types, subject, orderId }: Wanted): boolean {
  return (
    (since === undefined || event.time >= since) &&
    (until === undefined || event.time < until) &&
    (types === undefined || types.includes(event.type)) &&
    (subject === undefined || event.subject.startsWith(subject)) &&
    (orderId === undefined || event.correlationid === orderId)
  );
}
